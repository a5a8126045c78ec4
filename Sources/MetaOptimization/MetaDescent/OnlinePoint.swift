/// Training loss, learning rate and momentum after some steps.
public struct OnlinePoint: Sendable, Equatable, Codable {
  /// Steps made.
  public let step: Int
  /// The mean loss over the evaluation's batches.
  public let loss: Double
  /// `α/(1 − μ)`.
  public let effectiveRate: Double
  /// μ.
  public let momentum: Double
}
