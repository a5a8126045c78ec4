import Testing

@testable import NoisyQuadratic

@Suite("Quadratic models over boxes")
struct BoundedQuadraticModelTests {
  private struct Problem {
    var h: [[Double]]
    var g, lower, upper: [Double]

    var model: BoundedQuadraticModel {
      let n = g.count
      return BoundedQuadraticModel(
        matrix: LowerTriangle(h.flatMap { $0 }, order: n), gradient: g, lower: lower, upper: upper,
        hasEffect: g.map { _ in true })
    }

    func value(_ p: [Double]) -> Double {
      p.indices.reduce(0) { sum, i in
        sum + p[i] * (g[i] + 0.5 * zip(h[i], p).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }

    /// The least value over the box of a convex model: every way to hold variables, solved by elimination.
    func minimum() -> Double {
      let n = g.count
      var least = 0.0
      for code in 0..<Int(Elementary.pow(3, Double(n))) {
        var (p, free, rest) = ([Double](repeating: 0, count: n), [Int](), code)
        for i in 0..<n {
          switch rest % 3 {
          case 0: p[i] = lower[i]
          case 1: p[i] = upper[i]
          default: free.append(i)
          }
          rest /= 3
        }
        guard p.allSatisfy(\.isFinite) else { continue }
        var rows = free.map { i in
          free.map { h[i][$0] } + [-g[i] - zip(h[i], p).reduce(0) { $0 + $1.0 * $1.1 }]
        }
        for k in free.indices {
          for j in free.indices where j != k {
            let factor = rows[j][k] / rows[k][k]
            for l in rows[j].indices { rows[j][l] -= factor * rows[k][l] }
          }
        }
        for (k, i) in free.enumerated() { p[i] = rows[k][free.count] / rows[k][k] }
        if p.indices.allSatisfy({ p[$0] >= lower[$0] && p[$0] <= upper[$0] }) { least = min(least, value(p)) }
      }
      return least
    }
  }

  /// A positive definite matrix whose diagonal spans decades.
  private func problem(_ random: inout TestRandom, _ n: Int) -> Problem {
    let factor = random.semidefinite(n, rank: n + 1)
    let scale = random.array(n) { $0.logUniform(1e-3, 1e3) }
    func entry(_ i: Int, _ j: Int) -> Double { factor.rows[i][j] * scale[i] * scale[j] }
    let h = (0..<n).map { i in (0..<n).map { entry(i, $0) } }
    return Problem(
      h: h,
      g: scale.map { $0 * random.uniform(-1, 1) },
      lower: random.array(n) { $0.unit() < 0.2 ? 0 : -$0.logUniform(1e-3, 10) },
      upper: random.array(n) { $0.unit() < 0.2 ? ($0.unit() < 0.5 ? 0 : .infinity) : $0.logUniform(1e-3, 10) }
    )
  }

  @Test("S15: convex models are solved on the box", arguments: 1...4)
  func convex(_ n: Int) throws {
    var random = TestRandom(UInt64(n) + 5400)
    for _ in 0..<50 {
      let problem = problem(&random, n)
      let (move, decrease) = try #require(problem.model.minimize(damping: 0))
      let least = problem.minimum()
      #expect(move.indices.allSatisfy { move[$0] >= problem.lower[$0] && move[$0] <= problem.upper[$0] })
      // The condition in units of the diagonal stays below some 1e4, which costs that many roundings.
      #expect(problem.value(move) <= least * (1 - 1e-10))
      #expect(abs(problem.value(move) + decrease) <= 1e-13 * max(decrease, -least))
    }
  }

  @Test("S15: damping adds to the diagonal, and the decrease is that of the undamped model", arguments: 2...4)
  func damping(_ n: Int) throws {
    var random = TestRandom(UInt64(n) + 5410)
    for damping in [1e-3, 1, 100] {
      let problem = problem(&random, n)
      var damped = problem
      for i in 0..<n { damped.h[i][i] *= 1 + damping }
      let (move, decrease) = try #require(problem.model.minimize(damping: damping))
      #expect(damped.value(move) <= damped.minimum() * (1 - 1e-10))
      #expect(abs(problem.value(move) + decrease) <= 1e-13 * decrease)
      #expect(decrease >= -damped.value(move))
    }
  }

  @Test("S15: without convexity there is no move until the damping makes up for it")
  func indefinite() throws {
    let problem = Problem(
      h: [[1, 2], [2, 1]], g: [-1, 0.5], lower: [-1, -1], upper: [1, 1])
    #expect(problem.model.minimize(damping: 0) == nil)
    #expect(problem.model.minimize(damping: 0.9) == nil)
    let (move, decrease) = try #require(problem.model.minimize(damping: 2))
    #expect(decrease > 0)
    #expect(problem.value(move) < 0)
    // Held at a bound, the second variable no longer matters.
    let held = Problem(h: [[1, 2], [2, 1]], g: [-1, 3], lower: [-1, 0], upper: [1, 1])
    let result = try #require(held.model.minimize(damping: 0))
    #expect(result.move == [1, 0])
  }

  @Test("S15: negative curvature is turned upwards, and the rest left alone", arguments: 1...5)
  func convexified(_ n: Int) throws {
    var random = TestRandom(UInt64(n) + 5420)
    #expect(problem(&random, n).model.convexified() == nil)
    for _ in 0..<20 {
      // A symmetric matrix with a positive diagonal, rarely definite; one variable held.
      var rows = random.semidefinite(n + 1, rank: n + 1).rows
      for i in 0...n {
        for j in 0..<i {
          rows[i][j] += random.uniform(-3, 3)
          rows[j][i] = rows[i][j]
        }
      }
      let model = BoundedQuadraticModel(
        matrix: LowerTriangle(rows.flatMap { $0 }, order: n + 1),
        gradient: [Double](repeating: 1, count: n + 1),
        lower: [0] + [Double](repeating: -1, count: n), upper: [Double](repeating: 1, count: n + 1),
        hasEffect: [Bool](repeating: true, count: n + 1))
      func scaled(_ matrix: (Int, Int) -> Double) -> [[Double]] {
        (1...n).map { i in (1...n).map { matrix(i, $0) / (rows[i][i] * rows[$0][$0]).squareRoot() } }
      }
      let before = jacobiEigenvalues(scaled { rows[$0][$1] })
      guard let convex = model.convexified() else {
        #expect(before[0] > -1e-14)
        continue
      }
      let elements = convex.matrix.elements
      let after = jacobiEigenvalues(scaled { elements[max($0, $1) * (n + 1) + min($0, $1)] })
      for (a, b) in zip(after, before.map { max(abs($0), 1e-9) }.sorted()) {
        #expect(abs(a - b) <= 1e-13 * before.map(abs).reduce(1, max))
      }
      for j in 0...n { #expect(elements[j * (n + 1)] == rows[j][0]) }
      let (move, decrease) = try #require(convex.minimize(damping: 0))
      let product = model.matrix.multiplied(by: move)
      #expect(-zip(move, product).reduce(0) { $0 + $1.0 * (1 + 0.5 * $1.1) } >= decrease * (1 - 1e-12))
    }
  }

  @Test("S15: variables without effect and points that are optimal do not move")
  func degenerate() throws {
    let flat = Problem(h: [[0, 0], [0, 2]], g: [0, -1], lower: [-1, -1], upper: [1, 1])
    let flatMove = try #require(flat.model.minimize(damping: 0)).move
    #expect(flatMove[0] == 0 && relativeError(flatMove[1], 0.5) <= 1e-15)
    let model = BoundedQuadraticModel(
      matrix: LowerTriangle([2, 0, 0, 2], order: 2), gradient: [-1, -1], lower: [0, 0], upper: [1, 1],
      hasEffect: [false, true])
    let move = try #require(model.minimize(damping: 0)).move
    #expect(move[0] == 0 && relativeError(move[1], 0.5) <= 1e-15)
    let optimal = Problem(h: [[1, 0], [0, 1]], g: [1, 0], lower: [0, -1], upper: [1, 1])
    let (rest, decrease) = try #require(optimal.model.minimize(damping: 0))
    #expect(rest == [0, 0] && decrease == 0)
    #expect(optimal.model.free([0, 0], [1, 0]) == [1])
  }
}
