/// The eigenvalues and eigenvectors of a dense Hessian, by LAPACK's `dsyevd`.
public struct HessianEigenbasis: Sendable, Equatable {
  /// The eigenvalues in ascending order, of either sign, with equal weights.
  public let density: SpectralDensity
  /// The orthonormal eigenvectors as columns, in the order of the eigenvalues.
  public let eigenvectors: RealMatrix

  /// - Throws: ``NoisyQuadraticError`` if the work exceeds memory, or if LAPACK fails.
  /// - Complexity: O(d³) time, O(d²) memory.
  public init(_ hessian: SymmetricMatrix) throws(NoisyQuadraticError) {
    let system = try SymmetricEigensystem(hessian)
    density = try SpectralDensity(eigenvalues: system.values)
    eigenvectors = try RealMatrix(
      system.vectors, rows: hessian.order, columns: hessian.order, field: "eigenvectors"
    ).transposed
  }
}
