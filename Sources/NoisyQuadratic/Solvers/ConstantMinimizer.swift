/// The best constant rate and momentum for a run or a window, over a box, by nested one-dimensional
/// searches: a scan that does not trust unimodality, refined by Brent's method.
///
/// Rates are searched in the logarithm of the effective rate `α/(1−μ)`, momentum in the logarithm of
/// `1 − μ`, where losses vary on an even scale.
struct ConstantMinimizer {
  /// Largest rate considered; may be infinite, and is then replaced by what could at most be useful.
  let maximumRate: Double
  let maximumMomentum: Double
  /// Curvature range and an estimate of the one-step rate, to span the scan.
  let minimumCurvature, maximumCurvature, oneStepRate: Double
  let steps: Int
  /// Final loss at `(α, μ)`.
  let loss: (Double, Double) -> Double

  struct Minimum {
    var alpha, mu, loss: Double
  }

  /// Searches everything.
  func minimize() -> Minimum { refine(around: nil, rateTolerance: 1e-9, momentumTolerance: 1e-8) }

  /// Searches within a factor of about 30 around an earlier minimum, and at momentum 0.
  func minimize(near earlier: Minimum) -> Minimum {
    refine(around: earlier, rateTolerance: 1e-6, momentumTolerance: 1e-4)
  }

  private func refine(
    around earlier: Minimum?, rateTolerance: Double, momentumTolerance: Double
  ) -> Minimum {
    let plain = bestRate(mu: 0, near: earlier?.mu == 0 ? earlier?.alpha : nil, rateTolerance)
    guard maximumMomentum > 0 else { return plain }
    var best = plain
    // Effective rate of the last search: neighbouring momenta have neighbouring effective rates.
    var effective: Double?
    func outer(_ logGap: Double) -> Double {
      let mu = min(max(1 - Elementary.exp(logGap), 0), maximumMomentum)
      let found = bestRate(mu: mu, near: effective.map { $0 * (1 - mu) }, rateTolerance)
      // Momentum that gains no more than rounding is none: at horizon 1 it has no effect at all.
      if found.loss < best.loss - 1e-14 * abs(best.loss) { best = found }
      return found.loss
    }
    let lowest = Elementary.log(1 - maximumMomentum)
    var points: [Double]
    if let earlier {
      let center = Elementary.log(1 - earlier.mu)
      effective = earlier.alpha / (1 - earlier.mu)
      points = [-0.7, 0, 0.7].map { min(max(center + $0, lowest), 0) }
    } else {
      let count = max(4, Int(-lowest / 0.7) + 1)
      points = (0...count).map { lowest * (1 - Double($0) / Double(count)) }
    }
    points = Array(Set(points)).sorted()
    if earlier == nil {
      // Scan with independent searches, then refine near the best.
      let values = points.map(outer)
      let index = values.indices.min { values[$0] < values[$1] } ?? 0
      effective = best.alpha / (1 - best.mu)
      points = Array(points[max(index - 1, 0)...min(index + 1, points.count - 1)])
    }
    _ = ScalarMinimizer.scan(outer, points: points, tolerance: momentumTolerance)
    return best
  }

  /// The best rate at one momentum.
  private func bestRate(mu: Double, near guess: Double?, _ tolerance: Double) -> Minimum {
    let highest = min(maximumRate, 2 * (1 + mu) / minimumCurvature)
    let lowest = min(
      1e-2 * min(oneStepRate, 1 / maximumCurvature) / Double(steps) * (1 - mu), 0.1 * highest)
    var (lower, upper) = (lowest, highest)
    var perFactor = 3.5  // points per factor of e²
    if let guess, guess > 0 {
      (lower, upper) = (max(lowest, guess / 6), min(highest, guess * 6))
      if lower >= upper { (lower, upper) = (lowest, highest) }
      perFactor = 2
    }
    let span = Elementary.log(upper / lower)
    let count = max(2, Int(span * perFactor / 2))
    let points = (0...count).map { i in
      Elementary.log(lower) + span * (Double(i) / Double(count))
    }
    func at(_ logRate: Double) -> Double {
      let value = loss(min(Elementary.exp(logRate), highest), mu)
      return value.isNaN ? .infinity : value
    }
    let found = ScalarMinimizer.scan(at, points: points, tolerance: tolerance)
    var best = Minimum(alpha: min(Elementary.exp(found.x), highest), mu: mu, loss: found.value)
    // Ends of the box that the logarithmic scan does not hit exactly.
    for alpha in [0, highest] {
      let value = loss(alpha, mu)
      if value <= best.loss { best = Minimum(alpha: alpha, mu: mu, loss: value) }
    }
    return best
  }
}
