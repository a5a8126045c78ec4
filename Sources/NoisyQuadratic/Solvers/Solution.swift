/// Why a solver stopped.
public enum Termination: String, Sendable, Equatable, Codable {
  /// The schedule follows from a formula, step by step.
  case closedForm = "closed-form"
  /// The last iterations gained less than the tolerance.
  case converged
  /// The iteration limit came first; the schedule is feasible and the best found.
  case iterationLimit = "iteration-limit"
  /// The expected loss overflowed; see ``ExpectedLossCurve/divergenceStep``.
  case diverged
}

/// One starting point of a solver, and where it led.
public struct StartReport: Sendable, Equatable {
  /// What the start was, for instance `greedy`.
  public let name: String
  /// The final loss it led to.
  public let finalLoss: Double
  /// Sweep pairs spent on it.
  public let sweeps: Int
}

/// What a solve took and how far to trust it.
public struct SolverStatistics: Sendable, Equatable {
  /// Forward–backward sweep pairs over all starts or windows.
  public var sweeps = 0
  /// Evaluations of the loss of a whole run or window by one-dimensional searches.
  public var evaluations = 0
  /// Windows of a receding horizon that stopped at the iteration limit.
  public var unconvergedWindows = 0
  /// The starts and what they led to, in the order tried; empty for solvers without starts.
  public var starts: [StartReport] = []
  /// `(worst − best)/best` final loss over the starts; `nil` without starts or when the best loss is 0.
  ///
  /// Agreement of the starts is no proof that the optimum is global, disagreement proves local optima or
  /// slow convergence.
  public var startSpread: Double? {
    guard let best = starts.map(\.finalLoss).min(), let worst = starts.map(\.finalLoss).max(), best > 0
    else { return nil }
    return (worst - best) / best
  }
  /// The KKT residual of the full problem (S11): the largest projected derivative, times its
  /// coordinate's limit (1/h_max where there is none), over the loss; `nil` where it was not computed.
  public var kktResidual: Double?
}

/// A schedule, what it does, and how good it is.
public struct Solution: Sendable, Equatable {
  /// The schedule found.
  public let schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// A lower bound on the final loss of every schedule (M7).
  public let informationBound: Double
  /// The limit on the learning rate that was in force; `nil` if none.
  public let learningRateLimit: Double?
  /// The limit on momentum that was in force.
  public let momentumLimit: Double
  /// Why the solver stopped.
  public let termination: Termination
  /// What it took.
  public let statistics: SolverStatistics

  /// `L_T`.
  public var finalLoss: Double { losses.final }

  /// `(L_T − bound)/L_T`: no schedule can remove a larger part of the final loss. `nil` at loss 0.
  public var gapToInformationBound: Double? {
    finalLoss > 0 ? (finalLoss - informationBound) / finalLoss : nil
  }

  init(
    _ model: NoisyQuadraticModel, _ problem: NormalizedProblem, _ limits: ResolvedLimits,
    scaledRates: [Double], momenta: [Double], termination: Termination,
    statistics: SolverStatistics = SolverStatistics()
  ) {
    schedule = Schedule(validRates: scaledRates.map(problem.modelRate), momenta: momenta)
    losses = model.expectedLoss(under: schedule)
    informationBound = model.informationBound(steps: schedule.count)
    learningRateLimit = limits.learningRate
    momentumLimit = limits.momentum
    self.termination = losses.divergenceStep == nil ? termination : .diverged
    self.statistics = statistics
  }
}
