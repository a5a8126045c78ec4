/// The compression of the spectrum that a solver used (Q1–Q4).
public struct CompressionReport: Sendable, Equatable {
  /// The number of directions of the model that have curvature.
  public let directions: Int
  /// The number of directions that replaced them.
  public let nodes: Int
  /// A proven bound on the relative error of the final loss that the solver computed. It is `nil` with
  /// momentum, for which there is no proof.
  public let certifiedError: Double?
  /// This error, measured on all directions. It is `nil` if a finer compression evaluated the final loss,
  /// which happens above 4·10⁹ directions times steps.
  public let measuredError: Double?
  /// A proven bound on the relative error of the solution's final loss, if a finer compression evaluated it.
  /// It is `nil` if the loss was evaluated on all directions, which is correct to rounding.
  public let evaluationError: Double?
}
