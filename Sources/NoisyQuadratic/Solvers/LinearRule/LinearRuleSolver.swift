/// The schedule that minimizes the expected loss, or any other ``Objective``, under the update rule of a
/// ``MomentumConvention``, with limits that are stated in its own numbers (S17).
///
/// Exact sweeps and Newton's method belong to the rule of ``FullHorizonSolver``. Here, a projected quasi-Newton
/// method works on the exact gradient of the rule (U3). It starts from the full-horizon optimum converted to the
/// convention, from that without momentum, and from the starts of ``FullHorizonSolver``. Where no exact conversion
/// exists, a start keeps its numbers. All starts move to within the limits. The best of them are carried on.
///
/// The termination is ``Termination/converged`` or ``Termination/localOptimum`` only if the KKT residual (S11)
/// reached ``Options/tolerance``. The former also says that two independent starts ended at the same value.
///
/// PyTorch leaves its buffer alone while momentum is 0, so 0 is not the limit of small momenta there. The search
/// changes the buffer at every step, unless an additional start skips some changes and gains by it.
///
/// Complexity: a full-horizon solve, and some thousand evaluations of O(d T).
public struct LinearRuleSolver: ScheduleSolver {
  /// Options that limit the search.
  public struct Options: Sendable, Equatable {
    /// The KKT residual (S11) at which the search stops.
    public var tolerance = 1e-6
    /// The largest number of iterations of the last descent, at least 1. If `nil`, it is 3000. From some 10⁷
    /// directions times steps on it falls, down to 100.
    public var maximumIterations: Int?
    /// Options of the search for the full-horizon optimum from which this search starts.
    public var fullHorizon = FullHorizonOptions()
    /// Further schedules to start from, of as many steps as the horizon. A schedule in another convention is
    /// converted exactly. A step beyond the limits is moved onto them.
    public var additionalStarts: [Schedule] = []

    /// Creates the default options.
    public init() {}

    func iterations(directions: Int, horizon: Int) -> Int {
      maximumIterations
        ?? Int(min(max(Self.mostWork / (Double(directions) * Double(horizon)), 100), 3000))
    }

    /// Directions times steps times iterations of the last descent: some minutes of work.
    private static let mostWork = 3e10
  }

  /// The convention of the schedule and of the limits.
  public var convention: MomentumConvention
  /// Limits on rate and momentum, in the numbers of the convention.
  public var limits: HyperparameterLimits
  /// The objective to minimize.
  public var objective: Objective
  /// Options that limit the search.
  public var options: Options

  /// Creates a solver for a convention within limits in its numbers.
  public init(
    convention: MomentumConvention, limits: HyperparameterLimits = HyperparameterLimits(),
    objective: Objective = .finalLoss, options: Options = Options()
  ) {
    self.convention = convention
    self.limits = limits
    self.objective = objective
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``. The method also throws for an objective that does not fit the
  /// horizon, for a number of iterations below 1, and for an additional start of another length or without an
  /// equal in the convention.
  ///
  /// Without momentum, all conventions agree, and the solution is that of ``FullHorizonSolver``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    if let count = options.maximumIterations, count < 1 {
      throw .invalidCount(field: "maximumIterations", value: count, expected: "at least 1")
    }
    let setup = try setup(model, horizon: horizon)
    let additional = try additionalStarts(setup, horizon: horizon)
    guard setup.limits.allowsMomentum else {
      var solver = FullHorizonSolver(limits: limits, objective: objective, options: options.fullHorizon)
      solver.options.additionalStarts += additional.map(\.schedule)
      return try solver.solve(model, horizon: horizon).converted(to: convention)
    }
    return try solution(
      setup, model, try starts(setup, model, horizon: horizon) + additional, horizon: horizon)
  }

  /// A better schedule than that of a solution, carried on to its local optimum.
  func improved(
    _ known: Solution, _ model: NoisyQuadraticModel, from better: Schedule
  ) throws(NoisyQuadraticError) -> Solution {
    let setup = try setup(model, horizon: better.count)
    return try solution(
      setup, model, [Start(name: "along-the-schedule", schedule: better)], horizon: better.count,
      after: known.statistics)
  }

  /// The solution that a search from some starts finds. Its statistics include those of an earlier search.
  private func solution(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, _ starts: [Start], horizon: Int,
    after earlier: SolverStatistics = SolverStatistics()
  ) throws(NoisyQuadraticError) -> Solution {
    let search = try RuleSearch(
      setup, model, convention, objective, horizon: horizon, tolerance: options.tolerance)
    let result = search.run(
      starts,
      iterations: options.iterations(directions: setup.problem.dimension, horizon: horizon))
    var statistics = earlier
    statistics.starts += zip(starts, result.outcomes).map {
      StartReport(name: $0.name, finalLoss: $1.value, sweeps: 0, newtonSteps: $1.iterations)
    }
    statistics.newtonSteps += result.iterations
    statistics.evaluations += result.evaluations
    let schedule = search.tidied(result.best.schedule)
    let losses = model.expectedLoss(under: schedule)
    let value = try objective.value(of: losses)
    statistics.compression = search.compressionReport(seen: result.best.value, exact: value)
    statistics.optimality = search.report(result.best)
    return try Solution(
      model, setup, schedule, losses, for: objective,
      termination: !result.best.converged ? .iterationLimit : result.agrees ? .converged : .localOptimum,
      statistics: statistics)
  }

  private func setup(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> SolverSetup {
    try model.requireAdditiveNoise(
      for: "the best schedule in the momentum convention \(convention.rawValue)",
      or: "the convention velocity")
    return try SolverSetup(
      model, horizon: horizon, limits, objective, engineSteps: horizon, passes: 1000)
  }

  private typealias Start = RuleSearch.Start
  private static let fullHorizonName = "full-horizon"

  private func additionalStarts(
    _ setup: SolverSetup, horizon: Int
  ) throws(NoisyQuadraticError) -> [Start] {
    var starts: [Start] = []
    for (i, schedule) in options.additionalStarts.enumerated() {
      let start = try schedule.additionalStart(i, horizon: horizon, in: convention)
      starts.append(Start(name: "additional-\(i)", schedule: setup.limits.nearest(to: start)))
    }
    return starts
  }

  /// The starts, which are schedules of the rule of ``FullHorizonSolver``, in this convention.
  private func starts(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> [Start] {
    var solver = FullHorizonSolver(limits: limits, objective: objective, options: options.fullHorizon)
    var schedules = [(Self.fullHorizonName, try solver.solve(model, horizon: horizon).schedule)]
    solver.limits.momentum = 0
    schedules.append(("without-momentum", try solver.solve(model, horizon: horizon).schedule))
    schedules += StartingSchedules(setup, steps: horizon).standard().map {
      ($0.name, setup.problem.schedule($0.schedule))
    }
    return schedules.map { name, schedule in
      let own = (try? schedule.converted(to: convention)) ?? schedule.with(convention: convention)
      return Start(
        name: name, schedule: setup.limits.nearest(to: own), isResult: name == Self.fullHorizonName)
    }
  }
}

extension ResolvedLimits {
  /// A schedule in any convention, with every step moved to the nearest one whose numbers are within the limits.
  func nearest(to schedule: Schedule) -> Schedule {
    Schedule(
      validRates: schedule.learningRates.map { min($0, learningRate ?? .infinity) },
      momenta: schedule.momenta.map { min($0, momentum) }, convention: schedule.convention)
  }
}
