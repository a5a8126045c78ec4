/// Statistics of a solve, which tell how much it took and how far to trust it.
public struct SolverStatistics: Sendable, Equatable, Codable {
  /// Forward–backward sweep pairs, summed over all starts or windows.
  public internal(set) var sweeps = 0
  /// Newton steps, or steps of a family's quasi-Newton method, summed over all starts.
  public internal(set) var newtonSteps = 0
  /// Evaluations of the loss of a whole run or window by one-dimensional searches. In a search for the lowest of
  /// many local optima (S16), passes forward and backward, with those of its sweeps; second derivatives count
  /// one, and one more for every two variables.
  public internal(set) var evaluations = 0
  /// The first steps of those windows of a receding horizon whose search stopped at its limit, in ascending
  /// order.
  public internal(set) var unconvergedWindows: [Int] = []
  /// The starts and their results, in the order tried; empty for solvers without starts.
  public internal(set) var starts: [StartReport] = []
  /// `(worst − best)/best` objective over the starts; `nil` without starts or if the best is 0.
  ///
  /// Agreement of the starts is no proof that the optimum is global. Disagreement proves local optima or slow
  /// convergence.
  public var startSpread: Double? {
    guard let best = starts.map(\.finalLoss).min(), let worst = starts.map(\.finalLoss).max(), best > 0
    else { return nil }
    return (worst - best) / best
  }
  /// Random changes of a schedule that were carried on to a local optimum (S16). Where a multi-start perturbs
  /// the best schedule without runs, the counts above do not include this work.
  public internal(set) var perturbations = 0
  /// Those of them that led to a lower objective.
  public internal(set) var improvingPerturbations = 0
  /// Seeded runs of the search for the lowest local optimum (S16); 0 if its starts agreed or no runs were made.
  public internal(set) var runs = 0
  /// The runs that ended within 1e-6 of the lowest value.
  public internal(set) var agreeingRuns = 0
  /// First- and second-order optimality of the schedule; `nil` if it was not computed.
  public internal(set) var optimality: OptimalityReport?
  /// The effect of a limit on growth; `nil` for solvers without one.
  public internal(set) var growth: GrowthReport?
  /// The few directions that the solver worked on; `nil` if it worked on all of them.
  public internal(set) var compression: CompressionReport?
  /// The outcome of Newton's method; `nil` for solvers without it.
  public internal(set) var secondOrder: SecondOrderOutcome?
  /// The KKT residual of the full problem (S11); `nil` if it was not computed.
  ///
  /// It is the largest projected derivative, times the limit of its variable (`1/h_max` if there is none),
  /// divided by the objective.
  public var kktResidual: Double? { optimality?.kktResidual }
}
