/// Whether a method reaches a target loss, and how (``StepsToTarget``).
public enum TargetOutcome: Sendable, Equatable {
  /// The target is reached.
  case reached(TargetReached)
  /// The target is not reached within a number of steps; the loss is the lowest that the search saw there.
  case notReached(steps: Int, loss: Double)

  /// The result, if the target is reached.
  public var reached: TargetReached? { if case .reached(let result) = self { result } else { nil } }
}
