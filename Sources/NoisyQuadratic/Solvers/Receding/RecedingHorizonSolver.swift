/// A receding horizon: look ahead k steps, take the first step, and look ahead again (S8). A meta-optimizer
/// with a short horizon does the same; here it is computed exactly.
///
/// k = 1 is greedy, and k = T is the full horizon. The final loss as a function of k is short-horizon bias
/// itself. A window ends with the run at the latest. The plan of the first window that reaches the end is
/// followed to the end, since the tail of an optimal plan is optimal.
///
/// Complexity: O(d k T) times the number of sweeps per window, a few.
public struct RecedingHorizonSolver: ScheduleSolver {
  /// The steps that may vary within a window.
  public enum Window: String, Sendable, Equatable {
    /// Every step of the window has its own rate and momentum.
    case free
    /// The whole window has one rate and one momentum, as in the paper's online meta-optimizer.
    case held
  }

  /// Options that limit the search in each window.
  public struct Options: Sendable, Equatable {
    /// The largest number of sweep pairs per window that gets sweeps alone. The window that reaches the end of
    /// the run gets ten times as many, and the first window gets those of ``FullHorizonSolver``. Short windows
    /// get Newton steps too, which end by themselves.
    public var maximumSweeps = 50
    /// The relative gain of a sweep pair or Newton step below which a window counts as converged.
    public var tolerance = 1e-9
    /// The largest number of Newton steps of each descent in a held window, at least 1.
    public var maximumSearchSteps = ConstantMinimizer.Effort.newtonSteps

    /// Creates the default options.
    public init() {}
  }

  /// The number of steps to look ahead, k ≥ 1. A value that exceeds the horizon is refused.
  public var lookahead: Int
  /// The steps that may vary within a window.
  public var window: Window
  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// The objective to minimize. Each window minimizes the part of it that falls inside, or the loss at its
  /// end if no part does.
  public var objective: Objective
  /// Options that limit the search in each window.
  public var options: Options

  /// Creates a solver that looks `lookahead` steps ahead.
  public init(
    lookahead: Int, window: Window = .free, limits: HyperparameterLimits = HyperparameterLimits(),
    objective: Objective = .finalLoss, options: Options = Options()
  ) {
    self.lookahead = lookahead
    self.objective = objective
    self.window = window
    self.limits = limits
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  ///
  /// The termination is ``Termination/iterationLimit`` if the search in one of the windows stopped at its
  /// limit; ``SolverStatistics/unconvergedWindows`` lists these windows. The method also throws for a
  /// look-ahead outside the run and for options outside their domain.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    guard options.maximumSearchSteps >= 1 else {
      throw .invalidCount(
        field: "maximumSearchSteps", value: options.maximumSearchSteps, expected: "at least 1")
    }
    guard (1...1_000_000_000).contains(options.maximumSweeps) else {
      throw .invalidCount(
        field: "maximumSweeps", value: options.maximumSweeps, expected: "1 to 1000000000")
    }
    guard (1...max(horizon, 1)).contains(lookahead) else {
      throw .invalidCount(
        field: "lookahead", value: lookahead, expected: "1 to the horizon, \(horizon)")
    }
    if lookahead == 1 {
      return try GreedySolver(limits: limits, objective: objective).solve(model, horizon: horizon)
    }
    switch window {
    case .free: return try solveFree(model, horizon: horizon)
    case .held: return try solveHeld(model, horizon: horizon)
    }
  }

  private func solveFree(
    _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> Solution {
    let setup = try SolverSetup(
      model, horizon: horizon, limits, objective, engineSteps: lookahead,
      passes: 4 * Double(lookahead) * SolverSetup.momentumPasses(model, limits), anyNoise: true)
    let run = setup.objective.steps
    let lookahead = min(lookahead, run)
    // The first window has no predecessor to start from, so it is solved like a full horizon.
    var full = FullHorizonSolver(
      limits: limits,
      objective: lookahead == run
        ? objective
        : setup.objective.window(from: 0, steps: lookahead).map(Objective.weightedLoss) ?? .finalLoss)
    if lookahead == run { return try full.solve(model, horizon: horizon) }
    // A search among local optima takes seconds. The later windows get none if there are many directions.
    full.options.allowsRuns = SweepEngine.isSmall(dimension: setup.original.dimension, steps: lookahead)
    let first = try full.solve(model, horizon: lookahead)
    let search = WindowSearch(
      setup, lookahead: lookahead, maximumSweeps: options.maximumSweeps, tolerance: options.tolerance)
    var plan = setup.problem.scaled(first.schedule)
    var taken = KernelSchedule(rates: [], momenta: [])
    var statistics = SolverStatistics()
    statistics.sweeps = first.statistics.sweeps
    statistics.newtonSteps = first.statistics.newtonSteps
    if first.termination == .iterationLimit { statistics.unconvergedWindows.append(0) }
    let lastWindow = run - lookahead
    for t in 0...lastWindow {
      if t > 0 {
        let outcome = search.minimize(plan, first: t, isLast: t == lastWindow)
        statistics.sweeps += outcome.sweeps
        statistics.newtonSteps += outcome.newtonSteps
        plan = outcome.schedule
        if !outcome.converged { statistics.unconvergedWindows.append(t) }
      }
      if t == lastWindow { break }
      setup.dynamics.advance(search.start, plan.rates[0], plan.momenta[0])
      taken.append(rate: plan.rates[0], momentum: plan.momenta[0])
      // The new last step starts from its neighbour.
      plan.append(rate: plan.rates[lookahead - 1], momentum: plan.momenta[lookahead - 1])
      plan = plan.suffix(from: 1)
    }
    return try Solution(
      model, setup, setup.continued(taken + plan, horizon: horizon), for: objective,
      termination: statistics.unconvergedWindows.isEmpty ? .converged : .iterationLimit,
      statistics: statistics)
  }

  private func solveHeld(
    _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> Solution {
    let setup = try SolverSetup(
      model, horizon: horizon, limits, objective, passes: 20 * Double(lookahead), anyNoise: true)
    let state = setup.dynamics.makeState()
    var taken = KernelSchedule(rates: [], momenta: [])
    var statistics = SolverStatistics()
    var previous: ConstantPoint?
    for t in 0..<setup.objective.steps {
      let steps = min(lookahead, setup.objective.steps - t)
      let minimizer = ConstantMinimizer(
        setup, from: state, steps: steps, weights: setup.objective.window(from: t, steps: steps),
        maximumSearchSteps: options.maximumSearchSteps)
      let minimum = minimizer.minimize(near: previous)
      statistics.evaluations += minimizer.run.evaluations
      previous = minimum
      if !minimum.converged { statistics.unconvergedWindows.append(t) }
      taken.append(rate: minimum.alpha, momentum: minimum.mu)
      setup.dynamics.advance(state, minimum.alpha, minimum.mu)
    }
    return try Solution(
      model, setup, setup.continued(taken, horizon: horizon), for: objective,
      termination: statistics.unconvergedWindows.isEmpty ? .converged : .iterationLimit,
      statistics: statistics)
  }
}
