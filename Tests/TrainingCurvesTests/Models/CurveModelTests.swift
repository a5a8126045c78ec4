import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct CurveModelTests {
  @Test("T1: the noise of SGD at a rate is the loss of a long run")
  func noise() throws {
    let quadratic = try NoisyQuadraticModel(
      curvature: [1, 0.4, 0.7, 5], gradientNoise: [0.3, 0, 2, 1], initialSecondMoment: [1, 1, 0, 0],
      multiplicity: [2, 1, 1, 1], batchSize: 4)
    let model = CurveModel.gradientDescent(GradientDescentModel(asymptote: 1, quadratic: quadratic))
    let noise = model.noise(at: 0.3)
    #expect(noise.map(\.curvature) == [1, 0.7, 5])
    // Both directions with noise have converged after 500 steps.
    let loss = try quadratic.expectedLoss(
      under: .constant(learningRate: 0.3, steps: 500), over: [0, 1, 2]
    ).final
    #expect(abs(noise[0].level + noise[1].level - loss) <= 1e-14)
    // The loss is ½ c α/(2 − αh) per unit of n/B: 2·0.3/4·0.3/3.4 of the first.
    #expect(abs(noise[0].level - 0.15 * 0.3 / 3.4) <= 1e-16)
    #expect(model.noise(at: 0.4)[2].level == .infinity)
    #expect(model.asymptote == 1)
  }

  @Test("An evaluation after given rates is that of the whole run")
  func evaluation() throws {
    let quadratic = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0.3, 0.2], initialSecondMoment: [1, 3])
    let rates = Simulated.cosine(0.5, 0.02, 30)
    for model in [
      CurveModel.relaxation(Simulated.model()),
      .gradientDescent(GradientDescentModel(asymptote: 1, quadratic: quadratic)),
    ] {
      let whole = model.losses(under: rates, at: [30])[0]
      let found = model.evaluation(after: Array(rates.prefix(10)))(Array(rates.dropFirst(10)))
      #expect(abs(found - whole) <= 2e-3 * whole)
      #expect(model.losses(under: rates, at: [0, 30])[1] == whole)
    }
  }
}
