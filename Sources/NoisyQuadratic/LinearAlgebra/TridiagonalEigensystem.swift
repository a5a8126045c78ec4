import CLAPACK

/// Eigenvalues and orthonormal eigenvectors of a symmetric tridiagonal matrix, by LAPACK's `dsteqr`.
package struct TridiagonalEigensystem: Sendable {
  /// The eigenvalues in ascending order.
  package let values: [Double]
  /// The first entry of every eigenvector. Their squares are the weights of a Gauss rule (Q1, N2).
  package let firstEntries: [Double]

  /// - Parameters:
  ///   - diagonal: the entries on the diagonal, at least one.
  ///   - below: the entries below it, one fewer.
  /// - Throws: ``NoisyQuadraticError/lapack(routine:info:)``, or an error if the vectors exceed memory.
  /// - Complexity: O(n³) time, O(n²) memory.
  package init(diagonal: [Double], below: [Double]) throws(NoisyQuadraticError) {
    let count = diagonal.count
    precondition(count > 0 && below.count == count - 1, "one entry below the diagonal fewer than on it")
    try MemoryRequirement.check("order", count, doubles: Double(count) * Double(count))
    guard var n = Int32(exactly: count) else {
      throw .invalidCount(field: "order", value: count, expected: "at most \(Int32.max)")
    }
    var (values, below) = (diagonal, below.isEmpty ? [0] : below)
    var vectors = [Double](repeating: 0, count: count * count)
    var work = [Double](repeating: 0, count: max(2 * count - 2, 1))
    var info: Int32 = 0
    BLASThreads.one { dsteqr_("I", &n, &values, &below, &vectors, &n, &work, &info, 1) }
    guard info == 0 else { throw .lapack(routine: "dsteqr", info: Int(info)) }
    self.values = values
    firstEntries = (0..<count).map { vectors[$0 * count] }
  }
}
