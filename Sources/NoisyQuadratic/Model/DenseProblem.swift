extension NoisyQuadraticModel {
  /// The exact diagonal equivalent of a dense problem under one scalar learning rate (M4).
  ///
  /// With `H = Q Λ Qᵀ`, the model has `h = diag Λ`, `c_i = q_iᵀ C q_i` and `m_i = q_iᵀ M₀ q_i`. The loss
  /// depends on nothing else, even if H, C and M₀ do not commute.
  ///
  /// The curvatures are in ascending order. An eigenvalue that is negative by at most rounding (`1e-12 · d`
  /// of the largest) counts as zero. The initializer throws an error for an eigenvalue below that.
  ///
  /// - Parameters:
  ///   - hessian: H, positive semidefinite.
  ///   - noiseCovariance: C, the covariance of one example's gradient, positive semidefinite.
  ///   - initialSecondMoment: `M₀ = E θ θᵀ`, positive semidefinite.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` for matrices of unequal order or with a negative eigenvalue, for a
  ///   batch size outside its domain, and for a failure of LAPACK.
  /// - Complexity: O(d³) by LAPACK.
  public init(
    hessian: SymmetricMatrix, noiseCovariance: SymmetricMatrix, initialSecondMoment: SymmetricMatrix,
    batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try Self.requireOrder(hessian.order, noiseCovariance, initialSecondMoment)
    let basis = try SymmetricEigensystem(hessian)
    let noiseSystem = try SymmetricEigensystem(noiseCovariance)
    let momentSystem = try SymmetricEigensystem(initialSecondMoment)
    // These are diagonals of positive semidefinite matrices. Only rounding can make them negative.
    try self.init(
      curvature: try Self.semidefinite(basis.values, "hessian"),
      gradientNoise: try Self.semidefinite(
        basis.quadraticForms(noiseCovariance), "noiseCovariance", spectrum: noiseSystem.values),
      initialSecondMoment: try Self.semidefinite(
        basis.quadraticForms(initialSecondMoment), "initialSecondMoment", spectrum: momentSystem.values),
      batchSize: batchSize)
  }

  /// The exact diagonal equivalent of a dense problem under preconditioned steps `θ ← θ − α P g` with one
  /// scalar learning rate (P3).
  ///
  /// With `P H x_i = λ_i x_i` and `x_iᵀ P⁻¹ x_j = δ_ij`, the model has `h_i = λ_i`, `c_i = x_iᵀ C x_i` and
  /// `m_i = (P⁻¹ x_i)ᵀ M₀ (P⁻¹ x_i)`. No two of the matrices need commute. The expected loss under a schedule,
  /// with and without momentum, depends on nothing else.
  ///
  /// The curvatures are in ascending order. An eigenvalue of H, C or M₀ that is negative by at most rounding
  /// counts as zero.
  ///
  /// - Parameters:
  ///   - hessian: H, positive semidefinite.
  ///   - noiseCovariance: C, the covariance of one example's gradient, positive semidefinite.
  ///   - initialSecondMoment: `M₀ = E θ θᵀ`, positive semidefinite.
  ///   - preconditioner: P, positive definite; its condition number must be below 1/(d·2⁻⁵²). Losses carry
  ///     relative errors of about this condition number times rounding.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` for matrices of unequal order or not as definite as stated, for a batch
  ///   size outside its domain, and for a failure of LAPACK.
  /// - Complexity: O(d³) by LAPACK.
  public init(
    hessian: SymmetricMatrix, noiseCovariance: SymmetricMatrix, initialSecondMoment: SymmetricMatrix,
    preconditioner: SymmetricMatrix, batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try Self.requireOrder(hessian.order, noiseCovariance, initialSecondMoment)
    guard preconditioner.order == hessian.order else {
      throw .lengthMismatch(field: "preconditioner", expected: hessian.order, actual: preconditioner.order)
    }
    func spectrum(_ matrix: SymmetricMatrix) throws(NoisyQuadraticError) -> [Double] {
      try SymmetricEigensystem(LowerTriangle(matrix.elements, order: matrix.order), valuesOnly: true).values
    }
    let basis = try PreconditionedEigensystem(hessian, preconditioner: preconditioner)
    try self.init(
      curvature: try Self.semidefinite(basis.values, "hessian", spectrum: spectrum(hessian)),
      gradientNoise: try Self.semidefinite(
        noiseCovariance.quadraticForms(basis.vectors), "noiseCovariance", spectrum: spectrum(noiseCovariance)),
      initialSecondMoment: try Self.semidefinite(
        initialSecondMoment.quadraticForms(basis.duals), "initialSecondMoment",
        spectrum: spectrum(initialSecondMoment)),
      batchSize: batchSize)
  }

  private static func requireOrder(
    _ order: Int, _ noise: SymmetricMatrix, _ moment: SymmetricMatrix
  ) throws(NoisyQuadraticError) {
    for (field, matrix) in [("noiseCovariance", noise), ("initialSecondMoment", moment)]
    where matrix.order != order {
      throw .lengthMismatch(field: field, expected: order, actual: matrix.order)
    }
  }

  /// `values` with negative numbers replaced by zero.
  ///
  /// - Throws: ``NoisyQuadraticError/notPositiveSemidefinite(field:smallestEigenvalue:)`` if `spectrum`, or
  ///   `values` if it is absent, has a number that is negative by more than rounding.
  private static func semidefinite(
    _ values: [Double], _ field: String, spectrum: [Double]? = nil
  ) throws(NoisyQuadraticError) -> [Double] {
    let eigenvalues = spectrum ?? values
    let largest = eigenvalues.map(abs).max() ?? 0
    let smallest = eigenvalues.min() ?? 0
    guard smallest >= -1e-12 * Double(eigenvalues.count) * largest else {
      throw .notPositiveSemidefinite(field: field, smallestEigenvalue: smallest)
    }
    return values.map { max($0, 0) }
  }
}
