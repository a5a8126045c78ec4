extension NoisyQuadraticModel {
  /// A model in the convention of Wu et al. (2018), where noise is the variance `σ_i²` of one example's
  /// minimum.
  ///
  /// The loss is `L(θ) = ½ Σ h_i (θ_i² + σ_i²)`. The gradient of one example is `h_i (θ_i − ζ_i)` with
  /// `Var ζ_i = σ_i²`, hence `c_i = h_i² σ_i²` (M2). The paper chooses `σ_i² = 1/h_i`, that is `c_i = h_i`.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`.
  ///   - minimumVariance: `σ_i² ≥ 0`.
  ///   - initialSecondMoment: `E θ_i²` before the first step.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    curvature: [Double], minimumVariance: [Double], initialSecondMoment: [Double],
    multiplicity: [Double]? = nil, batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    guard minimumVariance.count == curvature.count else {
      throw .lengthMismatch(
        field: "minimumVariance", expected: curvature.count, actual: minimumVariance.count)
    }
    for (i, variance) in minimumVariance.enumerated() where !(variance >= 0) || !variance.isFinite {
      throw .invalidValue(
        field: "minimumVariance", index: i, value: variance, expected: "a finite number ≥ 0")
    }
    try self.init(
      curvature: curvature,
      gradientNoise: zip(curvature, minimumVariance).map { $0 * ($0 * $1) },
      initialSecondMoment: initialSecondMoment, multiplicity: multiplicity, batchSize: batchSize)
  }

  /// A model in the convention of Zhang et al. (2019), where noise is the covariance `c_i` of one example's
  /// gradient.
  ///
  /// A batch of B examples divides this covariance by B (M2). The paper chooses `c_i = h_i`.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`.
  ///   - gradientCovariance: `c_i ≥ 0`.
  ///   - initialSecondMoment: `E θ_i²` before the first step.
  ///   - batchSize: `B > 0`.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    curvature: [Double], gradientCovariance: [Double], initialSecondMoment: [Double],
    batchSize: Double, multiplicity: [Double]? = nil
  ) throws(NoisyQuadraticError) {
    try self.init(
      curvature: curvature, gradientNoise: gradientCovariance,
      initialSecondMoment: initialSecondMoment, multiplicity: multiplicity, batchSize: batchSize)
  }
}
