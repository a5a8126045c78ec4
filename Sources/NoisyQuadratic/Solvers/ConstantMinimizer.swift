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
    var best = bestRate(mu: 0, near: earlier?.mu == 0 ? earlier?.alpha : nil, rateTolerance)
    guard maximumMomentum > 0 else { return best }
    func search(_ logGap: Double, near effective: Double?, _ tolerance: Double) -> Double {
      let mu = min(max(1 - Elementary.exp(logGap), 0), maximumMomentum)
      let found = bestRate(mu: mu, near: effective.map { $0 * (1 - mu) }, tolerance)
      // Momentum that gains no more than rounding is none: at horizon 1 it has no effect at all.
      if found.loss < best.loss - 1e-14 * abs(best.loss) { best = found }
      return found.loss
    }
    let lowest = Elementary.log(1 - maximumMomentum)
    let centers: [Double]
    let spacing: Double
    if let earlier {
      centers = [Elementary.log(1 - earlier.mu)]
      spacing = 0.7
      best = [best, Minimum(alpha: earlier.alpha, mu: earlier.mu, loss: loss(earlier.alpha, earlier.mu))]
        .min { $0.loss < $1.loss } ?? best
    } else {
      // A scan with independent searches; every momentum lower than its neighbours is refined.
      let count = max(12, Int(-lowest / 0.35) + 1)
      spacing = -lowest / Double(count)
      let points = (0...count).map { lowest * (1 - Double($0) / Double(count)) }
      let values = points.map { search($0, near: nil, 1e-4) }
      centers = points.indices.filter { i in
        (i == 0 || values[i] <= values[i - 1]) && (i == count || values[i] < values[i + 1])
      }.map { points[$0] }
    }
    for center in centers {
      let points = Set([-spacing, 0, spacing].map { min(max(center + $0, lowest), 0) }).sorted()
      // Neighbouring momenta have neighbouring effective rates.
      var effective = earlier.map { $0.alpha / (1 - $0.mu) }
      if effective == nil {
        let mu = min(max(1 - Elementary.exp(center), 0), maximumMomentum)
        effective = bestRate(mu: mu, near: nil, 1e-4).alpha / (1 - mu)
      }
      _ = ScalarMinimizer.scan(
        { search($0, near: effective, rateTolerance) }, points: points, tolerance: momentumTolerance)
    }
    return best
  }

  /// The best rate at one momentum.
  private func bestRate(mu: Double, near guess: Double?, _ tolerance: Double) -> Minimum {
    // Beyond 2(1+μ)/h_min every direction would gain from a smaller rate.
    let highest = min(maximumRate, 2 * (1 + mu) / minimumCurvature, 1e300)
    var best = Minimum(alpha: 0, mu: mu, loss: loss(0, mu))
    guard highest > 0 else { return best }
    let lowest = min(
      max(1e-2 * min(oneStepRate, 1 / maximumCurvature) / Double(steps) * (1 - mu), 1e-300), 0.1 * highest)
    var (lower, upper) = (lowest, highest)
    var perFactor = 3.5  // points per factor of e²
    if let guess, guess > 0, max(lowest, guess / 6) < min(highest, guess * 6) {
      (lower, upper) = (max(lowest, guess / 6), min(highest, guess * 6))
      perFactor = 2
    }
    let (low, span) = (Elementary.log(lower), Elementary.log(upper) - Elementary.log(lower))
    guard span.isFinite, span > 0 else { return best }
    let count = max(2, Int(span * perFactor / 2))
    func at(_ logRate: Double) -> Double {
      let value = loss(min(Elementary.exp(logRate), highest), mu)
      return value.isNaN ? .infinity : value
    }
    let points = (0...count).map { low + span * (Double($0) / Double(count)) }
    let found = ScalarMinimizer.scan(at, points: points, tolerance: tolerance)
    if found.value < best.loss || best.loss.isNaN {
      best = Minimum(alpha: min(Elementary.exp(found.x), highest), mu: mu, loss: found.value)
    }
    // The end of the box, which the logarithmic scan does not hit exactly.
    let end = loss(highest, mu)
    if end <= best.loss { best = Minimum(alpha: highest, mu: mu, loss: end) }
    return best
  }
}
