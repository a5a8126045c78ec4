/// A dense real symmetric matrix.
///
/// An entry may differ from its mirror image by rounding, at most 1e-12 of the largest entry unless another
/// tolerance is given. The initializer averages such pairs. It throws an error for a larger difference.
public struct SymmetricMatrix: Sendable, Equatable {
  /// Number of rows and columns.
  public let order: Int
  /// The `order²` entries, row by row.
  public let elements: [Double]

  /// - Parameters:
  ///   - rows: the rows of a square matrix of finite numbers.
  ///   - field: the name that errors use.
  ///   - tolerance: the largest difference between an entry and its mirror image, relative to the largest
  ///     entry. Matrices computed in single precision, such as most Hessians, need more than the default.
  /// - Throws: ``NoisyQuadraticError`` for an empty matrix or one that is not square, and for an entry that
  ///   is not finite or not symmetric, with its row and column.
  public init(rows: [[Double]], field: String = "matrix", tolerance: Double = 1e-12)
    throws(NoisyQuadraticError)
  {
    let d = rows.count
    guard d > 0 else { throw .lengthMismatch(field: field, expected: 1, actual: 0) }
    var largest = 0.0
    for (i, row) in rows.enumerated() {
      guard row.count == d else {
        throw .lengthMismatch(field: "\(field)[\(i)]", expected: d, actual: row.count)
      }
      for (j, value) in row.enumerated() {
        guard value.isFinite else {
          throw .invalidValue(field: "\(field)[\(i)]", index: j, value: value, expected: "a finite number")
        }
        largest = max(largest, abs(value))
      }
    }
    var elements = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0...i {
        let (lower, upper) = (rows[i][j], rows[j][i])
        guard abs(lower / 2 - upper / 2) <= 0.5 * tolerance * largest else {
          throw .notSymmetric(field: field, row: i, column: j, value: lower, transposed: upper)
        }
        let mean = lower / 2 + upper / 2
        elements[i * d + j] = mean
        elements[j * d + i] = mean
      }
    }
    self.order = d
    self.elements = elements
  }

  /// The entry in row `i` and column `j`.
  public subscript(i: Int, j: Int) -> Double {
    precondition((0..<order).contains(i) && (0..<order).contains(j), "index out of range")
    return elements[i * order + j]
  }
}
