import NoisyQuadratic
import Testing

@Suite struct RealMatrixTests {
  @Test("Products and transposes are those of the plain way")
  func products() throws {
    var random = TestRandom(2)
    let (a, b) = (random.array(6) { $0.uniform(-1, 1) }, random.array(12) { $0.uniform(-1, 1) })
    let (first, second) = (try RealMatrix(a, rows: 2, columns: 3), try RealMatrix(b, rows: 3, columns: 4))
    let product = try first.multiplied(by: second)
    let plain =
      DenseMatrix(rows: (0..<2).map(first.row)) * DenseMatrix(rows: (0..<3).map(second.row))
    #expect(product.rows == 2 && product.columns == 4)
    #expect(largestScaledError(product.elements, plain.rows.flatMap { $0 }) <= 1e-15)
    let transposed = first.transposed
    #expect(transposed.rows == 3 && transposed[2, 1] == first[1, 2] && transposed.transposed == first)
  }

  @Test("A basis takes away what lies along its vectors")
  func bases() throws {
    var basis = try OrthonormalBasis(dimension: 3, capacity: 2)
    basis.append([1, 0, 0])
    basis.append([0, 0.6, 0.8])
    var vector = [3.0, 1, 2]
    let components = basis.removeComponents(from: &vector)
    #expect(largestScaledError(components, [3, 2.2]) <= 1e-15)
    #expect(largestScaledError(vector, [0, -0.32, 0.24]) <= 1e-15)
    #expect(basis.last == [0, 0.6, 0.8] && basis.count == 2)
  }

  static let bad = [
    BadInput("too few entries", .lengthMismatch(field: "matrix", expected: 4, actual: 3)) {
      _ = try RealMatrix([1, 2, 3], rows: 2, columns: 2)
    },
    BadInput(
      "NaN", .invalidValue(field: "matrix[1]", index: 0, value: .nan, expected: "a finite number")
    ) { _ = try RealMatrix([1, 2, .nan, 3], rows: 2, columns: 2) },
    BadInput("no rows", .invalidCount(field: "matrix.rows", value: 0, expected: "from 1 to 2147483647")) {
      _ = try RealMatrix([], rows: 0, columns: 2)
    },
    BadInput("shapes that do not fit", .lengthMismatch(field: "product", expected: 2, actual: 1)) {
      let matrix = try RealMatrix([1, 2], rows: 1, columns: 2)
      _ = try matrix.multiplied(by: matrix)
    },
    BadInput(
      "an asymmetry beyond the tolerance",
      .notSymmetric(field: "matrix", row: 1, column: 0, value: 2.0009765625, transposed: 2)
    ) { _ = try SymmetricMatrix(rows: [[1, 2], [2.0009765625, 1]], tolerance: 4e-4) },
  ]

  @Test(arguments: bad) func refused(_ input: BadInput) { input.check() }

  @Test("A tolerance averages what differs by less")
  func tolerance() throws {
    let matrix = try SymmetricMatrix(rows: [[1, 2], [2.0009765625, 1]], tolerance: 6e-4)
    #expect(matrix[0, 1] == 2.00048828125 && matrix[1, 0] == 2.00048828125)
  }
}
