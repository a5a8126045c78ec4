import Foundation
import NoisyQuadratic
import Testing

@Suite("Linear algebra")
struct SymmetricEigensystemTests {
  @Test("Eigenvectors satisfy their equation and are orthonormal", arguments: [1, 2, 3, 5, 10, 33, 60])
  func residual(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 3000)
    let raw = (0..<d).map { _ in random.array(d) { $0.uniform(-1, 1) } }
    let dense = DenseMatrix(rows: raw) + DenseMatrix(rows: raw).transposed
    let system = try SymmetricEigensystem(dense.symmetric())
    #expect(zip(system.values, system.values.dropFirst()).allSatisfy { $0 <= $1 })
    let vectors = (0..<d).map { k in Array(system.vectors[k * d..<(k + 1) * d]) }
    let norm = dense.rows.flatMap { $0 }.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var (residual, orthogonality) = (0.0, 0.0)
    for (k, v) in vectors.enumerated() {
      for i in 0..<d {
        let image = zip(dense.rows[i], v).reduce(0) { $0 + $1.0 * $1.1 }
        residual = max(residual, abs(image - system.values[k] * v[i]))
      }
      for (j, w) in vectors.enumerated() {
        let dot = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
        orthogonality = max(orthogonality, abs(dot - (j == k ? 1 : 0)))
      }
    }
    // Backward stable: a small multiple of d ulp of the norm.
    #expect(residual <= 4 * Double(d + 4) * .ulpOfOne * norm)
    #expect(orthogonality <= 4 * Double(d + 4) * .ulpOfOne)
  }

  @Test("Eigenvalues of the second difference in closed form", arguments: [2, 7, 40])
  func secondDifference(_ d: Int) throws {
    let rows = (0..<d).map { i in (0..<d).map { j in i == j ? 2.0 : abs(i - j) == 1 ? -1 : 0 } }
    let system = try SymmetricEigensystem(SymmetricMatrix(rows: rows))
    for k in 1...d {
      let expected = 2 - 2 * cos(Double(k) * .pi / Double(d + 1))
      #expect(abs(system.values[k - 1] - expected) <= 4 * Double(d) * .ulpOfOne)
    }
  }

  @Test(
    "The eigenvalues up to a number, and their vectors, are those of the whole", arguments: [1, 2, 5, 20, 61])
  func lowest(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 3200)
    let rows = (0..<d).map { _ in random.array(d) { $0.uniform(-1, 1) } }
    let dense = DenseMatrix(rows: rows) + DenseMatrix(rows: rows).transposed
    // What stands above the diagonal is not looked at.
    let lower = LowerTriangle(
      (0..<d * d).map { $0 / d >= $0 % d ? dense.rows[$0 / d][$0 % d] : 1e100 }, order: d)
    let whole = try SymmetricEigensystem(lower)
    let norm = dense.rows.flatMap { $0 }.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for count in [0, 1, d / 2, d] {
      let cut =
        count == 0
        ? whole.values[0] - 1 : count == d ? norm + 1 : (whole.values[count - 1] + whole.values[count]) / 2
      let part = try SymmetricEigensystem(lower, upTo: cut)
      try #require(part.values.count == count && part.vectors.count == count * d)
      // Backward stable, as the whole is.
      let allowed = 4 * Double(d + 4) * .ulpOfOne
      #expect(zip(part.values, whole.values).allSatisfy { abs($0 - $1) <= allowed * norm })
      for k in 0..<count {
        let v = Array(part.vectors[k * d..<(k + 1) * d])
        let image = dense.rows.map { row in zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(zip(image, v).allSatisfy { abs($0 - part.values[k] * $1) <= allowed * norm })
        for j in 0...k {
          let dot = (0..<d).reduce(0) { $0 + part.vectors[j * d + $1] * v[$1] }
          #expect(abs(dot - (j == k ? 1 : 0)) <= allowed)
        }
      }
    }
  }

  @Test("Quadratic forms against the definition", arguments: [1, 4, 15])
  func forms(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 3100)
    let system = try SymmetricEigensystem(random.semidefinite(d, rank: d).symmetric())
    let matrix = random.semidefinite(d, rank: 2)
    let forms = try system.quadraticForms(matrix.symmetric())
    for k in 0..<d {
      let v = DenseMatrix(rows: [Array(system.vectors[k * d..<(k + 1) * d])])
      let expected = (v * matrix * v.transposed).rows[0][0]
      #expect(abs(forms[k] - expected) <= 8 * Double(d) * .ulpOfOne * matrix.trace)
    }
    // The basis is orthonormal.
    #expect(relativeError(forms.reduce(0, +), matrix.trace) <= 8 * Double(d + 4) * .ulpOfOne)
  }

  @Test("Compensated sums keep what plain sums lose")
  func sums() {
    #expect(Elementary.sum([1, 1e100, 1, -1e100]) == 2)
    #expect(Elementary.sum([]) == 0)
    #expect(Elementary.sum([.infinity, 1]) == .infinity)
    #expect(Elementary.sum([1e308, 1e308]) == .infinity)
  }

  @Test("Columns are padded with zeros to whole cache lines", arguments: [1, 7, 8, 9, 1000])
  func columns(_ length: Int) {
    let bank = AlignedColumns(length: length, columns: 2)
    #expect(bank.stride % 8 == 0 && bank.stride >= length && bank.stride < length + 8)
    bank.fill(0, with: Array(repeating: 3, count: bank.stride))
    bank.fill(1, with: Array(repeating: 5, count: length))
    let column = bank.column(1)
    #expect((0..<bank.stride).allSatisfy { column[$0] == ($0 < length ? 5 : 0) })
    #expect(UInt(bitPattern: UnsafeRawPointer(bank.column(0))) % 64 == 0)
    #expect(UInt(bitPattern: UnsafeRawPointer(bank.column(1))) % 64 == 0)
  }
}
