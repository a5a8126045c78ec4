/// The gap between the final losses of a schedule and of the best one, with its origin along the run (G1) and
/// in the spectrum (G5).
///
/// ```
/// excess = L_T(schedule) − L_T(optimum) = Σ regrets
/// ```
/// The optimum is that of ``FullHorizonSolver`` within the limits. Its search also starts from the schedule
/// itself and from the best result of the search along the run (G2), so that no schedule met on the way is
/// better.
///
/// A schedule is judged under its own rule. If it belongs to another ``Schedule/convention`` than
/// ``MomentumConvention/velocity``, and it or the limits use momentum, then all losses are those of its rule, the
/// limits are limits on its numbers, and the optimum is that of ``LinearRuleSolver`` in its convention (G7).
///
/// A schedule without momentum may have batch sizes of its own. The optimum then has the best rates for the same
/// batch sizes (P5), and ``regret`` is `nil`. With momentum, and with noise that depends on the parameters, such a
/// schedule is refused.
///
/// A schedule may exceed the limits; ``stepsBeyondLimits`` counts the steps that do. The optimum keeps to the
/// limits, so the excess may then be negative, and so may the regret of those steps.
///
/// If a problem has more directions than its horizon can tell apart, the search works on some hundred
/// directions that represent all of them (Q1–Q4), as solvers do. So do the slopes and scalings of
/// ``regret``. All other losses are those of all directions.
///
/// Complexity: a full-horizon solve, and two descents of some ten sweeps, or some hundred evaluations in another
/// convention, for every segment of the run.
public struct ScheduleGap: Sendable, Equatable {
  /// The schedule.
  public let schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// The best schedule found within the limits, its loss and its bound.
  public let optimum: Solution
  /// The number of steps whose rate or momentum exceeds the limits.
  public let stepsBeyondLimits: Int
  /// The origin of the excess along the run; `nil` if the schedule's loss overflows or if it has batch sizes of
  /// its own.
  public let regret: RegretProfile?
  /// The schedule's final loss by curvature, signal and noise.
  public let spectrum: SpectralLoss
  /// The optimum's final loss in the same bands.
  public let optimalSpectrum: SpectralLoss

  /// `L_T` of the schedule.
  public var finalLoss: Double { losses.final }
  /// `L_T` minus that of the optimum. Up to rounding, it is the sum of all regrets. It is more if the best
  /// continuation from the start was carried on to its local optimum afterwards.
  public var excess: Double { finalLoss - optimum.finalLoss }
  /// `L_T` divided by that of the optimum; `nil` if the latter is 0.
  public var ratio: Double? { optimum.finalLoss > 0 ? finalLoss / optimum.finalLoss : nil }

  /// Compares a schedule with the best one.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - schedule: T ≥ 1 steps.
  ///   - limits: the limits on every schedule that the given one is compared with, in its own convention.
  ///   - segments: the number of stretches of the run with a regret of their own, 1 to T. If `nil`, every
  ///     step is one if that is cheap; otherwise there are 20 to 50, or 10 to 20 in another convention.
  ///   - progress: called now and then with the share that is done, from 0 to 1, which never decreases.
  /// - Throws: ``NoisyQuadraticError`` for an empty schedule, for limits or segments outside their domain,
  ///   and for a run that does not fit into memory.
  public init(
    _ model: NoisyQuadraticModel, _ schedule: Schedule,
    limits: HyperparameterLimits = HyperparameterLimits(), segments: Int? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    let (setup, count) = try Self.prepare(model, schedule, limits, segments)
    let allowed = setup.allowed(schedule)
    stepsBeyondLimits = schedule.indices.count {
      allowed.rates[$0] != setup.problem.scaledRate(schedule.learningRates[$0])
        || allowed.momenta[$0] != schedule.momenta[$0]
    }
    self.schedule = schedule
    losses = model.expectedLoss(under: schedule)
    let judge =
      schedule.batchSizes != nil
      ? Self.judgedAtItsBatchSizes
      : Self.hasOwnRule(schedule, limits) ? Self.judgedUnderOwnRule : Self.judgedInVelocity
    (optimum, regret) = try judge(
      model, setup, schedule, limits, losses.final.isFinite ? count : nil, progress)
    spectrum = try SpectralLoss(model, under: schedule)
    optimalSpectrum = try SpectralLoss(model, under: optimum.schedule)
    progress(1)
  }

  /// The best schedule and, with a number of segments, the regret of the given one, by exact sweeps.
  private static func judgedInVelocity(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ schedule: Schedule, _ limits: HyperparameterLimits,
    _ segments: Int?, _ progress: (Double) -> Void
  ) throws(NoisyQuadraticError) -> (Solution, RegretProfile?) {
    let convention = schedule.convention
    var solver = FullHorizonSolver(limits: limits)
    solver.options.additionalStarts = [setup.problem.schedule(setup.allowed(schedule))]
    let optimum = try solver.solve(model, horizon: schedule.count)
    progress(solvingShare)
    guard let segments else { return (try optimum.converted(to: convention), nil) }
    let search = ContinuationSearch(
      setup, setup.problem.scaled(schedule), optimum: optimum, segments: segments
    ) { progress(solvingShare + (searchShare - solvingShare) * $0) }
    let profile = RegretProfile(search, convention)
    let best =
      profile.attainable[0] < optimum.finalLoss
      ? try improved(optimum, model, limits, search.hybrids[0]) : optimum
    return (try best.converted(to: convention), profile)
  }

  /// The best rates for the batch sizes of a schedule without momentum (P5). Where the excess arises along the run
  /// is not examined.
  private static func judgedAtItsBatchSizes(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ schedule: Schedule, _ limits: HyperparameterLimits,
    _ segments: Int?, _ progress: (Double) -> Void
  ) throws(NoisyQuadraticError) -> (Solution, RegretProfile?) {
    let best = try BatchScheduleSolver(limits: limits).solve(model, for: schedule, from: [schedule])
    var statistics = SolverStatistics()
    let (h, limit) = (model.maximumCurvature, best.learningRateLimit)
    // The report's unit of rates is the limit even if that is above 2/h_max.
    let unit = best.kktResidual > 0 ? (limit ?? 1 / h) / min(limit ?? .infinity, 2 / h) : 1
    statistics.optimality = OptimalityReport(
      kktResidual: best.kktResidual * unit,
      ratesAtLimit: schedule.indices.filter { best.schedule.learningRates[$0] == limit },
      ratesAtZero: schedule.indices.filter { best.schedule.learningRates[$0] == 0 },
      momentaAtLimit: [], momentaAtZero: [], smallestEigenvalue: nil, freeVariables: 0)
    statistics.evaluations = best.evaluations
    let optimum = Solution(
      schedule: best.schedule.with(convention: schedule.convention), losses: best.losses,
      objective: .finalLoss,
      objectiveValue: best.finalLoss, informationBound: best.informationBound,
      learningRateLimit: best.learningRateLimit, momentumLimit: 0, termination: best.termination,
      statistics: statistics)
    return (optimum, nil)
  }

  /// The same under the rule of the schedule's convention (G7).
  private static func judgedUnderOwnRule(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ schedule: Schedule, _ limits: HyperparameterLimits,
    _ segments: Int?, _ progress: (Double) -> Void
  ) throws(NoisyQuadraticError) -> (Solution, RegretProfile?) {
    var solver = LinearRuleSolver(convention: schedule.convention, limits: limits)
    solver.options.additionalStarts = [schedule]
    var optimum = try solver.solve(model, horizon: schedule.count)
    progress(solvingShare)
    guard let segments else { return (optimum, nil) }
    let search = try RuleContinuationSearch(
      setup, model, schedule, optimum: optimum, segments: segments
    ) { progress(solvingShare + (searchShare - solvingShare) * $0) }
    if search.attainable[0] < optimum.finalLoss {
      optimum = try solver.improved(optimum, model, from: search.hybrids[0].schedule)
    }
    return (optimum, RegretProfile(search, schedule.convention))
  }

  /// Whether a schedule has to be judged under another rule than that of the exact sweeps. Without momentum, all
  /// rules are the same.
  private static func hasOwnRule(_ schedule: Schedule, _ limits: HyperparameterLimits) -> Bool {
    schedule.convention != .velocity && (schedule.usesMomentum || limits.momentum > 0)
  }

  /// The shares of all work that are done when the optimum is found, and when the search along the run has
  /// ended.
  private static let (solvingShare, searchShare) = (0.2, 0.9)

  /// Throws the errors that the initializer would throw, without doing its work.
  package static func check(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, limits: HyperparameterLimits
  ) throws(NoisyQuadraticError) {
    _ = try prepare(model, schedule, limits, nil)
  }

  /// Checks all arguments and determines the number of segments.
  private static func prepare(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, _ limits: HyperparameterLimits, _ segments: Int?
  ) throws(NoisyQuadraticError) -> (setup: SolverSetup, segments: Int) {
    if schedule.batchSizes != nil {
      let reason = "because the best rates at given batch sizes are those of plain SGD"
      if let t = schedule.momenta.firstIndex(where: { $0 != 0 }) {
        throw .invalidValue(
          field: "momentum", index: t, value: schedule.momenta[t],
          expected: "0 in a schedule with batchSize, \(reason)")
      }
      guard limits.momentum == 0 else {
        throw .invalidValue(
          field: "momentumLimit", value: limits.momentum,
          expected: "0 for a schedule with batchSize, \(reason)")
      }
      try model.requireAdditiveNoise(
        for: "the best rates at given batch sizes", or: "a schedule without batchSize")
    }
    let horizon = schedule.count
    let hasOwnRule = hasOwnRule(schedule, limits)
    if hasOwnRule {
      try model.requireAdditiveNoise(
        for: "the gap in the momentum convention \(schedule.convention.rawValue)",
        or: "the convention velocity")
    }
    let setup = try SolverSetup(
      model, horizon: horizon, limits, engineSteps: horizon, tracksMomentum: schedule.usesMomentum,
      passes: 100, largestRate: schedule.learningRates.max() ?? 0, anyNoise: true)
    let count =
      segments
      ?? (hasOwnRule
        ? RuleContinuationSearch.defaultSegments(setup, horizon: horizon)
        : RegretProfile.defaultSegments(
          directions: setup.original.dimension, horizon: horizon, rule: setup.rule))
    guard (1...horizon).contains(count) else {
      throw .invalidCount(field: "segments", value: count, expected: "1 to the \(horizon) steps")
    }
    // Memory in addition to the search: the schedule, the optimum and the remains of its search, 25 and 68
    // series as measured.
    let beside = (setup.rule == .sgd ? 30 : 72) * Double(horizon)
    // The error names the argument that the caller chose.
    try MemoryRequirement.check(
      segments == nil ? "horizon" : "segments", segments ?? horizon,
      doubles: beside
        + (hasOwnRule
          ? RuleContinuationSearch.doubles(setup, horizon: horizon, segments: count)
          : ContinuationSearch.doubles(setup, horizon: horizon, segments: count)))
    return (setup, count)
  }

  /// The better schedule that the search along the run found, carried on to its local optimum.
  private static func improved(
    _ optimum: Solution, _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits,
    _ better: ContinuationSearch.Hybrid
  ) throws(NoisyQuadraticError) -> Solution {
    let horizon = better.schedule.count
    let setup = try SolverSetup(
      model, horizon: horizon, limits, engineSteps: horizon, passes: 100, anyNoise: true)
    let search = ScheduleSearch(setup, FullHorizonSolver.Options(), steps: horizon)
    let result = search.run([
      StartingSchedules.Start(name: "along-the-schedule", schedule: better.schedule)
    ])
    let best = result.best
    var statistics = optimum.statistics
    statistics.starts.append(
      StartReport(
        name: "along-the-schedule", finalLoss: setup.problem.modelLoss(best.value),
        sweeps: better.sweeps + best.sweeps, newtonSteps: best.newtonSteps))
    statistics.sweeps += better.sweeps + best.sweeps
    statistics.newtonSteps += best.newtonSteps
    statistics.secondOrder = best.secondOrder
    statistics.optimality = search.report(best)
    return try Solution(
      model, setup, best.schedule, termination: result.termination, statistics: statistics)
  }
}
