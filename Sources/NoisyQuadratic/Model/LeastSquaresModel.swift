extension NoisyQuadraticModel {
  /// Streaming least squares with Gaussian features in the basis of their covariance (X1).
  ///
  /// Every step draws B fresh examples. An example has features `x ~ N(0, diag h)` and an answer that differs
  /// from the best linear one by a residual of variance s². The excess loss is `½ Σ n h m` as ever, but the
  /// noise grows with it: see ``GradientNoiseKind/leastSquares(residualVariance:)``. ``gradientNoise`` is
  /// `c = s² h`, the noise at the minimum.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`, the variances of the features.
  ///   - residualVariance: `s² ≥ 0`.
  ///   - initialSecondMoment: `E θ_i²` before the first step, measured from the minimum.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    leastSquares curvature: [Double], residualVariance: Double, initialSecondMoment: [Double],
    multiplicity: [Double]? = nil, batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try self.init(
      curvature: curvature, gradientNoise: Self.noise(curvature, residualVariance),
      initialSecondMoment: initialSecondMoment, multiplicity: multiplicity, batchSize: batchSize)
    noiseKind = .leastSquares(residualVariance: residualVariance)
  }

  /// Streaming least squares with Gaussian features from a start with a known mean and variance.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`, the variances of the features.
  ///   - residualVariance: `s² ≥ 0`.
  ///   - initialMean: `E θ_i` before the first step, measured from the minimum.
  ///   - initialVariance: `Var θ_i ≥ 0` before the first step.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    leastSquares curvature: [Double], residualVariance: Double, initialMean: [Double],
    initialVariance: [Double], multiplicity: [Double]? = nil, batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try self.init(
      curvature: curvature, gradientNoise: Self.noise(curvature, residualVariance), initialMean: initialMean,
      initialVariance: initialVariance, multiplicity: multiplicity, batchSize: batchSize)
    noiseKind = .leastSquares(residualVariance: residualVariance)
  }

  /// Streaming least squares with Gaussian features of any covariance H (X1, M4).
  ///
  /// In the basis of H, the diagonal of `E θ θᵀ` evolves on its own, so nothing else of M₀ matters.
  ///
  /// - Parameters:
  ///   - featureCovariance: H, positive semidefinite.
  ///   - residualVariance: `s² ≥ 0`.
  ///   - initialSecondMoment: `M₀ = E θ θᵀ`, measured from the minimum, positive semidefinite.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` for matrices of unequal order or with a negative eigenvalue, for numbers
  ///   outside their domain, and for a failure of LAPACK.
  /// - Complexity: O(d³) by LAPACK.
  public init(
    featureCovariance: SymmetricMatrix, residualVariance: Double, initialSecondMoment: SymmetricMatrix,
    batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    let diagonal: NoisyQuadraticModel
    do throws(NoisyQuadraticError) {
      diagonal = try NoisyQuadraticModel(
        hessian: featureCovariance, noiseCovariance: featureCovariance,
        initialSecondMoment: initialSecondMoment)
    } catch .notPositiveSemidefinite("hessian", let eigenvalue) {
      throw .notPositiveSemidefinite(field: "featureCovariance", smallestEigenvalue: eigenvalue)
    }
    try self.init(
      leastSquares: diagonal.curvature, residualVariance: residualVariance,
      initialSecondMoment: diagonal.initialSecondMoment, batchSize: batchSize)
  }

  private static func noise(
    _ curvature: [Double], _ residualVariance: Double
  ) throws(NoisyQuadraticError) -> [Double] {
    guard residualVariance >= 0, residualVariance.isFinite else {
      throw .invalidValue(
        field: "residualVariance", value: residualVariance, expected: "a finite number ≥ 0")
    }
    return curvature.map { residualVariance * $0 }
  }

  /// The same problem with the noise that it has at the minimum, `Var ξ_i = c_i/B`, everywhere.
  ///
  /// Under every schedule, every loss of the state-dependent noise is at least that of this problem (X2), so
  /// that lower bounds of this problem are lower bounds of both.
  public var withAdditiveNoise: NoisyQuadraticModel {
    var model = self
    model.noiseKind = .additive
    return model
  }

  /// The variances of a batch's gradient at given second moments: `c_i/B`, or those of
  /// ``GradientNoiseKind/leastSquares(residualVariance:)``.
  ///
  /// - Parameter secondMoment: `E θ_i²`. A wrong number of them is a programming error.
  /// - Returns: `Var ξ_i`, gradient².
  public func gradientVariance(secondMoment: [Double]) -> [Double] {
    precondition(secondMoment.count == dimension, "a second moment for every direction")
    let additive = gradientNoise.map { [batchSize] in $0 / batchSize }
    guard noiseKind.isStateDependent else { return additive }
    return FeatureNoise(
      share: 1 / batchSize, coupling: zip(multiplicity, curvature).map { [batchSize] in $0 * $1 / batchSize }
    ).variances(curvature: curvature, noise: additive, secondMoment: secondMoment)
  }

  /// Throws an error if the noise depends on the parameters, for methods that hold for additive noise only.
  ///
  /// - Parameters:
  ///   - method: what is done, for the message.
  ///   - alternative: what would help besides additive noise.
  /// - Throws: ``NoisyQuadraticError/stateDependentNoise(method:alternative:)``.
  package func requireAdditiveNoise(
    for method: String, or alternative: String? = nil
  ) throws(NoisyQuadraticError) {
    guard noiseKind.isStateDependent else { return }
    throw .stateDependentNoise(method: method, alternative: alternative)
  }
}
