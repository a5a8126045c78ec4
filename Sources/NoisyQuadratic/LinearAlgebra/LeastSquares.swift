import CLAPACK

/// Least squares by LAPACK's QR factorization.
package enum LeastSquares {
  /// The triangle R of `A = Q R`, which has the same inner products of columns as A, by `dgeqrf`.
  ///
  /// - Parameters:
  ///   - columns: the m × n matrix A by columns, m ≥ n.
  ///   - rows: m.
  /// - Returns: R as n × n by columns, 0 below the diagonal.
  /// - Throws: ``NoisyQuadraticError`` if LAPACK fails.
  /// - Complexity: O(m n²).
  package static func triangle(columns: [Double], rows: Int) throws(NoisyQuadraticError) -> [Double] {
    let count = columns.count / rows
    precondition(
      count > 0 && rows >= count && columns.count == rows * count, "at least as many rows as columns")
    var (m, n, info) = (Int32(clamping: rows), Int32(clamping: count), Int32(0))
    var factors = columns
    var reflectors = [Double](repeating: 0, count: count)
    var work = [Double](repeating: 0, count: 32 * count)
    var workCount = Int32(clamping: work.count)
    BLASThreads.one { dgeqrf_(&m, &n, &factors, &m, &reflectors, &work, &workCount, &info) }
    guard info == 0 else { throw .lapack(routine: "dgeqrf", info: Int(info)) }
    var triangle = [Double](repeating: 0, count: count * count)
    for j in 0..<count { for i in 0...j { triangle[j * count + i] = factors[j * rows + i] } }
    return triangle
  }

  /// The x of least `‖A x − b‖₂`, by `dgels`; `nil` if a diagonal entry of R is exactly 0.
  ///
  /// - Parameters:
  ///   - columns: the m × n matrix A by columns, m ≥ n.
  ///   - right: b, m numbers.
  /// - Returns: x, n numbers.
  /// - Throws: ``NoisyQuadraticError`` if LAPACK fails.
  /// - Complexity: O(m n²).
  package static func solve(columns: [Double], right: [Double]) throws(NoisyQuadraticError) -> [Double]? {
    let (rows, count) = (right.count, columns.count / right.count)
    precondition(
      count > 0 && rows >= count && columns.count == rows * count, "at least as many rows as columns")
    var (m, n, one, info) = (Int32(clamping: rows), Int32(clamping: count), Int32(1), Int32(0))
    var (factors, solution) = (columns, right)
    var work = [Double](repeating: 0, count: 33 * count)
    var workCount = Int32(clamping: work.count)
    BLASThreads.one {
      dgels_("N", &m, &n, &one, &factors, &m, &solution, &m, &work, &workCount, &info, 1)
    }
    guard info >= 0 else { throw .lapack(routine: "dgels", info: Int(info)) }
    return info == 0 ? Array(solution.prefix(count)) : nil
  }
}
