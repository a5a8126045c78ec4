/// The training loss, learning rate and momentum after a number of steps.
public struct OnlinePoint: Sendable, Equatable, Codable {
  /// The number of steps made.
  public let step: Int
  /// The mean loss over the evaluation's batches.
  public let loss: Double
  /// The effective rate `α/(1 − μ)`.
  public let effectiveRate: Double
  /// The momentum μ.
  public let momentum: Double
}
