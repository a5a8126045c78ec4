import Foundation
import NoisyQuadratic
import Testing

@Suite("Panels of curvatures")
struct CurvaturePanelTests {
  private struct Complex {
    var re, im: Double
    var square: Double { re * re + im * im }
    static func * (a: Complex, b: Complex) -> Complex {
      Complex(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }
    static func + (a: Complex, b: Complex) -> Complex { Complex(re: a.re + b.re, im: a.im + b.im) }
    /// `(1 − αz)²`.
    func factor(_ alpha: Double) -> Complex {
      let u = Complex(re: 1 - alpha * re, im: -alpha * im)
      return u * u
    }
  }

  /// Points around a panel's ellipse, its vertices among them.
  private func boundary(_ panel: CurvaturePanel, _ ellipse: CurvaturePanel.Ellipse, _ count: Int) -> [Complex]
  {
    let (rho, r) = (ellipse.rho, panel.halfWidth)
    return (0..<count).map { k in
      let theta = 2 * .pi * Double(k) / Double(count)
      return Complex(
        re: panel.center + r * (rho + 1 / rho) / 2 * cos(theta), im: r * (rho - 1 / rho) / 2 * sin(theta))
    }
  }

  /// A panel somewhere between 0 and the limit of stability, narrow or wide.
  private func panel(_ random: inout TestRandom, limit: Double) -> CurvaturePanel {
    let ends = [random.uniform(0, 2 / limit), random.unit() < 0.5 ? 0 : random.uniform(0, 2 / limit)].sorted()
    return CurvaturePanel(
      center: (ends[0] + ends[1]) / 2, halfWidth: (ends[1] - ends[0]) / 2,
      signal: random.logUniform(1e-3, 1e3),
      noise: random.logUniform(1e-3, 1e3))
  }

  private func rates(_ random: inout TestRandom, limit: Double, steps: Int) -> [Double] {
    let kind = Int(random.uniform(0, 4))
    return (0..<steps).map { t in
      switch kind {
      case 0: return limit
      case 1: return limit / Double(1 + t)
      case 2: return t == steps / 2 ? limit : 0
      default: return random.unit() < 0.2 ? 0 : random.uniform(0, limit)
      }
    }
  }

  @Test("Q2: κ is the least of 2x − A|z|² on the ellipse, and bounds every factor", arguments: 0..<16)
  func factors(seed: Int) {
    var random = TestRandom(UInt64(seed) + 8200)
    let limit = random.logUniform(1e-2, 1e2)
    let panel = panel(&random, limit: limit)
    for ellipse in panel.ellipses(maximumRate: limit) {
      var least = Double.infinity
      var size = 1.0
      for z in boundary(panel, ellipse, 64) {
        least = min(least, 2 * z.re - limit * z.square)
        size = max(size, limit * limit * z.square)
        for alpha in [0, limit] + random.array(3, { $0.uniform(0, limit) }) {
          // A few roundings of αz, in the square of 1 − αz and in the exponent.
          let factor = 1 - 2 * alpha * z.re + alpha * alpha * z.square
          #expect(factor <= exp(-alpha * ellipse.decay) + 16 * .ulpOfOne * size)
        }
      }
      // The vertices are among the points.
      #expect(abs(least - ellipse.decay) * limit <= 16 * .ulpOfOne * size)
      // So the factor that a rate costs the noise is at most e.
      #expect(ellipse.decay * limit <= 1 + 8 * .ulpOfOne)
    }
  }

  @Test("Q2: signal and noise stay below their bounds on every ellipse", arguments: 0..<40)
  func bounds(seed: Int) {
    var random = TestRandom(UInt64(seed) + 8300)
    let limit = random.logUniform(1e-2, 1e2)
    let panel = panel(&random, limit: limit)
    let steps = 1 + Int(random.logUniform(1, 40))
    let rates = rates(&random, limit: limit, steps: steps)
    let largest = rates.max() ?? 0
    let time = rates.reduce(0, +)
    var worst = 0.0
    for ellipse in panel.ellipses(maximumRate: largest) {
      let signal = panel.signalBound(ellipse, shortest: time, longest: time) / panel.signal
      let noise = panel.noiseBound(ellipse, maximumRate: largest, longest: time) / panel.noise
      // T factors, each of a few roundings.
      let slack = 1 + 32 * Double(steps) * .ulpOfOne
      guard signal.isFinite, noise.isFinite else { continue }
      for z in boundary(panel, ellipse, 24) {
        var f = Complex(re: 1, im: 0)
        var g = Complex(re: 0, im: 0)
        for alpha in rates {
          f = f * z.factor(alpha)
          g = g * z.factor(alpha) + Complex(re: alpha * alpha, im: 0)
        }
        let (reached, ofNoise) = (f.square.squareRoot(), g.square.squareRoot())
        // What cancels in 1 − αz is lost to the size of αz.
        let lost = 16 * .ulpOfOne * pow(1 + largest * z.square.squareRoot(), 2)
        #expect(reached <= signal * slack + lost)
        #expect(ofNoise <= noise * slack + lost * largest * largest)
        if noise > 0 { worst = max(worst, ofNoise / noise) }
      }
      // And the direct sum of what the bound is the integral of.
      var (later, sum) = (0.0, 0.0)
      for alpha in rates.reversed() {
        sum += alpha * alpha * exp(-ellipse.decay * later)
        later += alpha
      }
      #expect(sum <= noise * slack)
      // All rates within the limit: a wider claim.
      let any = panel.signalBound(ellipse, shortest: 0, longest: limit * Double(steps)) / panel.signal
      // Rounded sums in an exponent.
      let exponent = 1 + Double(steps + 8) * .ulpOfOne * (1 + abs(ellipse.decay * time))
      #expect(any * exponent >= signal && any >= 1)
      #expect(
        panel.noiseBound(ellipse, maximumRate: largest, longest: time * 1.5) >= noise * panel.noise)
    }
    // Not beside the point: e for what a step costs at most, the rest for rates below the largest.
    if rates.allSatisfy({ $0 == largest }) { #expect(worst >= 0.3) }
  }

  @Test(
    "Q2: a rule is off by less than the bound, its defects included", arguments: [1, 2, 4, 8, 16],
    [0, 1e-9, 1e-3])
  func error(n: Int, fault: Double) throws {
    var random = TestRandom(UInt64(n) + 8400)
    let x = random.array(200) { $0.uniform(-1, 1) }
    let w = random.array(200) { $0.unit() }
    let mass = w.reduce(0, +)
    let panel = CurvaturePanel(center: 1, halfWidth: 1, signal: 1, noise: 1)
    // A rule for a measure beside the one in question, with the defects that the right one finds in it.
    let faulty = w.map { $0 * (1 + fault * random.uniform(-1, 1)) }
    let rule = try #require(GaussRule(points: x, weights: faulty, count: n))
    let defects = (0..<2 * n).map { j -> Double in
      let moment = { (x: [Double], w: [Double]) in
        zip(x, w).reduce(0) { $0 + $1.1 * cos(Double(j) * acos($1.0)) }
      }
      return abs(moment(rule.points, rule.weights) - moment(x, w)) / mass
    }
    for ellipse in panel.ellipses(maximumRate: 1) {
      let vertex = (ellipse.rho + 1 / ellipse.rho) / 2
      // Real poles just outside, and at a distance; 1 is the largest value on the ellipse.
      for pole in [vertex * 1.01, vertex + 3, -vertex * 1.2] {
        let f = { (x: Double) in (abs(pole) - vertex) / abs(pole - x) }
        let error =
          zip(rule.points, rule.weights).reduce(0) { $0 + $1.1 * f($1.0) }
          - zip(x, w).reduce(0) { $0 + $1.1 * f($1.0) }
        // Sums of 200 terms in the comparison itself.
        #expect(
          abs(error) / mass <= CurvaturePanel.error(ellipse, count: n, defects: defects) + 200 * .ulpOfOne)
      }
    }
  }

  @Test(
    "Q2: T_2n on Chebyshev's points is off by half the bound of large ellipses", arguments: [1, 2, 8, 16])
  func sharpness(n: Int) throws {
    let x = (1...128).map { cos(Double(2 * $0 - 1) * .pi / 256) }
    let rule = try #require(GaussRule(points: x, weights: x.map { _ in 1.0 / 128 }, count: n))
    // The integral is 0, and T_2n is −1 at every point.
    var sum = 0.0
    for (point, weight) in zip(rule.points, rule.weights) { sum += weight * cos(Double(2 * n) * acos(point)) }
    let rounding: Double = Double(8 + 4 * n * n) * 8 * .ulpOfOne
    #expect(abs(sum + 1) <= rounding)
    let panel = CurvaturePanel(center: 1, halfWidth: 1, signal: 1, noise: 1)
    for ellipse in panel.ellipses(maximumRate: 1) {
      let power = pow(ellipse.rho, Double(2 * n))
      let error = 2 / (power + 1 / power)
      let bound = CurvaturePanel.error(ellipse, count: n)
      #expect(error <= bound)
      // Nothing is left over but ρ/(ρ − 1) and the smaller half of the largest value on the ellipse.
      let share = (1 - 1 / ellipse.rho) / 2 / (1 + 1 / (power * power))
      #expect(relativeError(error, bound * share) <= 1e-12)
    }
  }

  @Test("Q3: the number of points keeps the budget, and one less does not", arguments: 0..<20)
  func count(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8500)
    let panel = panel(&random, limit: 1)
    let ellipses = panel.ellipses(maximumRate: 1)
    let budget = random.logUniform(1e-14, 1) * panel.signal
    let bound = { (ellipse: CurvaturePanel.Ellipse) in panel.signalBound(ellipse, shortest: 0, longest: 50) }
    func least(_ n: Int) -> Double {
      ellipses.map { CurvaturePanel.error($0, count: n) * bound($0) }.filter { !$0.isNaN }.min() ?? .infinity
    }
    let n = try #require(CurvaturePanel.count(ellipses, budget: budget, most: 10_000, bound))
    // Logarithms of at most some hundred, to a few roundings.
    #expect(least(n) <= budget * (1 + 1e-12))
    if n > 1 { #expect(least(n - 1) >= budget * (1 - 1e-12)) }
    #expect(CurvaturePanel.count(ellipses, budget: budget, most: n, bound) == n)
    #expect(n == 1 || CurvaturePanel.count(ellipses, budget: budget, most: n - 1, bound) == nil)
    // Bounds that are nothing, and that are beyond range.
    #expect(CurvaturePanel.count(ellipses, budget: budget, most: 9) { _ in 0 } == 1)
    #expect(CurvaturePanel.count(ellipses, budget: budget, most: 9) { _ in .infinity } == nil)
  }

  @Test(
    "Q3: bounds ascend inside the spectrum, and panels are narrow towards 0 and the limit of stability",
    arguments: [1e-12, 1e-3, 0.2, 0.9, 1.9, 2], [1.0, 30, 1e4, 1e9])
  func cuts(lowest: Double, steps: Double) {
    for (limit, highest) in [(1.0, 2.0), (1, 1.97), (1, 1.3), (1, 1.1), (0.25, 2), (1e-8, 2), (1, lowest)] {
      guard highest >= lowest else { continue }
      let cuts = CurvaturePanel.bounds(lowest: lowest, highest: highest, maximumRate: limit, steps: steps)
      #expect(cuts.allSatisfy { $0 > lowest && $0 < highest })
      let all = [lowest] + cuts + [highest]
      #expect(highest == lowest ? cuts.isEmpty : zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
      let resolution = 1 / (limit * steps)
      for (low, high) in zip(all, all.dropFirst()) where high * limit <= 1 {
        // A last panel that would be short is part of the one before.
        #expect(high <= max(8 * low, resolution) * (1 + 1e-12) || low < resolution && high <= 8 * resolution)
      }
      for (low, high) in zip(all, all.dropFirst()) where low * limit >= 1 {
        let (near, far) = (2 / limit - high, 2 / limit - low)
        #expect(
          far <= max(8 * near, resolution) * (1 + 1e-9) || near < resolution && far <= 8 * resolution)
      }
      #expect(Double(cuts.count) <= 4 + 2 * log(max(2 * steps, 2)) / log(6))
    }
  }
}
