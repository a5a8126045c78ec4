import CLAPACK

/// Eigenvalues of small general matrices, and systems of linear equations with them, by LAPACK.
package enum SmallGeneralMatrix {
  /// The eigenvalues of a square matrix, by `dgeev`. The elements may be in either order.
  package static func eigenvalues(
    _ elements: [Double], order: Int
  ) throws(NoisyQuadraticError) -> [(real: Double, imaginary: Double)] {
    precondition(elements.count == order * order && order > 0, "a square matrix")
    var (n, one) = (Int32(clamping: order), Int32(1))
    var matrix = elements
    var real = [Double](repeating: 0, count: order)
    var imaginary = real
    var (left, right) = ([0.0], [0.0])
    var work = [Double](repeating: 0, count: 8 * order)
    var (workCount, info) = (Int32(clamping: work.count), Int32(0))
    BLASThreads.one {
      dgeev_(
        "N", "N", &n, &matrix, &n, &real, &imaginary, &left, &one, &right, &one, &work, &workCount, &info, 1,
        1)
    }
    guard info == 0 else { throw .lapack(routine: "dgeev", info: Int(info)) }
    return zip(real, imaginary).map { ($0, $1) }
  }

  /// The solution of `A x = b` by `dgesv`, refined once, for A by columns and b on the right; `nil` if A is
  /// singular.
  package static func solve(columns: [Double], _ right: [Double]) throws(NoisyQuadraticError) -> [Double]? {
    let order = right.count
    precondition(columns.count == order * order && order > 0, "a square matrix")
    func solved(_ right: [Double]) throws(NoisyQuadraticError) -> [Double]? {
      var (n, one, info) = (Int32(clamping: order), Int32(1), Int32(0))
      var (matrix, solution) = (columns, right)
      var pivots = [Int32](repeating: 0, count: order)
      BLASThreads.one { dgesv_(&n, &one, &matrix, &n, &pivots, &solution, &n, &info) }
      guard info >= 0 else { throw .lapack(routine: "dgesv", info: Int(info)) }
      return info == 0 ? solution : nil
    }
    guard let first = try solved(right) else { return nil }
    let residual = right.indices.map { i in
      right.indices.reduce(right[i]) { $0.addingProduct(-columns[$1 * order + i], first[$1]) }
    }
    guard let correction = try solved(residual) else { return nil }
    return zip(first, correction).map { $0 + $1 }
  }
}
