import Foundation
import NoisyQuadratic
import Testing

@Suite("Gauss rules")
struct GaussRuleTests {
  /// `T_j(x)`, not by the recurrence.
  private func chebyshev(_ j: Int, _ x: Double) -> Double { cos(Double(j) * acos(x)) }

  private func integral(_ x: [Double], _ w: [Double], _ f: (Double) -> Double) -> Double {
    Elementary.sum(zip(x, w).map { $1 * f($0) })
  }

  private func rule(_ x: [Double], _ w: [Double], _ count: Int) throws -> GaussRule {
    let rule = try #require(GaussRule(points: x, weights: w, count: count))
    #expect(rule.points.count == rule.weights.count && rule.points.count <= count)
    #expect(zip(rule.points, rule.points.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(rule.points.allSatisfy { abs($0) <= 1 } && rule.weights.allSatisfy { $0 >= 0 })
    let mass = w.reduce(0, +)
    #expect(relativeError(rule.weights.reduce(0, +), mass) <= Double(x.count + 64) * .ulpOfOne)
    return rule
  }

  /// What the integral of `T_j` may be off by, relative to the mass: points are right to a few roundings, and
  /// `|T_j'| ≤ j²`.
  private func allowed(_ j: Int) -> Double { Double(8 + 4 * j * j) * .ulpOfOne }

  @Test(
    "Q1: of equal weights at Chebyshev's points, the points of fewer", arguments: [1, 2, 3, 5, 16, 40, 100])
  func closedForm(_ n: Int) throws {
    let d = 128
    func points(_ n: Int) -> [Double] {
      (1...n).map { k -> Double in -cos(Double(2 * k - 1) * Double.pi / Double(2 * n)) }
    }
    let rule = try rule(points(d), Array(repeating: 0.5, count: d), n)
    #expect(rule.points.count == n)
    // Backward stable: n roundings of a matrix of norm 1.
    let allowed = 4 * Double(n + 4) * .ulpOfOne
    #expect(zip(rule.points, points(n)).allSatisfy { abs($0 - $1) <= allowed })
    // Weights fall with the square of the vectors, whose gaps are at least π²/2n² at the ends.
    #expect(rule.weights.allSatisfy { abs($0 * Double(n) / 64 - 1) <= Double(n) * allowed })
  }

  @Test("Q1: Legendre's rules of one, two and three points, from three points")
  func legendre() throws {
    let end = 0.6.squareRoot()
    let (x, w) = ([end, 0, -end], [5.0 / 9, 8.0 / 9, 5.0 / 9])
    let third = (1.0 / 3).squareRoot()
    let expected: [[Double]] = [[0], [-third, third], x.reversed()]
    let weights: [[Double]] = [[2], [1, 1], w]
    for n in 1...4 {
      let rule = try rule(x, w, n)
      #expect(rule.points.count == min(n, 3))
      for (actual, expected) in zip(rule.points, expected[min(n, 3) - 1]) {
        #expect(abs(actual - expected) <= 8 * .ulpOfOne)
      }
      #expect(largestRelativeError(rule.weights, weights[min(n, 3) - 1]) <= 16 * .ulpOfOne)
      #expect(rule.defects.count == 2 * n && rule.defects.allSatisfy { $0 <= 16 * .ulpOfOne })
    }
  }

  @Test(
    "Q1: polynomials of degree below 2n have the integrals of the measure", arguments: 0..<6,
    [1, 2, 5, 12, 40])
  func exactness(seed: Int, n: Int) throws {
    var random = TestRandom(UInt64(10 * seed + n) + 8000)
    let d = 300
    // Densities from flat to crowded at both ends.
    let x = random.array(d) { draw in
      let t = draw.uniform(-1, 1)
      return seed < 3 ? t : sin(.pi / 2 * sin(.pi / 2 * t))
    }
    let w = random.array(d) { seed % 3 == 0 ? 1 : $0.logUniform(seed % 3 == 1 ? 1e-2 : 1e-12, 1) }
    let rule = try rule(x, w, n)
    let mass = w.reduce(0, +)
    for j in 0..<2 * n {
      let error =
        integral(rule.points, rule.weights) { chebyshev(j, $0) } - integral(x, w) { chebyshev(j, $0) }
      #expect(abs(error) <= allowed(j) * mass, "degree \(j)")
      // Q2: the defect is that error, but for the recurrence's roundings of the size allowed.
      #expect(abs(rule.defects[j] - abs(error) / mass) <= allowed(j), "degree \(j)")
      let powers =
        integral(rule.points, rule.weights) { pow($0, Double(j)) } - integral(x, w) { pow($0, Double(j)) }
      #expect(abs(powers) <= Double(8 + 8 * j) * .ulpOfOne * mass, "degree \(j)")
    }
    // One degree more it cannot be, for (Π (x − x_j))² is positive.
    let square = { (y: Double) in rule.points.reduce(1) { $0 * 4 * (y - $1) * (y - $1) } }
    #expect(integral(x, w, square) > 1e3 * integral(rule.points, rule.weights, square))
  }

  /// Measures that have few points, or look as if they had.
  struct Degenerate: Sendable, CustomTestStringConvertible {
    let name: String
    let points, weights: [Double]
    /// Points that the rule has, where that is certain.
    let count: Int?

    var testDescription: String { name }

    static let all: [Degenerate] = {
      var random = TestRandom(8100)
      let spread = random.array(6) { $0.uniform(-1, 1) }
      let cluster = { (center: Double, width: Double) in
        (0..<40).map { center + width * (Double($0) / 40 - 0.5) }
      }
      return [
        Degenerate(name: "one point", points: [0.3], weights: [2], count: 1),
        Degenerate(name: "one point at the end", points: [-1], weights: [1e-200], count: 1),
        Degenerate(
          name: "equal points", points: Array(repeating: 0.7, count: 50), weights: (1...50).map(Double.init),
          count: 1),
        Degenerate(name: "six points", points: spread, weights: [1, 2, 3, 1, 1, 5], count: 6),
        Degenerate(
          name: "six points, many times", points: (0..<60).map { spread[$0 % 6] },
          weights: (0..<60).map { 1 + Double($0 % 7) }, count: 6),
        Degenerate(
          name: "points without weight", points: [-1, -0.5, 0, 0.5, 1], weights: [0, 1, 0, 1, 0], count: 2),
        Degenerate(
          name: "two clusters", points: cluster(-0.5, 1e-9) + cluster(0.5, 1e-5),
          weights: Array(repeating: 1, count: 80), count: nil),
        Degenerate(
          name: "a cluster of roundings", points: cluster(0.5, 1e-15) + [-1, 1],
          weights: Array(repeating: 1, count: 42), count: 3),
        Degenerate(
          name: "an outlier", points: cluster(-0.99, 0.02) + [1],
          weights: Array(repeating: 1, count: 40) + [1e-14],
          count: nil),
        Degenerate(
          name: "a heavy outlier", points: cluster(-0.99, 0.02) + [1],
          weights: Array(repeating: 1e-14, count: 40) + [1], count: nil),
      ]
    }()
  }

  @Test(
    "Q1, Q2: measures of few points, and of points that are all but equal", arguments: Degenerate.all,
    [1, 2, 6, 9, 60])
  func degenerate(_ measure: Degenerate, n: Int) throws {
    let rule = try rule(measure.points, measure.weights, n)
    if let count = measure.count { #expect(rule.points.count == min(n, count)) }
    #expect(rule.defects.count == 2 * n)
    for (j, defect) in rule.defects.enumerated() {
      #expect(defect <= allowed(j), "degree \(j)")
    }
    // With a point for every one the rule is the measure, for any function.
    guard let count = measure.count, count <= n else { return }
    let f = { (x: Double) in 1 / (1.5 - x) }
    let expected = integral(measure.points, measure.weights, f)
    // |f'| ≤ 4, f ≥ 0.4.
    #expect(relativeError(integral(rule.points, rule.weights, f), expected) <= 200 * .ulpOfOne)
  }

  @Test("Q2: Chebyshev moments by angles", arguments: [1, 7, 8, 9, 100], [1, 2, 3, 40, 256])
  func moments(d: Int, count: Int) {
    var random = TestRandom(UInt64(100 * d + count) + 8050)
    let x = random.array(d) { draw in draw.unit() < 0.1 ? (draw.unit() < 0.5 ? -1 : 1) : draw.uniform(-1, 1) }
    let w = random.array(d) { $0.uniform(0.1, 2) }
    let moments = GaussRule.moments(x, w, count)
    #expect(moments.count == count)
    for (j, moment) in moments.enumerated() {
      #expect(abs(moment - integral(x, w) { chebyshev(j, $0) }) <= allowed(j) * w.reduce(0, +), "degree \(j)")
    }
    #expect(GaussRule.moments(x, w, 0).isEmpty && GaussRule.moments(x, w, 1000).count == 256)
  }

  @Test("Q1: nothing has no rule")
  func nothing() {
    #expect(GaussRule(points: [], weights: [], count: 3) == nil)
    #expect(GaussRule(points: [0.5], weights: [0], count: 3) == nil)
    #expect(GaussRule(points: [0.5], weights: [1], count: 0) == nil)
    #expect(GaussRule(points: [0.5], weights: [.nan], count: 1) == nil)
    #expect(GaussRule(points: [0.5], weights: [.infinity], count: 1) == nil)
  }
}
