import NoisyQuadratic
import Testing

@Suite("Limited-memory quasi-Newton in a box")
struct BoundedLBFGSTests {
  private func minimize(
    from start: [Double], lower: [Double], upper: [Double], iterations: Int = 2000, tolerance: Double = 1e-9,
    _ f: @escaping ([Double]) -> (Double, [Double])
  ) -> BoundedBFGS.Outcome {
    BoundedLBFGS(lower: lower, upper: upper, maximumIterations: iterations, tolerance: tolerance).minimize(
      { point in
        let (value, gradient) = f(point)
        return BoundedBFGS.Evaluation(value: value, gradient: gradient)
      }, from: start)
  }

  @Test("F9: convex quadratics, with the active bounds known", arguments: 0..<6)
  func quadratic(seed: Int) {
    // Chosen backwards: a point of the box, a gradient there that the bounds allow, a matrix.
    var random = TestRandom(UInt64(seed) + 7000)
    let n = 4 + 3 * seed
    let matrix = random.semidefinite(n, rank: n + 2)
    let lower = random.array(n) { $0.uniform(-2, 0) }
    let upper = lower.map { random.unit() < 0.2 ? .infinity : $0 + random.uniform(0.5, 2) }
    var (solution, slope) = ([Double](), [Double]())
    for i in 0..<n {
      let kind = random.unit()
      let isAbove = kind > 0.7 && upper[i].isFinite
      solution.append(kind < 0.3 ? lower[i] : isAbove ? upper[i] : lower[i] + 0.2)
      slope.append(kind < 0.3 ? random.uniform(0.1, 1) : isAbove ? -random.uniform(0.1, 1) : 0)
    }
    let found = minimize(from: lower.map { $0 + 0.4 }, lower: lower, upper: upper) { x in
      let y = zip(x, solution).map { $0 - $1 }
      var (value, gradient) = (0.0, slope)
      for i in 0..<n {
        var product = 0.0
        for j in 0..<n { product += matrix.rows[i][j] * y[j] }
        value += y[i] * (0.5 * product + slope[i])
        gradient[i] += product
      }
      return (value, gradient)
    }
    #expect(found.converged && found.residual <= 1e-7)
    // The value is quadratic about the minimum, with rounding of numbers of order one.
    #expect(abs(found.value) <= 1e-11)
    #expect(zip(found.point, zip(lower, upper)).allSatisfy { $0 >= $1.0 && $0 <= $1.1 })
  }

  @Test("F9: a long curved valley, free and cut by a bound")
  func valley() {
    // Rosenbrock's chain, minimum 0 at (1, …, 1).
    func chain(_ x: [Double]) -> (Double, [Double]) {
      var (value, gradient) = (0.0, x.map { _ in 0.0 })
      for i in 0..<x.count - 1 {
        let (a, b) = (1 - x[i], x[i + 1] - x[i] * x[i])
        value += a * a + 100 * b * b
        gradient[i] += -2 * a - 400 * x[i] * b
        gradient[i + 1] += 200 * b
      }
      return (value, gradient)
    }
    let n = 12
    let start = (0..<n).map { $0 % 2 == 0 ? -1.2 : 1.0 }
    let (low, high) = ([Double](repeating: -2, count: n), [Double](repeating: .infinity, count: n))
    let found = minimize(from: start, lower: low, upper: high, chain)
    #expect(found.residual <= 1e-9 && found.value <= 1e-17)
    #expect(found.point.allSatisfy { abs($0 - 1) <= 1e-8 })
    #expect(found.iterations <= 300)
    // With x₁ ≤ ½, two variables: the other is x₁².
    let cut = minimize(from: [0, 1], lower: [-2, -2], upper: [0.5, 2], chain)
    #expect(cut.point[0] == 0.5 && abs(cut.point[1] - 0.25) <= 1e-9)
    #expect(abs(cut.value - 0.25) <= 1e-15)
  }

  @Test("F9: a kink, walls, and no iterations")
  func edges() {
    let kink = minimize(from: [0.9], lower: [0], upper: [1]) { point in
      (abs(point[0] - 0.3), [point[0] < 0.3 ? -1 : 1])
    }
    #expect(kink.converged && kink.value <= 1e-8 && kink.residual == 1)
    let wall = minimize(from: [0.5], lower: [0], upper: [1]) { point in
      point[0] > 0.6 ? (.infinity, [0]) : (-point[0], [-1])
    }
    #expect(wall.converged && wall.point[0] <= 0.6 && wall.point[0] >= 0.6 - 1e-6)
    let nowhere = minimize(from: [0.5], lower: [0], upper: [1]) { _ in (.infinity, [0]) }
    #expect(!nowhere.converged && nowhere.value == .infinity)
    let none = minimize(from: [3], lower: [0], upper: [1], iterations: 0) { ($0[0], [1]) }
    #expect(!none.converged && none.point == [1] && none.evaluations == 1)
  }
}
