/// What a limit on the growth of every direction's loss does to the best schedule found.
public struct GrowthReport: Sendable, Equatable {
  /// κ.
  public let limit: Double
  /// What the schedule keeps to.
  public let largest: LossGrowth
  /// The limits, one for every direction and step, that a positive multiplier says hold the optimum back.
  public let pulling: Int
  /// The final loss of the best schedule found without the limit.
  public let unlimitedLoss: Double
  /// The largest growth under that schedule.
  public let unlimited: LossGrowth
}
