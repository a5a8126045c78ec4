import CLAPACK

/// Eigenvalues and eigenvectors of `P H x = λ x` for a symmetric H and a symmetric positive definite P, by
/// LAPACK's `dsygvd`.
package struct PreconditionedEigensystem: Sendable {
  /// The eigenvalues in ascending order.
  package let values: [Double]
  /// The eigenvectors `x_k`, one after another, with `x_jᵀ P⁻¹ x_k = δ_jk`.
  package let vectors: [Double]
  /// The vectors `P⁻¹ x_k`, one after another.
  package let duals: [Double]

  /// - Throws: ``NoisyQuadraticError`` if P is not positive definite beyond rounding or LAPACK fails.
  /// - Complexity: O(d³) time, O(d²) memory.
  package init(_ matrix: SymmetricMatrix, preconditioner: SymmetricMatrix) throws(NoisyQuadraticError) {
    let d = matrix.order
    precondition(preconditioner.order == d, "matrices of one order")
    try MemoryRequirement.check("order", d, doubles: 8 * Double(d) * Double(d))
    let triangle = LowerTriangle(preconditioner.elements, order: d)
    let spectrum = try SymmetricEigensystem(triangle, valuesOnly: true).values
    guard let smallest = spectrum.first, let largest = spectrum.last,
      smallest > .ulpOfOne * Double(d) * largest
    else {
      throw .notPositiveDefinite(field: "preconditioner", smallestEigenvalue: spectrum.first ?? 0)
    }
    guard var n = Int32(exactly: d) else {
      throw .invalidCount(field: "order", value: d, expected: "at most \(Int32.max)")
    }
    var (vectors, factor) = (matrix.elements, preconditioner.elements)
    var values = [Double](repeating: 0, count: d)
    var (kind, info): (Int32, Int32) = (3, 0)
    var (workSize, integerWorkSize): ([Double], [Int32]) = ([0], [0])
    var query: Int32 = -1
    dsygvd_(
      &kind, "V", "U", &n, &vectors, &n, &factor, &n, &values, &workSize, &query, &integerWorkSize, &query,
      &info, 1, 1)
    if info == 0 {
      var (workCount, integerCount) = (Int32(clamping: Int(workSize[0])), integerWorkSize[0])
      var work = [Double](repeating: 0, count: Int(workCount))
      var integerWork = [Int32](repeating: 0, count: Int(integerCount))
      BLASThreads.one {
        dsygvd_(
          &kind, "V", "U", &n, &vectors, &n, &factor, &n, &values, &work, &workCount, &integerWork,
          &integerCount, &info, 1, 1)
      }
    }
    guard info == 0 else { throw .lapack(routine: "dsygvd", info: Int(info)) }
    var duals = vectors
    BLASThreads.one { dpotrs_("U", &n, &n, factor, &n, &duals, &n, &info, 1) }
    guard info == 0 else { throw .lapack(routine: "dpotrs", info: Int(info)) }
    (self.values, self.vectors, self.duals) = (values, vectors, duals)
  }
}
