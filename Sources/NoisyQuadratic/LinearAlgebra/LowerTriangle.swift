import CLAPACK
import CNoisyQuadraticKernels

/// A symmetric matrix given by its lower triangle, row by row. Entries above the diagonal are ignored.
package struct LowerTriangle: Sendable {
  package let order: Int
  package private(set) var elements: [Double]

  package init(_ elements: [Double], order: Int) {
    precondition(elements.count == order * order, "a square matrix")
    self.order = order
    self.elements = elements
  }

  package func diagonal(_ i: Int) -> Double { elements[i * order + i] }

  /// `A_ij ← s_i s_j A_ij`.
  package mutating func scale(by scale: [Double]) {
    precondition(scale.count == order, "a factor for every row")
    nq_scale_lower(order, scale, &elements)
  }

  /// The matrix `s_i s_j A_ij` of the given rows and columns, which ascend, with `shift` added to its
  /// diagonal.
  package func submatrix(_ rows: [Int], scale: [Double], plus shift: Double = 0) -> LowerTriangle {
    let m = rows.count
    precondition(scale.count == m && rows.allSatisfy((0..<order).contains), "rows of the matrix")
    var gathered = [Double](repeating: 0, count: m * m)
    nq_gather_lower(order, elements, m, rows, scale, &gathered)
    if shift != 0 {
      for i in 0..<m { gathered[i * m + i] += shift }
    }
    return LowerTriangle(gathered, order: m)
  }

  /// The matrix with a multiple of the unit matrix added.
  package func shifted(by shift: Double) -> LowerTriangle {
    var result = self
    for i in 0..<order { result.elements[i * order + i] += shift }
    return result
  }

  /// `A ← A + w Σ r rᵀ` over vectors r, which are stored one after another, by BLAS's `dsyrk`.
  package mutating func add(_ weight: Double, squares vectors: [Double]) {
    precondition(order > 0 && vectors.count % order == 0, "vectors of the matrix' order")
    guard var n = Int32(exactly: order), var count = Int32(exactly: vectors.count / order), count > 0
    else { return }
    var (weight, one) = (weight, 1.0)
    BLASThreads.one { dsyrk_("U", "N", &n, &count, &weight, vectors, &n, &one, &elements, &n, 1, 1) }
  }

  /// `A x`, by BLAS's `dsymv`.
  package func multiplied(by x: [Double]) -> [Double] {
    precondition(x.count == order, "a vector of the matrix' order")
    guard var n = Int32(exactly: order), order > 0 else { return [] }
    var (one, zero, step) = (1.0, 0.0, Int32(1))
    var y = [Double](repeating: 0, count: order)
    // Fortran reads the rows as columns. The lower triangle is therefore its upper triangle.
    BLASThreads.one { dsymv_("U", &n, &one, elements, &n, x, &step, &zero, &y, &step, 1) }
    return y
  }
}
