/// The search in the windows of a receding horizon after the first, warm-started from the window before (S8).
///
/// Short windows get the descent of the full horizon (S15). If the plan carried over is beaten, they also get
/// some of its random starts. Where evaluations are dear, windows get sweeps alone.
struct WindowSearch {
  /// The state before the window, which the caller advances.
  let start: AlignedColumns
  private let setup: SolverSetup
  private let lookahead: Int
  /// The largest number of sweep pairs of a window before the last, and the gain that ends its descent.
  private let maximumSweeps: Int
  private let tolerance: Double
  private let engine: SweepEngine
  private let isCheap: Bool

  init(_ setup: SolverSetup, lookahead: Int, maximumSweeps: Int, tolerance: Double) {
    self.setup = setup
    self.lookahead = lookahead
    (self.maximumSweeps, self.tolerance) = (maximumSweeps, tolerance)
    engine = SweepEngine(setup.dynamics, capacity: lookahead)
    start = engine.start
    let descent = 10 * (LocalDescent.hessianEvaluations(steps: lookahead, rule: setup.rule) + 6)
    isCheap =
      SweepEngine.isSmall(dimension: setup.original.dimension, steps: lookahead)
      && SearchBudget.standardWork
        >= SearchBudget.work(setup, steps: lookahead) * Double(descent) * Double(setup.objective.steps)
  }

  /// The best plan for the window that begins before step `first`.
  func minimize(_ plan: KernelSchedule, first: Int, isLast: Bool) -> ScheduleIterate {
    let weights = setup.objective.window(from: first, steps: lookahead)
    let greedy = GreedySolver.plan(setup, steps: lookahead, from: start).schedule
    let greedyValue = setup.dynamics.objective(greedy, weights: weights, from: start)
    let tolerance = isLast ? 1e-3 * tolerance : tolerance
    // The plan carried over may be stuck in a local optimum that is worse than greedy steps.
    func isBeaten(_ outcome: ScheduleIterate) -> Bool { greedyValue < outcome.value * (1 - 1e-12) }
    guard isCheap else {
      let descent = SweepDescent(
        engine: engine, setup: setup, maximumSweeps: maximumSweeps * (isLast ? 10 : 1),
        tolerance: tolerance, verifies: setup.limits.allowsWildSteps(setup.problem), weights: weights)
      let outcome = descent.descend(plan)
      guard isBeaten(outcome) else { return outcome }
      var other = descent.descend(greedy)
      other.sweeps += outcome.sweeps
      return other
    }
    let search = ChainSearch(setup, steps: lookahead, weights: weights, from: start)
    let carried = search.descend(plan, gain: tolerance)
    guard isBeaten(carried) else { return carried }
    var outcomes = [carried, search.descend(greedy, gain: tolerance)]
    for i in 0..<Self.restarts { outcomes.append(search.start(i, seed: UInt64(first))) }
    var best = outcomes[0]
    for outcome in outcomes where outcome.value < best.value { best = outcome }
    best.sweeps = outcomes.reduce(0) { $0 + $1.sweeps }
    best.newtonSteps = outcomes.reduce(0) { $0 + $1.newtonSteps }
    return best
  }

  /// The number of random starts in a window whose plan is beaten: two of each kind.
  private static let restarts = 8
}
