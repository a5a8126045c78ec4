/// One starting point of a solver, and its result.
public struct StartReport: Sendable, Equatable {
  /// The name of the start, for instance `greedy`.
  public let name: String
  /// The objective that the start led to: the final loss, unless another objective was asked for.
  public let finalLoss: Double
  /// Sweep pairs spent on it.
  public let sweeps: Int
  /// Newton steps, or steps of a family's quasi-Newton method, spent on it.
  public let newtonSteps: Int
}
