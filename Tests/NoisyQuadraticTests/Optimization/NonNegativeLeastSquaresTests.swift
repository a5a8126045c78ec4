import NoisyQuadratic
import Testing

@Suite struct NonNegativeLeastSquaresTests {
  private struct Problem {
    var columns: [Double]
    var right: [Double]
    var rows: Int { right.count }
    var count: Int { columns.count / rows }

    /// A problem in which about half of the unconstrained values are negative.
    init(seed: Int, rows: Int, count: Int) {
      var random = TestRandom(UInt64(seed) + 7000)
      columns = random.array(rows * count) { $0.uniform(-0.5, 1) }
      right = random.array(rows) { $0.uniform(-1, 1) }
    }

    init(columns: [Double], right: [Double]) { (self.columns, self.right) = (columns, right) }

    func column(_ j: Int) -> ArraySlice<Double> { columns[j * rows..<(j + 1) * rows] }

    func residual(_ x: [Double]) -> [Double] {
      var result = right
      for j in 0..<count {
        for (i, entry) in zip(0..., column(j)) { result[i] -= x[j] * entry }
      }
      return result
    }

    func slopes(_ x: [Double]) -> [Double] {
      let residual = residual(x)
      return (0..<count).map { Self.product(column($0), residual[...]) }
    }

    static func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      var sum = 0.0
      for (x, y) in zip(a, b) { sum += x * y }
      return sum
    }

    /// The unconstrained solution on some columns by the normal equations and elimination, `nil` if singular.
    func unconstrained(_ chosen: [Int]) -> [Double]? {
      var matrix: [[Double]] = chosen.map { a in
        chosen.map { Self.product(column(a), column($0)) } + [Self.product(column(a), right[...])]
      }
      for k in chosen.indices {
        guard let pivot = (k..<chosen.count).max(by: { abs(matrix[$0][k]) < abs(matrix[$1][k]) }),
          abs(matrix[pivot][k]) > 1e-10
        else { return nil }
        matrix.swapAt(k, pivot)
        for i in chosen.indices where i != k {
          let factor = matrix[i][k] / matrix[k][k]
          for j in k...chosen.count { matrix[i][j] -= factor * matrix[k][j] }
        }
      }
      var x = [Double](repeating: 0, count: count)
      for (k, j) in chosen.enumerated() { x[j] = matrix[k][chosen.count] / matrix[k][k] }
      return x
    }

    /// The least residual of all non-negative x, over all supports.
    func bruteForce() -> (x: [Double], norm: Double) {
      var best = (x: [Double](repeating: 0, count: count), norm: Double.infinity)
      for mask in 0..<1 << count {
        guard let x = unconstrained((0..<count).filter { mask >> $0 & 1 == 1 }), x.allSatisfy({ $0 >= 0 })
        else { continue }
        let norm = Elementary.norm(residual(x))
        if norm < best.norm { best = (x, norm) }
      }
      return best
    }

    func solved(_ guess: [Int] = []) throws -> NonNegativeLeastSquares {
      try NonNegativeLeastSquares(columns: columns, right: right, support: guess)
    }
  }

  @Test("T3: the best of all supports", arguments: 0..<40)
  func bruteForce(seed: Int) throws {
    // More rows than columns, as many, and fewer.
    let problem = Problem(seed: seed, rows: [9, 5, 3, 7][seed % 4], count: 1 + seed % 6)
    let (x, norm) = problem.bruteForce()
    let found = try problem.solved()
    #expect(found.isOptimal)
    #expect(abs(found.residualNorm - norm) <= 1e-12)
    // With as many rows as columns or more, random columns are independent, and there is one answer.
    if problem.rows >= problem.count { #expect(largestScaledError(found.values, x) <= 1e-9 || norm < 1e-9) }
    #expect(found.support == found.values.indices.filter { found.values[$0] > 0 })
  }

  @Test("T3: the conditions of Karush, Kuhn and Tucker", arguments: 0..<8)
  func conditions(seed: Int) throws {
    let problem = Problem(seed: seed, rows: seed % 2 == 0 ? 60 : 12, count: 16)
    let found = try problem.solved()
    #expect(found.values.contains(0) && found.values.contains { $0 > 0 })
    for (x, slope) in zip(found.values, problem.slopes(found.values)) {
      #expect(x >= 0)
      #expect(slope <= 1e-11)
      if x > 0 { #expect(abs(slope) <= 1e-11) }
    }
    let norm = Elementary.norm(problem.residual(found.values))
    #expect(abs(found.residualNorm - norm) <= 1e-13 * Double(problem.rows))
  }

  @Test("T3: columns in other units and another order have the same answer", arguments: 0..<8)
  func equivariance(seed: Int) throws {
    let problem = Problem(seed: seed, rows: 20, count: 7)
    let found = try problem.solved()
    // Powers of two change no rounding.
    let scales = [1, 0x1p-40, 8, 0x1p30, 0.5, 2, 0x1p-3]
    var scaled = problem
    for (j, scale) in scales.enumerated() {
      for i in 0..<problem.rows { scaled.columns[j * problem.rows + i] *= scale }
    }
    let inUnits = try scaled.solved()
    #expect(zip(inUnits.values, scales).map { $0 * $1 } == found.values)
    #expect(inUnits.residualNorm == found.residualNorm)
    let order = [3, 6, 0, 5, 1, 4, 2]
    let permuted = Problem(columns: order.flatMap { problem.column($0) }, right: problem.right)
    let inOrder = try permuted.solved()
    #expect(inOrder.support.map { order[$0] }.sorted() == found.support)
    #expect(largestScaledError(inOrder.values, order.map { found.values[$0] }) <= 1e-12)
  }

  @Test("T3: a guess of the support does not change the answer", arguments: 0..<8)
  func guess(seed: Int) throws {
    let problem = Problem(seed: seed, rows: seed % 2 == 0 ? 20 : 8, count: 8)
    let found = try problem.solved()
    for guess in [found.support, Array(0..<8), [0], [7, 2], [1, 3, 5]] {
      let again = try problem.solved(guess)
      #expect(again.isOptimal)
      #expect(again.support == found.support)
      #expect(largestScaledError(again.values, found.values) <= 1e-11)
    }
  }

  @Test("T3: columns of zeros have no weight")
  func zeroColumns() throws {
    let problem = Problem(columns: [0, 0, 0, 1, 2, 2], right: [1, 2, 3])
    for guess in [[], [0], [0, 1]] {
      let found = try problem.solved(guess)
      #expect(found.values[0] == 0)
      #expect(abs(found.values[1] - 11.0 / 9) <= 1e-15)
      #expect(found.isOptimal)
    }
    let zero = try NonNegativeLeastSquares(columns: [0, 0, 0, 0], right: [3, 4])
    #expect(zero.values == [0, 0] && zero.support.isEmpty && zero.residualNorm == 5 && zero.violation == 0)
  }

  @Test("T3: dependent columns leave the best residual", arguments: 0..<8)
  func dependentColumns(seed: Int) throws {
    let problem = Problem(seed: seed, rows: seed % 2 == 0 ? 12 : 6, count: 4)
    let least = try problem.solved()
    // A column twice, and the mean of two.
    let doubled = Problem(
      columns: problem.columns + problem.column(1)
        + zip(problem.column(0), problem.column(3)).map { ($0 + $1) / 2 }, right: problem.right)
    for guess in [[], [1, 4], Array(0..<6)] {
      let found = try doubled.solved(guess)
      #expect(found.isOptimal)
      #expect(abs(found.residualNorm - least.residualNorm) <= 1e-12)
    }
  }

  @Test("T3: data that a non-negative combination gives are met", arguments: 0..<4)
  func perfectFit(seed: Int) throws {
    var problem = Problem(seed: seed, rows: 15, count: 5)
    let x = [2, 0, 0.5, 0, 3]
    problem.right = Array(repeating: 0, count: 15)
    problem.right = problem.residual(x).map { -$0 }
    let found = try problem.solved()
    #expect(found.residualNorm <= 1e-14)
    #expect(largestScaledError(found.values, x) <= 1e-13)
  }

  @Test("T3: data that point away from all columns are met best by 0")
  func away() throws {
    var random = TestRandom(7)
    let columns = random.array(40) { $0.uniform(0.1, 1) }
    let right = random.array(8) { -$0.uniform(0.1, 1) }
    for guess in [[], [0, 1, 2, 3, 4]] {
      let found = try NonNegativeLeastSquares(columns: columns, right: right, support: guess)
      #expect(found.values == [0, 0, 0, 0, 0])
      #expect(found.support.isEmpty && found.violation == 0)
      #expect(relativeError(found.residualNorm, Elementary.norm(right)) <= 1e-14)
    }
    let zero = try NonNegativeLeastSquares(columns: columns, right: Array(repeating: 0, count: 8))
    #expect(zero.values == [0, 0, 0, 0, 0] && zero.residualNorm == 0 && zero.violation == 0)
  }
}
