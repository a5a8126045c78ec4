/// The gradient noise of a ``SourceCapacityProblem``.
public enum SourceCapacityNoise: String, Sendable, Codable, CaseIterable {
  /// `Var ξ_i = k h_i` everywhere.
  case additive
  /// Streaming least squares with Gaussian features and residual variance k, whose noise grows with the error
  /// (``GradientNoiseKind/leastSquares(residualVariance:)``).
  case gaussianFeatures = "gaussian-features"
}
