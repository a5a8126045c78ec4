/// The end of a comparison before its last checkpoint.
public struct CheckpointEnd: Sendable, Equatable, Codable {
  /// The number of training steps before the end.
  public let step: Int
  /// The reason for the end.
  public let reason: String

  static func divergence(at step: Int) -> CheckpointEnd {
    CheckpointEnd(step: step, reason: "training has diverged")
  }
}
