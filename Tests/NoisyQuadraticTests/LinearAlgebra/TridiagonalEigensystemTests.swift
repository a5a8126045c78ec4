import Foundation
import NoisyQuadratic
import Testing

@Suite struct TridiagonalEigensystemTests {
  @Test(
    "Q1, N2: eigenvalues and first entries give the moments of the first unit vector",
    arguments: [1, 2, 5, 12])
  func moments(_ n: Int) throws {
    var random = TestRandom(UInt64(n))
    let diagonal = random.array(n) { $0.uniform(-1, 1) }
    let below = random.array(n - 1) { $0.uniform(0.1, 1) }
    var rows = [[Double]](repeating: Array(repeating: 0, count: n), count: n)
    for i in 0..<n {
      rows[i][i] = diagonal[i]
      if i + 1 < n { (rows[i][i + 1], rows[i + 1][i]) = (below[i], below[i]) }
    }
    let system = try TridiagonalEigensystem(diagonal: diagonal, below: below)
    #expect(largestScaledError(system.values, jacobiEigenvalues(rows)) <= 1e-13)
    var power = [1.0] + Array(repeating: 0, count: n - 1)
    for degree in 0..<2 * n {
      var moment = 0.0
      for (value, entry) in zip(system.values, system.firstEntries) {
        moment += entry * entry * pow(value, Double(degree))
      }
      // Eigenvalues are at most 3 in size.
      #expect(abs(moment - power[0]) <= 1e-14 * pow(3, Double(degree)))
      power = rows.map { row in zip(row, power).reduce(0.0) { $0 + $1.0 * $1.1 } }
    }
  }
}
