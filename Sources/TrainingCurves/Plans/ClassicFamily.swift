import NoisyQuadratic

/// A family of schedules that people use, whose best member is searched for.
public enum ClassicFamily: String, Sendable, CaseIterable {
  case constant
  case cosine
  case linear
  case exponential
  case inverseSquareRoot = "inverse-square-root"
  /// A plateau with a linear decay at the end.
  case stableLinear = "wsd-linear"
  /// A plateau with a decay like 1 − √f at the end.
  case stableSquareRoot = "wsd-1-sqrt"
  /// A plateau with an exponential decay at the end.
  case stableExponential = "wsd-exponential"

  /// A parameter of a family, as a fraction from 0 to 1 of its range.
  enum Axis {
    /// The peak rate, on a logarithmic scale down to a hundredth of the limit, at 1 the limit.
    case peak
    /// The final rate, from the floor at 0 to the peak at 1.
    case end
    /// The final rate on a logarithmic scale, from a thousandth of the peak or the floor to the peak.
    case positiveEnd
    /// The decay's share of the free steps.
    case decay
    /// The time scale, on a logarithmic scale from 10^−4 to 10 times the number of free steps.
    case timeScale

    /// The parameter's name in builders of schedules.
    var name: String {
      switch self {
      case .peak: "peakValue"
      case .end, .positiveEnd: "endValue"
      case .decay: "decayFraction"
      case .timeScale: "timeScale"
      }
    }
  }

  /// The parameters and the values from which a search begins.
  var axes: [(axis: Axis, start: Double)] {
    switch self {
    case .constant: [(.peak, 1)]
    case .cosine, .linear: [(.peak, 1), (.end, 0)]
    case .exponential: [(.peak, 1), (.positiveEnd, 0.3)]
    case .inverseSquareRoot: [(.peak, 1), (.timeScale, 0.5)]
    case .stableLinear, .stableSquareRoot: [(.decay, 0.2), (.end, 0), (.peak, 1)]
    case .stableExponential: [(.decay, 0.2), (.positiveEnd, 0.3), (.peak, 1)]
    }
  }

  /// The values of the parameters at given fractions.
  func values(_ fractions: [Double], _ plan: SchedulePlan) -> [Axis: Double] {
    func logarithmic(_ fraction: Double, _ low: Double, _ high: Double) -> Double {
      fraction == 1 ? high : fraction == 0 ? low : low * Elementary.pow(high / low, fraction)
    }
    let found = zip(axes, fractions).map { ($0.0.axis, $0.1) }
    func fraction(_ axis: Axis) -> Double? { found.first { $0.0 == axis }?.1 }
    let limit = plan.peakRate
    let peak = fraction(.peak).map { logarithmic($0, max(plan.floor, limit / 100), limit) } ?? limit
    var result: [Axis: Double] = [.peak: peak]
    if let end = fraction(.end) { result[.end] = plan.floor + end * (peak - plan.floor) }
    if let end = fraction(.positiveEnd) {
      result[.positiveEnd] = logarithmic(end, max(plan.floor, peak / 1000), peak)
    }
    if let decay = fraction(.decay) { result[.decay] = decay }
    if let scale = fraction(.timeScale) {
      result[.timeScale] = logarithmic(scale, 1e-4, 10) * Double(plan.freeSteps)
    }
    return result
  }

  /// The rates of the free steps of a plan.
  func rates(_ values: [Axis: Double], _ plan: SchedulePlan) throws(NoisyQuadraticError) -> [Double] {
    let steps = plan.freeSteps
    let peak = values[.peak] ?? plan.peakRate
    let end = values[.end] ?? values[.positiveEnd] ?? plan.floor
    func stable(_ type: DecayType) throws(NoisyQuadraticError) -> [Double] {
      let decay = max(1, Int(((values[.decay] ?? 1) * Double(steps)).rounded()))
      return try Schedule.warmupStableDecay(
        peakValue: peak, warmupSteps: 0, decaySteps: decay, endValue: end, decayType: type, steps: steps
      ).learningRates
    }
    switch self {
    case .constant: return Array(repeating: peak, count: steps)
    case .cosine: return try Schedule.cosine(initialValue: peak, endValue: end, steps: steps).learningRates
    case .linear: return try Schedule.linear(initialValue: peak, endValue: end, steps: steps).learningRates
    case .exponential:
      return try Schedule.exponential(
        initialValue: peak, decayRate: end / peak, transitionSteps: steps, steps: steps
      ).learningRates
    case .inverseSquareRoot:
      return try Schedule.inverseSquareRoot(
        peakValue: peak, warmupSteps: 0, timeScale: values[.timeScale], steps: steps
      ).learningRates.map { max($0, plan.floor) }
    case .stableLinear: return try stable(.linear)
    case .stableSquareRoot: return try stable(.oneMinusSquareRoot)
    case .stableExponential: return try stable(.exponential)
    }
  }
}
