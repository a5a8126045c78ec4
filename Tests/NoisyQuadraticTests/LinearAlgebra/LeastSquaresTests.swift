import NoisyQuadratic
import Testing

@Suite struct LeastSquaresTests {
  private static let shapes = [(1, 1), (5, 1), (4, 4), (9, 4), (70, 40)]

  private func columns(_ rows: Int, _ count: Int) -> [Double] {
    var random = TestRandom(UInt64(100 * rows + count))
    return random.array(rows * count) { $0.uniform(-1, 1) }
  }

  private func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
  }

  @Test("T3: the triangle has the inner products of the columns", arguments: shapes)
  func triangle(rows: Int, count: Int) throws {
    let columns = columns(rows, count)
    let triangle = try LeastSquares.triangle(columns: columns, rows: rows)
    #expect(triangle.count == count * count)
    for i in 0..<count {
      for j in 0..<count {
        if i > j { #expect(triangle[j * count + i] == 0) }
        let expected = product(
          columns[i * rows..<(i + 1) * rows], columns[j * rows..<(j + 1) * rows])
        let found = product(
          triangle[i * count..<(i + 1) * count], triangle[j * count..<(j + 1) * count])
        // Householder's method has a backward error of some ulps of the columns' lengths, at most √rows.
        #expect(abs(found - expected) <= 1e-15 * Double(rows * count))
      }
    }
  }

  @Test("T3: the residual is orthogonal to the columns", arguments: shapes)
  func normalEquations(rows: Int, count: Int) throws {
    let columns = columns(rows, count)
    let right = self.columns(rows, 1)
    let solution = try #require(try LeastSquares.solve(columns: columns, right: right))
    #expect(solution.count == count)
    var residual = right
    for j in 0..<count {
      for i in 0..<rows { residual[i] -= solution[j] * columns[j * rows + i] }
    }
    let size = 1 + solution.reduce(0) { $0 + abs($1) }
    for j in 0..<count {
      let slope = product(columns[j * rows..<(j + 1) * rows], residual[...])
      #expect(abs(slope) <= 1e-15 * size * Double(rows * count))
    }
  }

  @Test("T3: numbers by hand")
  func byHand() throws {
    // The line through (0, 1), (1, 2), (2, 6) is 1/2 + 5x/2, by the normal equations.
    let line = try #require(try LeastSquares.solve(columns: [1, 1, 1, 0, 1, 2], right: [1, 2, 6]))
    #expect(abs(line[0] - 0.5) <= 1e-14 && abs(line[1] - 2.5) <= 1e-14)
    let triangle = try LeastSquares.triangle(columns: [3, 4, 0, 2], rows: 2)
    #expect(abs(abs(triangle[0]) - 5) <= 1e-14)
    #expect(abs(triangle[2] * triangle[0] - 8) <= 1e-13)
    #expect(abs(abs(triangle[3]) - 1.2) <= 1e-14)
  }

  @Test("T3: a column of zeros has no least squares")
  func dependent() throws {
    #expect(try LeastSquares.solve(columns: [1, 2, 3, 0, 0, 0], right: [1, 1, 1]) == nil)
  }
}
