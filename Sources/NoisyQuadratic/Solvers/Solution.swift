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
