import CLAPACK

/// A dense matrix of finite numbers.
public struct RealMatrix: Sendable, Equatable {
  /// The number of rows, at least 1.
  public let rows: Int
  /// The number of columns, at least 1.
  public let columns: Int
  /// The `rows · columns` entries, row by row.
  public let elements: [Double]

  /// - Parameters:
  ///   - elements: the entries, row by row.
  ///   - rows: the number of rows, at least 1.
  ///   - columns: the number of columns, at least 1.
  ///   - field: the name that errors use.
  /// - Throws: ``NoisyQuadraticError`` for an empty matrix, a wrong number of entries, or an entry that is not
  ///   finite, with its row and column.
  public init(
    _ elements: [Double], rows: Int, columns: Int, field: String = "matrix"
  ) throws(NoisyQuadraticError) {
    for count in [rows, columns] where !(1...Int(Int32.max)).contains(count) {
      throw .invalidCount(
        field: count == rows ? "\(field).rows" : "\(field).columns", value: count,
        expected: "from 1 to \(Int32.max)")
    }
    guard elements.count == rows * columns else {
      throw .lengthMismatch(field: field, expected: rows * columns, actual: elements.count)
    }
    if let place = elements.firstIndex(where: { !$0.isFinite }) {
      throw .invalidValue(
        field: "\(field)[\(place / columns)]", index: place % columns, value: elements[place],
        expected: "a finite number")
    }
    (self.elements, self.rows, self.columns) = (elements, rows, columns)
  }

  private init(finite elements: [Double], rows: Int, columns: Int) {
    (self.elements, self.rows, self.columns) = (elements, rows, columns)
  }

  /// The entry in row `i` and column `j`.
  public subscript(i: Int, j: Int) -> Double {
    precondition((0..<rows).contains(i) && (0..<columns).contains(j), "index out of range")
    return elements[i * columns + j]
  }

  /// Row `i`.
  public func row(_ i: Int) -> [Double] {
    precondition((0..<rows).contains(i), "index out of range")
    return Array(elements[i * columns..<(i + 1) * columns])
  }

  /// The matrix with rows and columns exchanged.
  public var transposed: RealMatrix {
    var result = [Double](repeating: 0, count: elements.count)
    for i in 0..<rows { for j in 0..<columns { result[j * rows + i] = elements[i * columns + j] } }
    return RealMatrix(finite: result, rows: columns, columns: rows)
  }

  /// The product with another matrix, by BLAS's `dgemm`.
  ///
  /// - Throws: ``NoisyQuadraticError`` if the shapes do not fit, if the product exceeds memory, or if an entry
  ///   overflows.
  /// - Complexity: O(rows · columns · `other.columns`).
  package func multiplied(
    by other: RealMatrix, field: String = "product"
  ) throws(NoisyQuadraticError) -> RealMatrix {
    guard columns == other.rows else {
      throw .lengthMismatch(field: field, expected: columns, actual: other.rows)
    }
    try MemoryRequirement.check("rows", rows, doubles: Double(rows) * Double(other.columns))
    var product = [Double](repeating: 0, count: rows * other.columns)
    var (m, n, k) = (Int32(other.columns), Int32(rows), Int32(columns))
    var (one, zero) = (1.0, 0.0)
    // Fortran reads rows as columns, so that it sees the transposed product.
    BLASThreads.one {
      dgemm_(
        "N", "N", &m, &n, &k, &one, other.elements, &m, elements, &k, &zero, &product, &m, 1, 1)
    }
    return try RealMatrix(product, rows: rows, columns: other.columns, field: field)
  }
}
