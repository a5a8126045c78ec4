/// What a solve took and how far to trust it.
public struct SolverStatistics: Sendable, Equatable {
  /// Forward–backward sweep pairs over all starts or windows.
  public var sweeps = 0
  /// Newton steps, or those of a family's quasi-Newton method, over all starts.
  public var newtonSteps = 0
  /// Evaluations of the loss of a whole run or window by one-dimensional searches.
  public var evaluations = 0
  /// The steps at which those windows of a receding horizon begin whose search stopped at its limit, ascending.
  public var unconvergedWindows: [Int] = []
  /// The starts and what they led to, in the order tried; empty for solvers without starts.
  public var starts: [StartReport] = []
  /// `(worst − best)/best` objective over the starts; `nil` without starts or when the best is 0.
  ///
  /// Agreement of the starts is no proof that the optimum is global, disagreement proves local optima or
  /// slow convergence.
  public var startSpread: Double? {
    guard let best = starts.map(\.finalLoss).min(), let worst = starts.map(\.finalLoss).max(), best > 0
    else { return nil }
    return (worst - best) / best
  }
  /// Perturbations of the best schedule that a multi-start carried on to a local optimum (S16); the work
  /// they took is not counted above.
  public var perturbations = 0
  /// Those that led to a lower objective.
  public var improvingPerturbations = 0
  /// How the schedule stands to first and second order; `nil` where it was not computed.
  public var optimality: OptimalityReport?
  /// What a limit on growth does; `nil` for solvers without one.
  public var growth: GrowthReport?
  /// The few directions that the solver worked on; `nil` where it worked on all of them.
  public var compression: CompressionReport?
  /// How far Newton's method came; `nil` for solvers without it.
  public var secondOrder: SecondOrderOutcome?
  /// The KKT residual of the full problem (S11): the largest projected derivative, times its
  /// coordinate's limit (1/h_max where there is none), over the objective; `nil` where it was not computed.
  public var kktResidual: Double? { optimality?.kktResidual }
}
