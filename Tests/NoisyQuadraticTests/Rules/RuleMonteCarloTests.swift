import NoisyQuadratic
import Testing

@Suite("Simulation of linear update rules")
struct RuleMonteCarloTests {
  @Test(
    "R1, U1: sampled gradients agree with the exact losses", arguments: LongTest.cases(FrameworkLoop.cases))
  func agreement(_ loop: FrameworkLoop) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.3, 0.1], gradientNoise: [1, 0.5, 0.4, 0.2], initialMean: [1, -2, 0, 1],
      initialVariance: [0.1, 0, 0.3, 1], multiplicity: [1, 2, 0.5, 3], batchSize: 2)
    let schedule = try LinearRuleTests.schedule()
    var generator = Xoshiro256StarStar(seed: 12)
    let estimate = try MonteCarlo(replicas: 200).run(
      model, under: schedule, rule: loop.rule, using: &generator)
    let exact = model.expectedLoss(under: schedule, rule: loop.rule).values
    for t in exact.indices {
      #expect(abs(estimate.loss[t] - exact[t]) <= 5 * estimate.standardError[t], "step \(t)")
      #expect(estimate.standardError[t] <= 0.15 * exact[t])
    }
  }

  @Test("R1: heavy ball draws what the specialised simulation draws")
  func sameDraws() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3], gradientNoise: [1, 0.5], initialSecondMoment: [1, 2])
    let schedule = try LinearRuleTests.schedule()
    var (a, b) = (Xoshiro256StarStar(seed: 3), Xoshiro256StarStar(seed: 3))
    let general = try MonteCarlo(replicas: 5).run(
      model, under: schedule, rule: VelocityMomentum(), using: &a)
    let special = try MonteCarlo(replicas: 5).run(model, under: schedule, using: &b)
    #expect(largestRelativeError(general.loss, special.loss) <= 1e-12)
    #expect(largestRelativeError(general.standardError, special.standardError) <= 1e-12)
  }
}
