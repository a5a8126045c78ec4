/// One starting point of a solver, and where it led.
public struct StartReport: Sendable, Equatable {
  /// What the start was, for instance `greedy`.
  public let name: String
  /// The objective it led to, the final loss unless another was asked for.
  public let finalLoss: Double
  /// Sweep pairs spent on it.
  public let sweeps: Int
  /// Newton steps, or those of a family's quasi-Newton method, spent on it.
  public let newtonSteps: Int
}
