/// Warmup–stable–decay schedules: a linear rise to the peak, a plateau, and a fall, to zero by default.
///
/// The warmup takes `w = λ_1 T` steps and the decay takes `D = λ_2 (T − w)` steps. Neither number need be
/// whole. The rate is `α_t = λ_0 (t+1)/(w+1)` for `t < w`, `λ_0` times the decay of ``decayType`` from 1 to
/// ``endFraction`` at `f = 1 − (T−t)/D` for `t > T − D`, and `λ_0` between.
///
/// Parameters: `peakValue`, the rate λ_0 of the plateau; `warmupFraction`, λ_1, as a fraction of the run;
/// `decayFraction`, λ_2, as a fraction of the run after the warmup. The rate is continuous in all of them. It
/// has a kink where `w` or `T − D` passes a whole number.
public struct WarmupStableDecayFamily: ScheduleFamily {
  /// The form of the decay.
  public var decayType: DecayType
  /// The rate that step T would have, as a fraction of the peak, from 0 to 1; above 0 for an exponential decay.
  public var endFraction: Double
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of warmup–stable–decay schedules.
  ///
  /// - Parameters:
  ///   - decayType: the form of the decay.
  ///   - endFraction: the rate that step T would have, as a fraction of the peak, from 0 to 1; above 0 for an
  ///     exponential decay.
  ///   - momentum: the momentum of every step.
  public init(
    decayType: DecayType = .linear, endFraction: Double = 0, momentum: FamilyMomentum = .fixed(0)
  ) {
    self.decayType = decayType
    self.endFraction = endFraction
    self.momentum = momentum
  }

  /// The parameters `peakValue`, `warmupFraction` and `decayFraction`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("peakValue", .learningRate),
      ScheduleParameter("warmupFraction", .number(0...1), scale: .linear),
      ScheduleParameter("decayFraction", .number(0...1), scale: .linear),
    ]
  }

  /// See ``Schedule/warmupStableDecay(peakValue:warmupSteps:decaySteps:endValue:decayType:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    for (parameter, value) in zip(rateParameters, values).dropFirst() where !(0...1).contains(value) {
      throw .invalidValue(field: parameter.name, value: value, expected: "a number from 0 to 1")
    }
    guard (0...1).contains(endFraction) else {
      throw .invalidValue(field: "endFraction", value: endFraction, expected: "a number from 0 to 1")
    }
    try decayType.check(endValue: endFraction, field: "endFraction")
    let (warmup, decay) = durations(values, steps)
    return try .warmupStableDecay(
      peakValue: values[0], warmup: warmup, decay: decay, endValue: endFraction * values[0],
      decayType: decayType, momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters: `α_t/λ_0`, and two that follow from the chain rule through w and D
  /// (F4).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (warmup, decay) = durations(values, steps)
    let total = Double(steps)
    let shape = try schedule(rateParameters: [1] + values[1...], momentum: 0, steps: steps).learningRates
    var (byWarmup, byDecay) = ([Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps))
    for t in 0..<steps {
      // At a kink, take the derivative to the right. Without warmup it is the only one.
      if Double(t) <= warmup {
        byWarmup[t] = -values[0] * shape[t] / (warmup + 1) * total
      } else if Double(t) > total - decay {
        let (over, left) = ((Double(t) - (total - decay)) / decay, (total - Double(t)) / decay)
        let byLength = values[0] * decayType.derivative(to: endFraction, at: over) * left / decay
        byWarmup[t] = -byLength * values[2] * total
        byDecay[t] = byLength * (total - warmup)
      }
    }
    return [shape, byWarmup, byDecay]
  }

  private func durations(_ values: [Double], _ steps: Int) -> (warmup: Double, decay: Double) {
    let warmup = values[1] * Double(steps)
    return (warmup, values[2] * (Double(steps) - warmup))
  }
}
