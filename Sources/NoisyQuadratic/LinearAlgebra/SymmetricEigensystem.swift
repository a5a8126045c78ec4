import CLAPACK

/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, by LAPACK's `dsyevd`.
package struct SymmetricEigensystem: Sendable {
  /// The eigenvalues in ascending order.
  package let values: [Double]
  /// Eigenvector k occupies `vectors[k·order ..< (k+1)·order]`. The array is empty if only values were
  /// requested.
  package let vectors: [Double]

  package init(_ matrix: SymmetricMatrix) throws(NoisyQuadraticError) {
    try self.init(LowerTriangle(matrix.elements, order: matrix.order))
  }

  /// - Complexity: O(d³) time, or at most a third of this time for values only; O(d²) memory.
  package init(_ matrix: LowerTriangle, valuesOnly: Bool = false) throws(NoisyQuadraticError) {
    let d = matrix.order
    // The vectors, the work space and copies.
    try MemoryRequirement.check("order", d, doubles: 6 * Double(d) * Double(d))
    guard var n = Int32(exactly: d) else {
      throw .invalidCount(field: "order", value: d, expected: "at most \(Int32.max)")
    }
    var vectors = matrix.elements
    var values = [Double](repeating: 0, count: d)
    var info: Int32 = 0
    var workSize = [0.0]
    var integerWorkSize: [Int32] = [0]
    var query: Int32 = -1
    let job = valuesOnly ? "N" : "V"
    dsyevd_(job, "U", &n, &vectors, &n, &values, &workSize, &query, &integerWorkSize, &query, &info, 1, 1)
    if info == 0 {
      var workCount = Int32(clamping: Int(workSize[0]))
      var integerCount = integerWorkSize[0]
      var work = [Double](repeating: 0, count: Int(workCount))
      var integerWork = [Int32](repeating: 0, count: Int(integerCount))
      BLASThreads.one {
        dsyevd_(
          job, "U", &n, &vectors, &n, &values, &work, &workCount, &integerWork, &integerCount, &info, 1, 1)
      }
    }
    guard info == 0 else { throw .lapack(routine: "dsyevd", info: Int(info)) }
    self.values = values
    self.vectors = valuesOnly ? [] : vectors
  }

  /// The eigenvalues up to `highest`, and their eigenvectors, by LAPACK's `dsyevr`.
  ///
  /// - Complexity: O(4d³/3), about a seventh of the cost of all eigenvalues and eigenvectors.
  package init(_ matrix: LowerTriangle, upTo highest: Double) throws(NoisyQuadraticError) {
    let d = matrix.order
    try MemoryRequirement.check("order", d, doubles: 4 * Double(d) * Double(d))
    guard var n = Int32(exactly: d) else {
      throw .invalidCount(field: "order", value: d, expected: "at most \(Int32.max)")
    }
    var elements = matrix.elements
    var values = [Double](repeating: 0, count: d)
    var vectors = [Double](repeating: 0, count: d * d)
    var (lowest, highest, tolerance) = (-Double.greatestFiniteMagnitude, highest, 0.0)
    var (first, found, info): (Int32, Int32, Int32) = (1, 0, 0)
    var support = [Int32](repeating: 0, count: max(2 * d, 1))
    var work = [Double](repeating: 0, count: max(26 * d, 1))
    var integerWork = [Int32](repeating: 0, count: max(10 * d, 1))
    var (workCount, integerCount) = (Int32(clamping: work.count), Int32(clamping: integerWork.count))
    BLASThreads.one {
      dsyevr_(
        "V", "V", "U", &n, &elements, &n, &lowest, &highest, &first, &first, &tolerance, &found, &values,
        &vectors, &n, &support, &work, &workCount, &integerWork, &integerCount, &info, 1, 1, 1)
    }
    guard info == 0 else { throw .lapack(routine: "dsyevr", info: Int(info)) }
    self.values = Array(values.prefix(Int(found)))
    self.vectors = Array(vectors.prefix(Int(found) * d))
  }

  /// `q_kᵀ A q_k` for every eigenvector.
  ///
  /// - Complexity: O(d³).
  package func quadraticForms(_ matrix: SymmetricMatrix) -> [Double] { matrix.quadraticForms(vectors) }
}

extension LowerTriangle {
  /// The smallest eigenvalue; `nil` if the matrix is empty or LAPACK fails.
  package func smallestEigenvalue() -> Double? {
    order == 0 ? nil : (try? SymmetricEigensystem(self, valuesOnly: true))?.values.first
  }
}

extension SymmetricMatrix {
  /// `x_kᵀ A x_k` for every vector `x_k`; there are as many as rows, one after another.
  ///
  /// - Complexity: O(d³).
  package func quadraticForms(_ vectors: [Double]) -> [Double] {
    let d = order
    precondition(vectors.count == d * d, "vectors of the matrix' order")
    var n = Int32(d)
    var product = [Double](repeating: 0, count: d * d)
    var (one, zero) = (1.0, 0.0)
    BLASThreads.one {
      dsymm_("L", "U", &n, &n, &one, elements, &n, vectors, &n, &zero, &product, &n, 1, 1)
    }
    return (0..<d).map { k in
      (k * d..<(k + 1) * d).reduce(0) { $0 + vectors[$1] * product[$1] }
    }
  }
}
