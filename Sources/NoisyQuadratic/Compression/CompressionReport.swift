/// What a solver made of the spectrum before it set to work (Q1–Q4).
public struct CompressionReport: Sendable, Equatable {
  /// Directions of the model with curvature.
  public let directions: Int
  /// Directions that stood for them.
  public let nodes: Int
  /// A proven bound on the relative error of the final loss as the solver saw it; `nil` with momentum, where
  /// there is none.
  public let certifiedError: Double?
  /// That error as measured on all directions; `nil` where that would have taken minutes.
  public let measuredError: Double?
  /// A proven bound on the relative error of the solution's final loss, where a finer compression evaluated that
  /// too; `nil` where all directions did, to rounding.
  public let evaluationError: Double?
}
