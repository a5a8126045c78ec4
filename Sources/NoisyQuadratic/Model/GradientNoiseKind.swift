/// How the variance of a stochastic gradient depends on the parameters.
public enum GradientNoiseKind: Sendable, Equatable {
  /// It does not: `Var ξ_i = c_i / B` everywhere.
  case additive
  /// Streaming least squares with Gaussian features, whose noise grows with the error (X1).
  ///
  /// An example has features `x` with mean 0 and covariance `diag h`, and the answer `y = xᵀθ* + ε` with
  /// `Var ε = s²`. Its loss is `½ (xᵀθ − y)²`, so that, at `θ* = 0`,
  /// ```
  /// Var ξ_i = (s² h_i + h_i² m_i + h_i Σ_j n_j h_j m_j) / B
  /// ```
  case leastSquares(residualVariance: Double)

  /// Whether the noise depends on the parameters.
  package var isStateDependent: Bool { self != .additive }
}
