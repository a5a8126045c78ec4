/// The effect of a limit on the growth of every direction's loss on the best schedule found.
public struct GrowthReport: Sendable, Equatable {
  /// κ, the limit.
  public let limit: Double
  /// The largest growth under the schedule found, which keeps to the limit.
  public let largest: LossGrowth
  /// The number of active limits: those with a positive multiplier, which hold the optimum back. There is one
  /// limit for every direction and step.
  public let pulling: Int
  /// The final loss of the best schedule found without the limit.
  public let unlimitedLoss: Double
  /// The largest growth under the best schedule found without the limit.
  public let unlimited: LossGrowth
}
