import NoisyQuadratic
import Testing

@Suite("Monte Carlo")
struct MonteCarloTests {
  private func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.05, 0], gradientNoise: [1, 0.5, 0.1, 1], initialMean: [1, -2, 0, 1],
      initialVariance: [0.5, 0, 3, 1], multiplicity: [1, 2, 0.5, 1], batchSize: 2)
  }

  @Test("R1: real steps agree with the exact losses", arguments: [0, 0.9], [1, 2])
  func agreement(_ momentum: Double, _ seed: UInt64) throws {
    let model = try model()
    let schedule = try Schedule.cosine(initialValue: 0.4, endValue: 0.02, momentum: momentum, steps: 20)
    var generator = Xoshiro256StarStar(seed: seed)
    let estimate = try MonteCarlo(replicas: 2000).run(model, under: schedule, using: &generator)
    let exact = model.expectedLoss(under: schedule).values
    #expect(estimate.loss.count == 21 && estimate.standardError.count == 21)
    for t in 0...20 {
      let z = (estimate.loss[t] - exact[t]) / estimate.standardError[t]
      #expect(abs(z) <= 5, "step \(t)")
      // Small enough to see a missing term of a tenth.
      #expect(estimate.standardError[t] <= 0.05 * exact[t])
    }
  }

  @Test("R1: the standard error is that of Gaussian losses")
  func standardError() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3], gradientNoise: [1, 0.5], initialSecondMoment: [1, 4], multiplicity: [1, 2])
    let schedule = try Schedule.constant(learningRate: 0.3, momentum: 0.5, steps: 8)
    var generator = Xoshiro256StarStar(seed: 3)
    let replicas = 4000
    let estimate = try MonteCarlo(replicas: replicas).run(model, under: schedule, using: &generator)
    var state = MomentState(model)
    for t in 0...8 {
      let m = state.secondMoment
      let variance = m.indices.reduce(0) { sum, i in
        let term = model.multiplicity[i] * model.curvature[i] * m[i]
        return sum + 0.5 * term * term
      }
      let expected = (variance / Double(replicas)).squareRoot()
      // A sample variance of squares of normals: kurtosis 15, so 1.9/√4000 = 3 % per standard deviation.
      #expect(relativeError(estimate.standardError[t], expected) <= 0.15)
      if t < 8 { state.advance(learningRate: 0.3, momentum: 0.5) }
    }
  }

  @Test("R1: a known start without noise has no spread, and one seed has one answer")
  func exact() throws {
    let quiet = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [0, 0], initialMean: [1, 2], initialVariance: [0, 0])
    let schedule = try Schedule.constant(learningRate: 0.5, momentum: 0.5, steps: 5)
    var generator = Xoshiro256StarStar(seed: 4)
    let estimate = try MonteCarlo(replicas: 3).run(quiet, under: schedule, using: &generator)
    #expect(largestRelativeError(estimate.loss, quiet.expectedLoss(under: schedule).values) <= 1e-13)
    #expect(estimate.standardError.allSatisfy { $0 <= 1e-15 })
    var (a, b) = (Xoshiro256StarStar(seed: 5), Xoshiro256StarStar(seed: 5))
    let model = try model()
    let first = try MonteCarlo(replicas: 10).run(model, under: schedule, using: &a)
    #expect(try first == MonteCarlo(replicas: 10).run(model, under: schedule, using: &b))
  }

  @Test("One replica has no standard error", arguments: [1, 0, -3])
  func refused(_ replicas: Int) {
    BadInput("replicas", .invalidCount(field: "replicas", value: replicas, expected: "at least 2")) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      var generator = Xoshiro256StarStar(seed: 1)
      _ = try MonteCarlo(replicas: replicas).run(
        model, under: .constant(learningRate: 1, steps: 1), using: &generator)
    }.check()
  }
}
