/// How far a schedule ends above the best one, where along the run it loses that (G1), and where in the
/// spectrum it shows (G5).
///
/// ```
/// excess = L_T(schedule) − L_T(optimum) = Σ regrets
/// ```
/// The optimum is that of ``FullHorizonSolver`` within the limits, started also from the schedule itself and
/// from what the search along the run finds (G2), so that no schedule met on the way is better.
///
/// A schedule may exceed the limits; ``stepsBeyondLimits`` says so. The optimum does not, so the excess may
/// then be negative, and so may the regret of those steps.
///
/// Where a problem has more directions than its horizon can tell apart the search works on some hundred that stand for
/// all of them (Q1–Q4), as solvers do, and so do the slopes and scalings of ``regret``. All other losses are those of all
/// directions.
///
/// Complexity: a full-horizon solve, and two descents of some ten sweeps for every segment of the run.
public struct ScheduleGap: Sendable, Equatable {
  /// The schedule.
  public let schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// The best schedule found within the limits, its loss and its bound.
  public let optimum: Solution
  /// Steps whose rate or momentum exceeds the limits.
  public let stepsBeyondLimits: Int
  /// Where along the run the excess arises; `nil` when the schedule's loss overflows.
  public let regret: RegretProfile?
  /// The schedule's final loss by curvature, signal and noise.
  public let spectrum: SpectralLoss
  /// The optimum's final loss in the same bands.
  public let optimalSpectrum: SpectralLoss

  /// `L_T` of the schedule.
  public var finalLoss: Double { losses.final }
  /// `L_T` minus the optimum's: the sum of all regrets, to rounding; more where the best continuation from the start was
  /// carried on to its local optimum afterwards.
  public var excess: Double { finalLoss - optimum.finalLoss }
  /// `L_T` over the optimum's; `nil` when the latter is 0.
  public var ratio: Double? { optimum.finalLoss > 0 ? finalLoss / optimum.finalLoss : nil }

  /// Compares a schedule with the best one.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - schedule: T ≥ 1 steps.
  ///   - limits: of every schedule that the given one is compared with.
  ///   - segments: stretches of the run whose regret is told apart, 1 to T. If `nil` every step where that
  ///     is cheap, else 20 to 50.
  ///   - progress: called now and then with the share that is done, from 0 to 1; never less than before.
  /// - Throws: ``NoisyQuadraticError`` for an empty schedule, for limits or segments outside their domain, and
  ///   for a run that does not fit into memory.
  public init(
    _ model: NoisyQuadraticModel, _ schedule: Schedule,
    limits: HyperparameterLimits = HyperparameterLimits(), segments: Int? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    let (setup, count) = try Self.prepare(model, schedule, limits, segments)
    let horizon = schedule.count
    let scaled = setup.problem.scaled(schedule)
    let allowed = setup.allowed(schedule)
    stepsBeyondLimits = (0..<horizon).count {
      allowed.rates[$0] != scaled.rates[$0] || allowed.momenta[$0] != scaled.momenta[$0]
    }
    var solver = FullHorizonSolver(limits: limits)
    solver.options.additionalStarts = [setup.problem.schedule(allowed)]
    var optimum = try solver.solve(model, horizon: horizon)
    progress(Self.solvingShare)
    self.schedule = schedule
    losses = model.expectedLoss(under: schedule)
    if losses.final.isFinite {
      let search = ContinuationSearch(
        setup, scaled, optimum: optimum, segments: count
      ) { progress(Self.solvingShare + (Self.searchShare - Self.solvingShare) * $0) }
      let profile = RegretProfile(search)
      regret = profile
      if profile.attainable[0] < optimum.finalLoss {
        optimum = try Self.improved(optimum, model, limits, search.hybrids[0])
      }
    } else {
      regret = nil
    }
    self.optimum = optimum
    spectrum = try SpectralLoss(model, under: schedule)
    optimalSpectrum = try SpectralLoss(model, under: optimum.schedule)
    progress(1)
  }

  /// The part of all work that is done once the optimum is found, and once the search along the run is.
  private static let (solvingShare, searchShare) = (0.2, 0.9)

  /// Throws what the initializer would throw, without doing its work.
  package static func check(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, limits: HyperparameterLimits
  ) throws(NoisyQuadraticError) {
    _ = try prepare(model, schedule, limits, nil)
  }

  /// Checks everything and says how many segments there will be.
  private static func prepare(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, _ limits: HyperparameterLimits, _ segments: Int?
  ) throws(NoisyQuadraticError) -> (setup: SolverSetup, segments: Int) {
    let horizon = schedule.count
    let setup = try SolverSetup(
      model, horizon: horizon, limits, engineSteps: horizon, tracksMomentum: schedule.usesMomentum,
      passes: 100, largestRate: schedule.learningRates.max() ?? 0)
    let count =
      segments
      ?? RegretProfile.defaultSegments(
        directions: setup.original.dimension, horizon: horizon, usesMomentum: setup.kernels.usesMomentum)
    guard (1...horizon).contains(count) else {
      throw .invalidCount(field: "segments", value: count, expected: "1 to the \(horizon) steps")
    }
    // Beside the search: the schedule, the optimum and what is left of finding it, 25 and 68 series as measured.
    let beside = (setup.kernels.usesMomentum ? 72 : 30) * Double(horizon)
    // The field is what the caller chose.
    try MemoryRequirement.check(
      segments == nil ? "horizon" : "segments", segments ?? horizon,
      doubles: beside + ContinuationSearch.doubles(setup, horizon: horizon, segments: count))
    return (setup, count)
  }

  /// The better schedule that the search along the run came upon, carried on to its local optimum.
  private static func improved(
    _ optimum: Solution, _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits,
    _ better: ContinuationSearch.Hybrid
  ) throws(NoisyQuadraticError) -> Solution {
    let horizon = better.schedule.count
    let setup = try SolverSetup(model, horizon: horizon, limits, engineSteps: horizon, passes: 100)
    let search = ScheduleSearch(setup, FullHorizonSolver.Options(), steps: horizon)
    let best = search.run([
      StartingSchedules.Start(name: "along-the-schedule", schedule: better.schedule)
    ]).best
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
      model, setup, best.schedule,
      termination: best.converged ? .converged : .iterationLimit, statistics: statistics)
  }
}
