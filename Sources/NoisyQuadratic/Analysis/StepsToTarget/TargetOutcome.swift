/// Whether a method reaches a target loss, and how (``StepsToTarget``).
public enum TargetOutcome: Sendable, Equatable {
  /// The target is reached.
  case reached(TargetReached)
  /// The target is not reached. The loss is the lowest that the search saw, after this number of steps. Where the
  /// information bound or the best schedule stays above the target up to ``StepsToTarget/maximumSteps``, the method
  /// itself is not searched, and the loss is theirs, which the method's is not below.
  case notReached(steps: Int, loss: Double)

  /// The result, if the target is reached.
  public var reached: TargetReached? { if case .reached(let result) = self { result } else { nil } }
}
