import CLAPACK
import CNoisyQuadraticKernels

/// The Cholesky factor of a symmetric positive definite matrix, by LAPACK's `dpotrf`.
package struct CholeskyFactor {
  private var factor: [Double]
  private var order: Int32

  /// Factorizes a matrix. The result is `nil` if the matrix is not positive definite.
  ///
  /// - Complexity: O(n³/3).
  package init?(_ matrix: LowerTriangle) {
    guard var n = Int32(exactly: matrix.order), n > 0 else { return nil }
    var factor = matrix.elements
    var info: Int32 = 0
    BLASThreads.one { dpotrf_("U", &n, &factor, &n, &info, 1) }
    // Some LAPACK libraries report success for a matrix of NaN.
    guard info == 0, (0..<matrix.order).allSatisfy({ factor[$0 * matrix.order + $0] > 0 }) else { return nil }
    self.factor = factor
    order = n
  }

  /// Removes row k and column k from the matrix and updates the factor.
  ///
  /// - Complexity: O(n²).
  package mutating func remove(_ k: Int) {
    let n = Int(order)
    precondition((0..<n).contains(k) && n > 1, "a row of a matrix of several")
    var cosines = [Double](repeating: 0, count: n)
    var sines = cosines
    nq_cholesky_delete(n, k, &factor, &cosines, &sines)
    order -= 1
  }

  /// The solution of `A x = b`; `nil` if LAPACK fails.
  package func solve(_ b: [Double]) -> [Double]? {
    precondition(b.count == Int(order), "a right side of the matrix' order")
    var (n, one, info) = (order, Int32(1), Int32(0))
    var x = b
    BLASThreads.one { dpotrs_("U", &n, &one, factor, &n, &x, &n, &info, 1) }
    return info == 0 ? x : nil
  }
}
