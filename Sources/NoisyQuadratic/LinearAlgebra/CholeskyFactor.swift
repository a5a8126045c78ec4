import CLAPACK

/// The Cholesky factor of a symmetric positive definite matrix, by LAPACK's `dpotrf`.
package struct CholeskyFactor {
  private let factor: [Double]
  private let order: Int32

  /// Factors a matrix given by rows, of which the upper triangle is read as columns' lower one; `nil` if it
  /// is not positive definite.
  ///
  /// - Complexity: O(n³/3).
  package init?(_ elements: [Double], order: Int) {
    precondition(elements.count == order * order, "a square matrix")
    guard var n = Int32(exactly: order), order > 0 else { return nil }
    var factor = elements
    var info: Int32 = 0
    dpotrf_("L", &n, &factor, &n, &info, 1)
    guard info == 0 else { return nil }
    self.factor = factor
    self.order = n
  }

  /// The solution of `A x = b`; `nil` if LAPACK refuses.
  package func solve(_ b: [Double]) -> [Double]? {
    precondition(b.count == Int(order), "a right side of the matrix' order")
    var (n, one, info) = (order, Int32(1), Int32(0))
    var x = b
    dpotrs_("L", &n, &one, factor, &n, &x, &n, &info, 1)
    return info == 0 ? x : nil
  }
}
