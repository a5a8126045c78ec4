/// Options that limit the search of ``BatchScheduleSolver``.
public struct BatchScheduleOptions: Sendable, Equatable {
  /// The KKT residual up to which a schedule counts as optimal.
  public var tolerance = 1e-6
  /// The largest number of iterations from every start, at least 1.
  public var maximumIterations = 2000

  /// Creates the default options.
  public init() {}
}
