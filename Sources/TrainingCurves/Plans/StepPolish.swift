import NoisyQuadratic

/// Coordinate descent over the single rates of a short schedule (T5).
///
/// The optimum in continuous time is a good one for many steps only. With few, each rate is moved in turn to its
/// best value within the limits.
struct StepPolish {
  let plan: SchedulePlan
  /// The final loss of the rates of the free steps.
  let loss: ([Double]) -> Double

  /// The most free steps that are worth it.
  static let maximumSteps = 64
  private static let maximumSweeps = 40

  /// Rates that end no higher than the given ones.
  func improved(_ rates: [Double]) -> [Double] {
    var rates = rates
    var value = loss(rates)
    for _ in 0..<Self.maximumSweeps {
      let before = value
      for t in rates.indices {
        let upper = plan.isMonotone && t > 0 ? rates[t - 1] : plan.peakRate
        let lower = plan.isMonotone && t + 1 < rates.count ? rates[t + 1] : plan.floor
        guard lower < upper else { continue }
        func along(_ rate: Double) -> Double {
          var trial = rates
          trial[t] = rate
          return loss(trial)
        }
        let points = (0...4).map { $0 == 4 ? upper : lower + (upper - lower) * (Double($0) / 4) }
        let found = ScalarMinimizer.scan(along, points: points, tolerance: 1e-9 * plan.peakRate)
        if found.value < value { (value, rates[t]) = (found.value, min(max(found.x, lower), upper)) }
      }
      if before - value <= 1e-13 * abs(before) { break }
    }
    return rates
  }
}
