import NoisyQuadratic
import Testing

@Suite("Receding horizon")
struct RecedingHorizonSolverTests {
  @Test("S8: look-ahead 1 is greedy, the horizon is the full horizon", arguments: [0, 0.9])
  func ends(_ momentum: Double) throws {
    var random = TestRandom(1900)
    let model = try random.model(dimension: 4)
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: momentum)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 15)
    for window in [RecedingHorizonSolver.Window.free, .held] {
      let one = try RecedingHorizonSolver(lookahead: 1, window: window, limits: limits)
        .solve(model, horizon: 15)
      #expect(one.schedule == greedy.schedule)
    }
    let full = try FullHorizonSolver(limits: limits).solve(model, horizon: 15)
    let whole = try RecedingHorizonSolver(lookahead: 15, limits: limits).solve(model, horizon: 15)
    #expect(whole == full)
  }

  @Test(
    "S8: the bias curve of h = 1/i", .long,
    arguments: [
      (1, 0.38847), (10, 0.30638), (50, 0.18056), (100, 0.15812), (200, 0.15302), (400, 0.15274),
    ])
  func biasCurve(_ lookahead: Int, _ expected: Double) throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 100, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let limits = HyperparameterLimits(learningRate: .value(1))
    let solution = try RecedingHorizonSolver(lookahead: lookahead, limits: limits).solve(model, horizon: 400)
    #expect(abs(solution.finalLoss - expected) <= 5e-6)
    #expect(solution.schedule.count == 400)
  }

  @Test("S8: every free window's plan is optimal for its window", arguments: LongTest.cases(Array(0..<4)))
  func freeWindows(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2000)
    let model = try random.model(dimension: 2, noise: 0.5)
    let limits = HyperparameterLimits(learningRate: .value(2))
    let horizon = 5
    let solution = try RecedingHorizonSolver(lookahead: 2, limits: limits).solve(model, horizon: horizon)
    var state = PlainMoments(model)
    for t in 0..<(horizon - 1) {
      // The better half of a two-step plan, the second step by its parabola.
      func afterTwo(_ alpha: Double) -> Double {
        var next = state
        next.step(alpha, 0)
        next.step(next.bestRate(momentum: 0, limit: 2), 0)
        return next.loss
      }
      let chosen = solution.schedule.learningRates[t]
      let lowest = (0...2000).map { afterTwo(Double($0) / 1000) }.min() ?? 0
      // Windows stop at a relative gain of 1e-9 per pair of sweeps.
      #expect(afterTwo(chosen) <= lowest * (1 + 1e-7), "window \(t)")
      state.step(chosen, 0)
    }
  }

  @Test("S8: held windows against a grid per window", arguments: LongTest.cases(Array(0..<4)), [0, 0.9])
  func heldWindows(seed: Int, momentum: Double) throws {
    var random = TestRandom(UInt64(seed) + 2100)
    let model = try random.model(dimension: 2, noise: 0.3)
    let limits = HyperparameterLimits(learningRate: .value(2), momentum: momentum)
    let (lookahead, horizon) = (4, 7)
    let solution = try RecedingHorizonSolver(lookahead: lookahead, window: .held, limits: limits)
      .solve(model, horizon: horizon)
    var state = PlainMoments(model)
    for t in 0..<horizon {
      func held(_ alpha: Double, _ mu: Double) -> Double {
        var next = state
        for _ in 0..<min(lookahead, horizon - t) { next.step(alpha, mu) }
        return next.loss
      }
      let step = solution.schedule[t]
      var lowest = Double.infinity
      for i in 0...300 {
        for j in 0...(momentum == 0 ? 0 : 18) {
          lowest = min(lowest, held(2 * Double(i) / 300, 0.05 * Double(j)))
        }
      }
      // Newton's method promises no more than 1e-14, and the plain recursion has a few roundings.
      #expect(held(step.learningRate, step.momentum) <= lowest * (1 + 1e-12), "window \(t)")
      state.step(step.learningRate, step.momentum)
    }
  }

  @Test("S8: a held window of the whole run starts at the best constant")
  func heldWhole() throws {
    var random = TestRandom(2200)
    let model = try random.model(dimension: 3)
    let limits = HyperparameterLimits(momentum: 0.9)
    let constant = try ConstantSolver(limits: limits).solve(model, horizon: 10)
    let held = try RecedingHorizonSolver(lookahead: 10, window: .held, limits: limits).solve(
      model, horizon: 10)
    #expect(held.schedule[0] == constant.schedule[0])
    // It may change its mind and gain.
    #expect(held.finalLoss <= constant.finalLoss * (1 + 1e-9))
  }

  @Test("C7: held windows with narrow valleys", arguments: HardProblem.all("held"))
  func heldNarrow(_ problem: HardProblem) throws {
    let solution = try RecedingHorizonSolver(
      lookahead: try #require(problem.lookahead), window: .held, limits: problem.limits
    ).solve(problem.model(), horizon: problem.horizon)
    #expect(solution.finalLoss <= problem.best * (1 + 1e-7))
    #expect(solution.termination == .converged)
  }

  @Test("C7, S4: the last held window is the best single step", arguments: [0, 0.9])
  func heldLast(momentum: Double) throws {
    var random = TestRandom(2205)
    let model = try random.model(dimension: 3, noise: 0.3)
    let limits = HyperparameterLimits(momentum: momentum)
    let horizon = 6
    let schedule = try RecedingHorizonSolver(lookahead: 3, window: .held, limits: limits)
      .solve(model, horizon: horizon).schedule
    let last = schedule[horizon - 1]
    func loss(_ alpha: Double, _ mu: Double) -> Double {
      var state = PlainMoments(model)
      for step in schedule.prefix(horizon - 1) { state.step(step.learningRate, step.momentum) }
      state.step(alpha, mu)
      return state.loss
    }
    let lowest = loss(last.learningRate, last.momentum)
    let width = 1e-3
    for (i, j) in [(-1.0, 0.0), (1, 0), (0, -1), (0, 1), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
      let (alpha, mu) = (last.learningRate * (1 + i * width), last.momentum + j * width)
      if (0...momentum).contains(mu) { #expect(lowest <= loss(alpha, mu) * (1 + 1e-14)) }
    }
  }

  @Test("S8: a held window whose search is cut short is named", arguments: [0, 0.9])
  func heldCutShort(momentum: Double) throws {
    var random = TestRandom(2210)
    let model = try random.model(dimension: 3)
    var solver = RecedingHorizonSolver(
      lookahead: 4, window: .held, limits: HyperparameterLimits(momentum: momentum))
    let whole = try solver.solve(model, horizon: 9)
    #expect(whole.termination == .converged)
    #expect(whole.statistics.unconvergedWindows.isEmpty)
    solver.options.maximumSearchSteps = 2
    let short = try solver.solve(model, horizon: 9)
    #expect(short.termination == .iterationLimit)
    // Two steps are too few for any window but the last, which has a formula.
    #expect(short.statistics.unconvergedWindows == Array(0..<8))
    BadInput(
      "no steps", .invalidCount(field: "maximumSearchSteps", value: 0, expected: "at least 1")
    ) {
      var options = RecedingHorizonSolver.Options()
      options.maximumSearchSteps = 0
      _ = try RecedingHorizonSolver(lookahead: 4, window: .held, options: options).solve(model, horizon: 9)
    }.check()
  }

  @Test("A number of sweeps outside its range is refused", arguments: [0, -1, .max])
  func sweepsOutOfRange(_ sweeps: Int) {
    BadInput(
      "sweeps", .invalidCount(field: "maximumSweeps", value: sweeps, expected: "1 to 1000000000")
    ) {
      var options = RecedingHorizonSolver.Options()
      options.maximumSweeps = sweeps
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      _ = try RecedingHorizonSolver(lookahead: 2, options: options).solve(model, horizon: 4)
    }.check()
  }

  @Test("S8: a free window that is cut short is named, the others are not")
  func freeCutShort() throws {
    var random = TestRandom(2220)
    // So many directions that windows get sweeps alone.
    let model = try random.model(dimension: 1100, noise: 0.3)
    var solver = RecedingHorizonSolver(
      lookahead: 5, limits: HyperparameterLimits(learningRate: .value(2), momentum: 0.9))
    solver.options.maximumSweeps = 1
    let short = try solver.solve(model, horizon: 12)
    #expect(short.termination == .iterationLimit)
    // The first one is solved like a full horizon, the last one gets ten sweeps.
    #expect(short.statistics.unconvergedWindows.prefix(6) == [1, 2, 3, 4, 5, 6])
  }

  static let badInput: [BadInput] = [0, -1, 6, Int.max].map { lookahead in
    BadInput(
      "look-ahead \(lookahead)",
      .invalidCount(field: "lookahead", value: lookahead, expected: "1 to the horizon, 5")
    ) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      _ = try RecedingHorizonSolver(lookahead: lookahead).solve(model, horizon: 5)
    }
  }

  @Test("Look-aheads outside the run are refused", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }
}
