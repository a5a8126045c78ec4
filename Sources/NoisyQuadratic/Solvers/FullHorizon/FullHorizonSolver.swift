/// The schedule that minimizes the expected loss after the last step, or any other ``Objective``: exact
/// forward–backward sweeps, then Newton's method within the limits.
///
/// Given the costates of a schedule, the objective is an exact quadratic in each step's rate and momentum
/// (S2). Sweeps minimize it within the limits (S4) step by step, forward and then backward (S6). Without
/// momentum, sweeps converge in some 10 to 50 pairs for any horizon. With momentum, they descend fast and
/// then crawl along a valley of equal effective rate `α/(1−μ)`; Newton steps within the box (S15) then find
/// the last digits. The objective never rises.
///
/// There are local optima, so the search has several starts: the greedy schedule, small constants and the
/// continuous limit (L2). With momentum, it also starts from the best constant pair and from the optimum
/// without momentum. Where evaluations are cheap, it goes on with seeded runs of basin hopping until three of
/// them agree or their budget is spent (S16); ``FullHorizonOptions/effort`` sets the budget. The termination is
/// ``Termination/converged`` only if independent descents agree, and ``Termination/localOptimum`` otherwise.
/// ``SolverStatistics/starts`` reports all starts, ``SolverStatistics/runs`` the runs.
///
/// Complexity: O(d T) per sweep, O(d √T + T) memory beyond 16 MiB; O(d T² + T³) per Newton step, O(d T + T²)
/// memory. The search takes up to some seconds, and with ``FullHorizonOptions/Effort/thorough`` about a minute
/// on two cores.
public struct FullHorizonSolver: ScheduleSolver {
  /// Options that limit the search.
  public typealias Options = FullHorizonOptions

  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// The objective to minimize.
  public var objective: Objective
  /// Options that limit the search.
  public var options: Options

  /// Creates a solver within the given limits.
  public init(
    limits: HyperparameterLimits = HyperparameterLimits(), objective: Objective = .finalLoss,
    options: Options = Options()
  ) {
    self.limits = limits
    self.objective = objective
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``. The method also throws for an objective that does not fit the
  /// horizon, for a number of starts below 1, and for an additional start of another length or without an equal
  /// in the convention of the limits.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    let setup = try setup(model, horizon: horizon)
    let starts = try starts(setup, model, horizon: horizon)
    return try solution(setup, model, starts, search(setup).run(starts), horizon: horizon)
  }

  /// Runs ``solve(_:horizon:)`` on all cores, with a task for each start, each run and each perturbation
  /// of the best.
  ///
  /// The solution is the same to the last bit for any number of cores, if the BLAS computes the same bits on
  /// one thread.
  ///
  /// This pays with ``FullHorizonOptions/starts`` and where there are runs. Memory grows with the number of
  /// cores.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - horizon: T ≥ 1.
  /// - Returns: the solution.
  /// - Throws: the errors of ``solve(_:horizon:)``.
  public func solveConcurrently(
    _ model: NoisyQuadraticModel, horizon: Int
  ) async throws(NoisyQuadraticError) -> Solution {
    let setup = try setup(model, horizon: horizon)
    let (prepared, steps, options) = (setup.prepared, setup.objective.steps, options)
    let starts = try starts(setup, model, horizon: horizon)
    var plan = search(setup).plan(starts)
    while let jobs = plan.next() {
      plan.receive(
        try await Parallel.map(jobs) { job throws(NoisyQuadraticError) in
          ScheduleSearch(SolverSetup(prepared), options, steps: steps).perform(job)
        })
    }
    return try solution(setup, model, starts, plan.finished(), horizon: horizon)
  }

  /// The setup for the request, with all arguments checked.
  private func setup(
    _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> SolverSetup {
    let setup = try SolverSetup(
      model, horizon: horizon, limits, objective, engineSteps: horizon,
      passes: 100 * SolverSetup.momentumPasses(model, limits), anyNoise: true)
    let steps = setup.objective.steps
    if options.usesNewton(setup, steps: steps) {
      try MemoryRequirement.check(
        "horizon", horizon,
        doubles: ScheduleHessian.doubles(
          dimension: setup.problem.dimension, steps: steps, rule: setup.limits.rule))
    }
    if let count = options.starts {
      guard count >= 1 else { throw .invalidCount(field: "starts", value: count, expected: "at least 1") }
      // Memory for the rates and momenta of every start, of its result, and of the job between them.
      try MemoryRequirement.check(
        "starts", count, doubles: 6 * Double(count) * Double(steps))
    }
    return setup
  }

  private func search(_ setup: SolverSetup) -> ScheduleSearch {
    ScheduleSearch(setup, options, steps: setup.objective.steps)
  }

  private func solution(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, _ starts: [StartingSchedules.Start],
    _ result: SearchPlan.Result, horizon: Int
  ) throws(NoisyQuadraticError) -> Solution {
    var statistics = SolverStatistics()
    statistics.starts = zip(starts, result.outcomes).map {
      StartReport(
        name: $0.name, finalLoss: setup.modelObjective($1.value),
        sweeps: $1.sweeps, newtonSteps: $1.newtonSteps)
    }
    statistics.sweeps = result.outcomes.reduce(result.sweeps) { $0 + $1.sweeps }
    statistics.newtonSteps = result.outcomes.reduce(result.newtonSteps) { $0 + $1.newtonSteps }
    statistics.evaluations = result.evaluations
    statistics.runs = result.runs
    statistics.agreeingRuns = result.agreeingRuns
    statistics.perturbations = result.perturbations
    statistics.improvingPerturbations = result.improvingPerturbations
    statistics.secondOrder = result.best.secondOrder
    statistics.optimality = search(setup).report(result.best)
    return try Solution(
      model, setup, setup.continued(result.best.schedule, horizon: horizon), for: objective,
      termination: result.termination, statistics: statistics)
  }

  /// First- and second-order optimality of a schedule within the limits (S11, S15), whatever its origin.
  ///
  /// ``solve(_:horizon:)`` does not compute the smallest eigenvalue from 100 steps on, or if sweeps alone
  /// found the optimum, because that would take longer than the sweeps. If the outcome of Newton's method is
  /// ``SecondOrderOutcome/reached``, it has made sure that no eigenvalue is negative beyond rounding.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - schedule: T steps. Those of another convention are converted exactly. Steps beyond the limits are then
  ///     moved onto them.
  /// - Returns: the report; `nil` if the objective is 0 or not finite. The smallest eigenvalue is missing if
  ///   Newton's method would not be tried.
  /// - Throws: the errors of ``solve(_:horizon:)``, and
  ///   ``NoisyQuadraticError/notConvertible(from:to:step:reason:)``.
  public func optimality(
    _ model: NoisyQuadraticModel, under schedule: Schedule
  ) throws(NoisyQuadraticError) -> OptimalityReport? {
    try schedule.requireBatchSizeOfModel("all steps of this solver have the batch size of the model")
    let setup = try setup(model, horizon: schedule.count)
    let allowed = setup.allowed(try schedule.converted(to: .velocity)).prefix(setup.objective.steps)
    let value = setup.dynamics.objective(allowed, weights: setup.objective.weights)
    return search(setup).report(ScheduleIterate(value: value, allowed), looksAtCurvature: true)
  }

  private func starts(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> [StartingSchedules.Start] {
    let steps = setup.objective.steps
    let schedules = StartingSchedules(setup, steps: steps)
    var starts = schedules.standard()
    if setup.limits.allowsMomentum, options.starts.map({ $0 > starts.count }) ?? true {
      var plain = self
      plain.limits.momentum = 0
      plain.options = Options()
      plain.options.maximumSweeps =
        options.sweeps(directions: setup.problem.dimension, horizon: horizon).scouting
      plain.options.maximumNewtonSteps = 0
      let solution = try plain.solve(model, horizon: horizon)
      starts.append(
        StartingSchedules.Start(
          name: "without-momentum", schedule: setup.problem.scaled(solution.schedule).prefix(steps)))
    }
    if let count = options.starts {
      starts = Array(starts.prefix(count))
      starts += schedules.random(count: count - starts.count, seed: options.seed)
    }
    for (i, schedule) in options.additionalStarts.enumerated() {
      let allowed = setup.allowed(try schedule.additionalStart(i, horizon: horizon, in: .velocity))
      starts.append(StartingSchedules.Start(name: "additional-\(i)", schedule: allowed.prefix(steps)))
    }
    return starts
  }
}
