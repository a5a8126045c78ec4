import Testing

@testable import NoisyQuadratic

@Suite("Newton's method")
struct NewtonTests {
  /// A problem with what Newton's method needs, for descents from a schedule of one's own.
  private struct Bench {
    let setup: SolverSetup
    let engine: SweepEngine
    let newton: NewtonDescent

    init(
      _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits, horizon: Int,
      objective: Objective = .finalLoss, maximumSteps: Int = 100
    ) throws {
      setup = try SolverSetup(model, horizon: horizon, limits, objective, engineSteps: horizon)
      engine = SweepEngine(setup.dynamics, capacity: horizon)
      newton = NewtonDescent(
        objective: LossObjective(
          engine: engine, setup: setup, weights: setup.objective.weights, steps: setup.objective.steps),
        maximumSteps: maximumSteps, tolerance: 1e-11)
    }

    func sweeps(_ count: Int, from schedule: Schedule) -> ScheduleIterate {
      SweepDescent(
        engine: engine, setup: setup, maximumSweeps: count, tolerance: 0, verifies: true,
        weights: setup.objective.weights
      ).descend(setup.problem.scaled(schedule).prefix(setup.objective.steps))
    }
  }

  /// The report's numbers from public gradients and exact second derivatives, in the model's units.
  private func expectReport(
    _ report: OptimalityReport, _ model: NoisyQuadraticModel, _ schedule: Schedule, _ objective: Objective,
    _ limits: HyperparameterLimits
  ) throws {
    let gradient = try model.gradient(of: objective, under: schedule)
    let highest = try limits.learningRate.value(for: model)
    let scale = [highest ?? 1 / model.maximumCurvature, limits.momentum]
    let bounds = [highest ?? .infinity, limits.momentum]
    var residual = 0.0
    var free: [Int] = []
    var active: [[Int]] = [[], [], [], []]
    for (t, step) in schedule.enumerated() {
      let slopes = [gradient.learningRates[t], gradient.momenta[t]]
      for (kind, x) in [step.learningRate, step.momentum].enumerated() {
        // Momentum at rest has no effect.
        if kind == 1, limits.momentum == 0 || schedule.learningRates.prefix(t).allSatisfy({ $0 == 0 }) {
          continue
        }
        if x == 0, slopes[kind] >= 0 {
          active[2 * kind].append(t)
        } else if x == bounds[kind], slopes[kind] <= 0 {
          active[2 * kind + 1].append(t)
        } else {
          free.append(2 * t + kind)
          residual = max(residual, abs(slopes[kind]) * scale[kind])
        }
      }
    }
    #expect(report.ratesAtZero == active[0])
    #expect(report.ratesAtLimit == active[1])
    #expect(report.momentaAtZero == active[2])
    #expect(report.momentaAtLimit == active[3])
    #expect(report.freeVariables == free.count)
    // Slopes near zero carry the rounding of the losses that they come from.
    #expect(abs(report.kktResidual - residual / gradient.value) <= 1e-12)
    let weights = try objective.weights(horizon: schedule.count)
    let reduced = free.map { i in
      free.map { j in
        HyperDual.objective(model, schedule, weights: weights, by: i, j).mixed * scale[i % 2] * scale[j % 2]
          / gradient.value
      }
    }
    let eigenvalues = jacobiEigenvalues(reduced)
    if let smallest = eigenvalues.first, let largest = eigenvalues.last {
      #expect(abs(try #require(report.smallestEigenvalue) - smallest) <= 1e-12 * max(abs(smallest), largest))
    } else {
      #expect(report.smallestEigenvalue == nil)
    }
  }

  private static let rateLimits = [LearningRateLimit.twoOverMaximumCurvature, .firstStepGrowth, .none]

  @Test("S15: from a few sweeps down to the last digits, never up", arguments: 0..<30)
  func residual(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5500)
    let model = try random.model(dimension: 2 + seed % 4, noise: random.logUniform(1e-3, 1))
    let horizon = 4 + seed % 7
    let limits = HyperparameterLimits(
      learningRate: Self.rateLimits[seed % 3], momentum: seed % 5 == 0 ? 0 : 0.95)
    let bench = try Bench(model, limits, horizon: horizon)
    let highest = try limits.learningRate.value(for: model) ?? 2
    let start = try Schedule(
      learningRates: random.array(horizon) { $0.uniform(0, highest) },
      momenta: random.array(horizon) { $0.uniform(0, limits.momentum) })
    let swept = bench.sweeps(5, from: start)
    let outcome = bench.newton.descend(swept)
    #expect(outcome.value <= swept.value * (1 + 1e-12))
    let report = bench.newton.report(outcome)
    // Without a limit the best rates exceed 100/h_max and the losses between are 10¹⁰ times the last: the search
    // may end within its steps or at rounding, and says which.
    if limits.learningRate == .none, outcome.secondOrder != .reached {
      #expect(outcome.schedule.rates.contains { $0 > 10 })
      #expect(outcome.secondOrder == (outcome.newtonSteps == 100 ? .stepLimit : .noProgress))
      return
    }
    #expect(outcome.secondOrder == .reached && outcome.converged)
    #expect(report.kktResidual <= 1e-11)
    #expect(try #require(report.smallestEigenvalue) > -1e-6)
    // Nothing nearby is lower.
    for _ in 0..<20 {
      func near(_ x: Double, _ upper: Double) -> Double {
        min(max(x + random.uniform(-1e-3, 1e-3), 0), upper)
      }
      let value = bench.setup.dynamics.objective(
        KernelSchedule(
          rates: outcome.schedule.rates.map { near($0, bench.setup.limits.scaledRate) },
          momenta: outcome.schedule.momenta.map { near($0, limits.momentum) }))
      #expect(value >= outcome.value * (1 - 1e-12))
    }
  }

  @Test(
    "S15: the report is that of its definition", .long,
    // A run of its own, so that every step counts.
    arguments: LongTest.cases(NamedObjective.all.filter { $0.name != "loss in the middle" }),
    LongTest.cases([0, 0.9], otherwise: [0.9]))
  func report(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5540)
    for limit in Self.rateLimits {
      let model = try random.model(dimension: 3, noise: 0.1)
      let limits = HyperparameterLimits(learningRate: limit, momentum: momentum)
      let horizon = 5
      let objective = objective.make(horizon)
      var solver = FullHorizonSolver(limits: limits, objective: objective)
      solver.options.starts = 2
      let solution = try solver.solve(model, horizon: horizon)
      let optimality = try #require(solution.statistics.optimality)
      #expect(solution.statistics.secondOrder == .reached)
      #expect(solution.statistics.kktResidual == optimality.kktResidual)
      #expect(optimality.kktResidual <= 1e-11)
      try expectReport(optimality, model, solution.schedule, objective, limits)
      // And where nothing is optimal.
      solver.options.maximumNewtonSteps = 1
      solver.options.scoutingSweeps = 1
      solver.options.maximumSweeps = 1
      solver.options.starts = 1
      let rough = try solver.solve(model, horizon: horizon)
      try expectReport(
        try #require(rough.statistics.optimality), model, rough.schedule, objective, limits)
    }
  }

  @Test("S15: without noise and momentum equal rates are a saddle, and it is left", arguments: 2...4)
  func saddle(steps: Int) throws {
    // L_T = ½ Σ k Π_t (1 − α_t h)² is a symmetric function of the rates, so that the best equal rates
    // are stationary; the lowest point has the distinct rates of S10.
    let h = [1, 0.6, 0.3, 0.1, 0.05]
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { _ in 0 }, initialSecondMoment: h.map { _ in 1 })
    let limits = HyperparameterLimits(learningRate: .none)
    var (low, high) = (0.0, 2.0)
    for _ in 0..<60 {
      let alpha = (low + high) / 2
      let slope = h.reduce(0) { $0 - $1 * $1 * Elementary.pow(1 - alpha * $1, Double(2 * steps - 1)) }
      if slope < 0 { low = alpha } else { high = alpha }
    }
    let bench = try Bench(model, limits, horizon: steps)
    let start = try Schedule.constant(learningRate: low, steps: steps)
    // The first pair of sweeps finds nothing to gain beyond rounding.
    let stuck = bench.sweeps(1, from: start)
    let level = stuck.value
    #expect(
      relativeError(bench.setup.problem.modelLoss(level), model.expectedLoss(under: start).final) <= 1e-13)
    #expect(try #require(bench.newton.report(stuck).smallestEigenvalue) < -1e-3)
    let left = bench.newton.descend(stuck)
    #expect(left.secondOrder == .reached)
    #expect(try #require(bench.newton.report(left).smallestEigenvalue) > 0)
    let conjugate = ConjugateGradients(h: h, start: h.map { _ in 1 }, steps: steps)
    // Without momentum any order of the rates that are the reciprocal roots of the residual polynomial gives
    // what conjugate gradients reach.
    #expect(relativeError(bench.setup.problem.modelLoss(left.value), conjugate.losses[steps - 1]) <= 1e-9)
  }

  @Test("S15: why Newton's method stops is said", .long)
  func outcomes() throws {
    var random = TestRandom(5560)
    let model = try random.model(dimension: 4, noise: 0.1)
    let limits = HyperparameterLimits(momentum: 0.9)
    var solver = FullHorizonSolver(limits: limits)
    solver.options.starts = 1
    #expect(try solver.solve(model, horizon: 6).statistics.secondOrder == .reached)
    // The search gets there before the last descent; no step meets a residual of 0.
    (solver.options.maximumNewtonSteps, solver.options.residualTolerance) = (1, 0)
    let limited = try solver.solve(model, horizon: 6)
    #expect(limited.statistics.secondOrder == .stepLimit)
    solver.options.maximumNewtonVariables = 11
    let large = try solver.solve(model, horizon: 6)
    #expect(large.statistics.secondOrder == .tooLarge)
    #expect(large.statistics.newtonSteps == 0)
    #expect(try #require(large.statistics.optimality).smallestEigenvalue == nil)
    #expect(try #require(large.statistics.optimality).freeVariables == 0)
    solver.options.maximumNewtonSteps = 0
    #expect(try solver.solve(model, horizon: 6).statistics.secondOrder == .skipped)
    let solved = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [1])
    let nothing = try FullHorizonSolver().solve(solved, horizon: 2)
    #expect(nothing.statistics.secondOrder == .skipped)
    #expect(nothing.finalLoss == 0 && nothing.statistics.optimality == nil)
  }

  @Test(
    "S15: work and memory are bounded by the size of the problem alone",
    arguments: [
      // 4 (2T)² and 6 · 16 T numbers are 2²⁷ at T = 2893.
      (10, 2893, 2894),
      // 1000 (2T)² is 10¹⁰ at T = 1581.
      (1000, 1581, 1582),
    ])
  func work(dimension: Int, largest: Int, tooLarge: Int) throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: dimension, exponent: 1, maximum: 1), noiseScale: 1,
      initialSecondMoment: 1)
    let setup = try SolverSetup(model, horizon: 600, HyperparameterLimits(momentum: 0.9))
    var options = FullHorizonSolver.Options()
    #expect(options.usesNewton(setup, steps: 600))
    #expect(!options.usesNewton(setup, steps: 601))
    options.maximumNewtonVariables = .max
    #expect(options.usesNewton(setup, steps: largest))
    #expect(!options.usesNewton(setup, steps: tooLarge))
  }

  @Test(
    "S15, S16: the paper's problem with momentum to the last digits, from unlike starts",
    .long)
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    var solver = FullHorizonSolver(
      limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999))
    solver.options.starts = 7
    let solution = try solver.solve(model, horizon: 250)
    #expect(solution.statistics.starts.count == 7)
    #expect(Set(solution.statistics.starts.map(\.name)).count == 7)
    for start in solution.statistics.starts {
      #expect(start.finalLoss <= 3.884338, "\(start)")
      // Starts compete on a compressed spectrum, whose loss is right to some 1e-11 here.
      #expect(start.finalLoss >= solution.finalLoss * (1 - 1e-10))
    }
    let optimality = try #require(try solver.optimality(model, under: solution.schedule))
    #expect(solution.statistics.secondOrder == .reached)
    #expect(optimality.kktResidual < 1e-9)
    #expect(try #require(optimality.smallestEigenvalue) > 0)
  }
}
