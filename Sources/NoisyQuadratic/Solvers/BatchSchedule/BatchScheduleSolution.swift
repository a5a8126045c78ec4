/// Learning rates and batch sizes of every step, with their losses and measures of their quality.
public struct BatchScheduleSolution: Sendable, Equatable {
  /// The rates and batch sizes.
  public let schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// `Σ B_t`.
  public let examples: Double
  /// A lower bound on the final loss of every schedule of as many examples (P7).
  public let informationBound: Double
  /// The limit on the learning rate that was in force; `nil` if there was none.
  public let learningRateLimit: Double?
  /// The largest derivative of the loss by a rate that is not held by a limit, times the limit, or `2/h_max` if
  /// that is lower, over the loss; 0 if the loss is nothing but rounding. Batch sizes follow from the rates by a
  /// formula.
  public let kktResidual: Double
  /// Why the solver stopped; see ``BatchScheduleSolver``.
  public let termination: Termination
  /// The number of runs evaluated.
  public let evaluations: Int

  /// `L_T`.
  public var finalLoss: Double { losses.final }
}
