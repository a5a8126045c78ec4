import Foundation
import NoisyQuadratic
import Testing

@Suite("Quasi-Newton in a cube")
struct BoundedBFGSTests {
  private func minimize(
    from start: [Double], tolerance: Double = 1e-10, _ f: @escaping ([Double]) -> (Double, [Double])
  ) -> BoundedBFGS.Outcome {
    BoundedBFGS.minimize(
      { point in
        let (value, gradient) = f(point)
        return BoundedBFGS.Evaluation(value: value, gradient: gradient)
      }, from: start, maximumIterations: 500, tolerance: tolerance)
  }

  @Test("F6: convex quadratics, with the active bounds known", arguments: 0..<12)
  func quadratic(seed: Int) {
    // Chosen backwards: a point of the cube, a gradient there that the bounds allow, a matrix.
    var random = TestRandom(UInt64(seed) + 6000)
    let n = 1 + seed % 5
    let matrix = random.semidefinite(n, rank: n + 1)
    var (solution, slope) = ([Double](), [Double]())
    for _ in 0..<n {
      let kind = random.unit()
      solution.append(kind < 0.25 ? 0 : kind > 0.75 ? 1 : random.uniform(0.1, 0.9))
      slope.append(kind < 0.25 ? random.uniform(0.1, 1) : kind > 0.75 ? -random.uniform(0.1, 1) : 0)
    }
    func f(_ x: [Double]) -> (Double, [Double]) {
      let y: [Double] = zip(x, solution).map { $0 - $1 }
      var (value, gradient) = (0.0, slope)
      for i in 0..<n {
        var product = 0.0
        for j in 0..<n { product += matrix.rows[i][j] * y[j] }
        value += y[i] * (0.5 * product + slope[i])
        gradient[i] += product
      }
      return (value, gradient)
    }
    let found = minimize(from: random.array(n) { $0.unit() }, f)
    #expect(found.converged)
    #expect(found.residual <= 1e-6)
    // The value is quadratic about the minimum, with rounding of numbers of order one.
    #expect(abs(found.value) <= 1e-11)
    #expect(found.iterations <= 60)
  }

  @Test("F6: a curved valley")
  func valley() {
    // Rosenbrock's function on [−2, 2]², minimum 0 at (1, 1).
    let found = minimize(from: [0.2, 0.75]) { point in
      let (x, y) = (4 * point[0] - 2, 4 * point[1] - 2)
      let (a, b) = (1 - x, y - x * x)
      return (a * a + 100 * b * b, [4 * (-2 * a - 400 * x * b), 4 * 200 * b])
    }
    #expect(found.converged && found.value <= 1e-18)
    #expect(abs(found.point[0] - 0.75) <= 1e-8 && abs(found.point[1] - 0.75) <= 1e-8)
  }

  @Test("F6: at a kink the descent ends and says that the gradient does not vanish")
  func kink() {
    let found = minimize(from: [0.9]) { point in
      (abs(point[0] - 0.3), [point[0] < 0.3 ? -1 : 1])
    }
    #expect(found.converged)
    #expect(found.value <= 1e-8)
    #expect(found.residual == 1)
  }

  @Test("F6: regions without a value are walls")
  func walls() {
    let found = minimize(from: [0.5]) { point in
      point[0] > 0.6 ? (.infinity, [0]) : (-point[0], [-1])
    }
    #expect(found.converged && found.point[0] <= 0.6 && found.point[0] >= 0.6 - 1e-6)
    let nowhere = minimize(from: [0.5]) { _ in (.infinity, [0]) }
    #expect(!nowhere.converged && nowhere.value == .infinity)
    let bottomless = minimize(from: [0.5]) { point in
      (point[0] < 0.4 ? -.infinity : point[0], [1])
    }
    #expect(bottomless.value == -.infinity && bottomless.converged)
  }

  @Test("F6: no iterations is an evaluation")
  func noIterations() {
    let outcome = BoundedBFGS.minimize(
      { BoundedBFGS.Evaluation(value: $0[0], gradient: [1]) }, from: [0.5], maximumIterations: 0,
      tolerance: 1e-9)
    #expect(!outcome.converged && outcome.point == [0.5] && outcome.evaluations == 1)
  }

  @Test("Points of the scan fill intervals evenly", arguments: 1...4)
  func scan(dimension: Int) {
    let sequence = KroneckerSequence(dimension: dimension)
    let points = (0..<256).map { sequence[$0] }
    #expect(points.allSatisfy { $0.allSatisfy { (0..<1).contains($0) } })
    for j in 0..<dimension {
      let sorted: [Double] = [0] + points.map { $0[j] }.sorted() + [1]
      // Three different gaps occur (Steinhaus), of which none is far above the mean in few dimensions.
      let widest = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.max() ?? 1
      #expect(widest <= 12.0 / 256)
    }
    let corners: [[Int]] = points.map { point in point.map { x in Int(2 * x) } }
    #expect(Set(corners).count == 1 << dimension)
  }
}
