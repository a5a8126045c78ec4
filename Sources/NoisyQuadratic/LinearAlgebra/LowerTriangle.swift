import CLAPACK
import CNoisyQuadraticKernels

/// A symmetric matrix of which the lower triangle is kept, by rows; what stands above is not looked at.
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

  /// The matrix of some rows and columns in ascending order, `s_i s_j A_ij`, plus a number on the diagonal.
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

  /// `A ← A + w Σ r rᵀ` over vectors r that follow each other, by BLAS's `dsyrk`.
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
    // Rows are Fortran's columns, so that the lower triangle is its upper one.
    BLASThreads.one { dsymv_("U", &n, &one, elements, &n, x, &step, &zero, &y, &step, 1) }
    return y
  }
}
