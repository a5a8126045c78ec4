import NoisyQuadratic
import Testing

@Suite("Lower triangles")
struct LowerTriangleTests {
  /// Noise above the diagonal, which nothing may look at.
  private func triangle(_ rows: [[Double]]) -> LowerTriangle {
    let n = rows.count
    return LowerTriangle(
      (0..<n * n).map { $0 / n >= $0 % n ? rows[$0 / n][$0 % n] : 1e100 }, order: n)
  }

  private let matrix = [[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]]

  @Test("S15: products, rows and scales of a matrix of which the lower triangle is kept")
  func operations() {
    var lower = triangle(matrix)
    #expect((0..<3).map(lower.diagonal) == [4, 3, 5])
    #expect(lower.multiplied(by: [1, 2, 3]) == [0, 8.5, 14])
    let part = lower.submatrix([0, 2], scale: [2, 10], plus: 0.5)
    #expect(part.order == 2)
    #expect([part.elements[0], part.elements[2], part.elements[3]] == [16.5, -40, 500.5])
    lower.scale(by: [1, 2, -1])
    #expect(lower.multiplied(by: [1, 0, 0]) == [4, 2, 2])
    #expect(lower.multiplied(by: [0, 1, 0]) == [2, 12, -1])
  }

  @Test("S15: nothing of nothing")
  func empty() {
    let none = LowerTriangle([], order: 0)
    #expect(none.multiplied(by: []).isEmpty)
    #expect(none.smallestEigenvalue() == nil)
    #expect(CholeskyFactor(none) == nil)
    #expect(triangle(matrix).submatrix([], scale: []).order == 0)
  }

  @Test("S15: a Cholesky factor solves, or says that the matrix is not positive definite")
  func cholesky() throws {
    let factor = try #require(CholeskyFactor(triangle(matrix)))
    let x = try #require(factor.solve([0, 8.5, 14]))
    // The condition number is below ten.
    #expect(largestScaledError(x, [1, 2, 3]) <= 100 * .ulpOfOne)
    #expect(CholeskyFactor(triangle([[1, 2], [2, 1]])) == nil)
    #expect(CholeskyFactor(triangle([[0]])) == nil)
    #expect(CholeskyFactor(triangle([[-1]])) == nil)
    #expect(CholeskyFactor(triangle([[.nan]])) == nil)
  }

  @Test("S15: a factor less a row and column is that of the smaller matrix", arguments: 2...12)
  func removal(_ n: Int) throws {
    var random = TestRandom(UInt64(n) + 5400)
    let square = random.semidefinite(n, rank: n).rows
    var rows = square
    for i in 0..<n { rows[i][i] += 1 }
    for first in 0..<n {
      var factor = try #require(CholeskyFactor(triangle(rows)))
      var left = Array(0..<n)
      // One after another, from everywhere, until one is left.
      var k = first
      while left.count > 1 {
        factor.remove(k)
        left.remove(at: k)
        let smaller = triangle(left.map { i in left.map { rows[i][$0] } })
        let fresh = try #require(CholeskyFactor(smaller))
        let b = random.array(left.count) { $0.uniform(-1, 1) }
        let (x, expected) = (try #require(factor.solve(b)), try #require(fresh.solve(b)))
        // Rotations are backward stable: n roundings per removal, and eigenvalues lie from 1 to 1 + n².
        let allowed = 8 * Double(n * n) * Double(1 + n * n) * .ulpOfOne
        #expect(largestScaledError(x, expected) <= allowed)
        #expect(largestScaledError(smaller.multiplied(by: x), b) <= allowed)
        k = (k * 7 + 3) % left.count
      }
    }
  }

  @Test("S15: the smallest eigenvalue, in closed form and by Jacobi's method", arguments: 1...7)
  func eigenvalue(_ n: Int) throws {
    // The second difference matrix has the eigenvalues 2 − 2 cos(kπ/(n + 1)).
    let difference = (0..<n).map { i in (0..<n).map { i == $0 ? 2 : abs(i - $0) == 1 ? -1.0 : 0 } }
    let smallest = try #require(triangle(difference).smallestEigenvalue())
    #expect(abs(smallest - (2 - 2 * Elementary.cos(.pi / Double(n + 1)))) <= 32 * .ulpOfOne)
    var random = TestRandom(UInt64(n) + 5300)
    var rows = (0..<n).map { _ in random.array(n) { $0.uniform(-1, 1) } }
    for i in 0..<n {
      for j in 0..<i { rows[j][i] = rows[i][j] }
    }
    let indefinite = try #require(triangle(rows).smallestEigenvalue())
    #expect(abs(indefinite - jacobiEigenvalues(rows)[0]) <= 64 * .ulpOfOne * Double(n))
  }
}
