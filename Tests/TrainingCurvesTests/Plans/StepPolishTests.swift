import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct StepPolishTests {
  private static let model = CurveModel.relaxation(
    RelaxationModel(
      asymptote: 2, signal: PowerLawSignal(amplitude: 0.2, exponent: 0.5, offset: 0.02, timeScale: 1),
      noise: [NoiseComponent(curvature: 3, level: 0.1), NoiseComponent(curvature: 1e3, level: 0.1)],
      noiseExponent: 0.7, driftOffset: 0.05, peakRate: 0.1))

  /// In continuous time the last step's rate would fall within the step. With whole steps it cannot.
  @Test(
    "T5: with few steps too, no family ends below the optimum",
    arguments: LongTest.isAsked ? [1, 2, 3, 7, 20] : [3])
  func few(horizon: Int) throws {
    let planner = CurvePlanner(
      model: Self.model, plan: try SchedulePlan(horizon: horizon, peakRate: 0.1))
    let optimum = try planner.optimum().schedule
    for family in ClassicFamily.allCases {
      #expect(try planner.bestMember(of: family).predictedFinalLoss >= optimum.predictedFinalLoss)
    }
    // A move of any rate raises the loss.
    for t in 0..<horizon {
      for factor in [0.98, 1.02] {
        var rates = optimum.learningRates
        rates[t] = min(rates[t] * factor, 0.1)
        #expect(
          Self.model.losses(under: rates, at: [horizon])[0] >= optimum.predictedFinalLoss - 1e-12)
      }
    }
  }

  @Test("A polished schedule keeps its limits, and does not rise if it must not")
  func limits() throws {
    let plan = try SchedulePlan(horizon: 6, peakRate: 0.1, floor: 0.02, isMonotone: true)
    // Least where every rate is the next one's double, out of reach of the limits.
    let polish = StepPolish(plan: plan) { rates in
      rates.enumerated().reduce(0) {
        $0 + ($1.element - 0.01 * Double(1 << $1.offset)) * ($1.element - 0.01 * Double(1 << $1.offset))
      }
    }
    let rates = polish.improved([0.1, 0.1, 0.05, 0.05, 0.02, 0.02])
    #expect(rates.allSatisfy { (0.02...0.1).contains($0) })
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
