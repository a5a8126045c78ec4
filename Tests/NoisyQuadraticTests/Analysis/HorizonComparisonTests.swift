import NoisyQuadratic
import Testing

@Suite("Comparisons")
struct HorizonComparisonTests {
  @Test("Names in order: greedy, constant, look-aheads ascending, full horizon")
  func names() throws {
    let comparison = try HorizonComparison(
      horizon: 30, lookaheads: [10, 2, 10, 30, 1], limits: HyperparameterLimits())
    #expect(
      comparison.entries.map(\.name) == [
        "greedy", "constant", "lookahead-1", "lookahead-2", "lookahead-10", "lookahead-30", "full-horizon",
      ])
    #expect(comparison.entries.map(\.lookahead) == [1, nil, 1, 2, 10, 30, 30])
    #expect(comparison.entries.allSatisfy { !$0.isHeld })
    let held = try HorizonComparison(
      horizon: 30, lookaheads: [5, 2], includesHeld: true, limits: HyperparameterLimits())
    #expect(
      held.entries.map(\.name) == [
        "greedy", "constant", "lookahead-2", "lookahead-2-held", "lookahead-5", "lookahead-5-held",
        "full-horizon",
      ])
    #expect(held.entries.map(\.isHeld) == [false, false, false, true, false, true, false])
    #expect(
      try HorizonComparison(horizon: 3, lookaheads: [], limits: HyperparameterLimits()).entries.map(\.name)
        == ["greedy", "constant", "full-horizon"])
  }

  @Test("Default look-aheads above the horizon are dropped")
  func defaults() {
    #expect(HorizonComparison.defaultLookaheads(horizon: 250) == [2, 5, 10, 20, 50, 100, 200])
    #expect(HorizonComparison.defaultLookaheads(horizon: 10) == [2, 5, 10])
    #expect(HorizonComparison.defaultLookaheads(horizon: 1).isEmpty)
  }

  @Test("Every entry solves within the limits of the comparison, the full horizon lowest")
  func solves() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 10, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let limits = HyperparameterLimits(learningRate: .value(0.5), momentum: 0.5)
    let comparison = try HorizonComparison(horizon: 12, lookaheads: [3], includesHeld: true, limits: limits)
    var losses: [String: Double] = [:]
    for entry in comparison.entries {
      let solution = try entry.solver.solve(model, horizon: 12)
      losses[entry.name] = solution.finalLoss
      #expect(solution.schedule.learningRates.allSatisfy { $0 <= 0.5 })
      #expect(solution.schedule.momenta.allSatisfy { $0 <= 0.5 })
    }
    let full = try #require(losses["full-horizon"])
    #expect(losses.values.allSatisfy { full <= $0 * (1 + 1e-9) })
  }

  @Test("Look-aheads outside the run are refused", arguments: [0, -2, 6])
  func refused(_ lookahead: Int) {
    BadInput(
      "look-ahead", .invalidCount(field: "lookahead", value: lookahead, expected: "1 to the horizon, 5")
    ) {
      _ = try HorizonComparison(horizon: 5, lookaheads: [2, lookahead], limits: HyperparameterLimits())
    }.check()
  }

  // Peaks of long runs, less what is kept: 21 series without momentum and 36 with it.
  @Test("What a horizon is said to take is no less than the measured peak", arguments: [(0, 21), (0.9, 36)])
  func beyondMemory(_ momentum: Double, _ series: Double) {
    let horizon = 1 << 50
    // Kept are three series of three schedules.
    expectExceedsMemory("horizon", horizon, atLeast: 8 * Double(horizon) * (3 * 3 + series)) {
      _ = try HorizonComparison(
        horizon: horizon, lookaheads: [], limits: HyperparameterLimits(momentum: momentum))
    }
  }
}

@Suite("Fixed-rate study")
struct FixedRateStudyTests {
  @Test("The curves are those of the schedules written out")
  func curves() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .chebyshev(dimension: 10, minimum: 0.05, maximum: 10), noiseScale: 1, initialSecondMoment: 10)
    let study = try FixedRateStudy(
      model, maximumRate: 0.2, steps: [3, 7], decaySteps: 5, decayFactor: 0.01, count: 4)
    #expect(study.learningRates.count == 4)
    #expect(relativeError(study.learningRates[0], 0.035) <= 4 * .ulpOfOne)
    #expect(relativeError(study.learningRates[3], 0.2) <= 4 * .ulpOfOne)
    #expect(study.curves.map(\.steps) == [3, 7])
    for curve in study.curves {
      for (i, rate) in study.learningRates.enumerated() {
        var moments = PlainMoments(model)
        for _ in 0..<curve.steps { moments.step(rate, 0) }
        #expect(relativeError(curve.fixed[i], moments.loss) <= 1e-12)
        // The decay reaches a hundredth of the rate at its last step.
        var factor = 1.0
        for _ in 0..<5 {
          factor *= 0.398_107_170_553_497_25
          moments.step(rate * factor, 0)
        }
        #expect(relativeError(curve.decayed[i], moments.loss) <= 1e-12)
      }
    }
  }

  @Test("Figure 2: a short trial prefers small rates, what is true after a decay does not")
  func bias() throws {
    let model = try ReferenceProblem.wu2018.model()
    let study = try FixedRateStudy(model, maximumRate: 0.2, steps: [30], count: 8)
    let curve = study.curves[0]
    func best(_ losses: [Double]) -> Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }
    #expect(best(curve.fixed) < best(curve.decayed))
    #expect(zip(curve.decayed, curve.fixed).allSatisfy { $0 < $1 })
  }

  @Test("A maximum rate must be a positive number", arguments: [0, -1, .nan, .infinity])
  func refused(_ rate: Double) {
    BadInput(
      "rate", .invalidValue(field: "maximumRate", value: rate, expected: "a finite number > 0")
    ) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      _ = try FixedRateStudy(model, maximumRate: rate)
    }.check()
  }
}
