/// One-cycle schedules: half a cosine up to the peak, then half a cosine down to the end.
///
/// With the rise of `r = λ_1 (T − 1)` steps, not necessarily a whole number, the rate is
/// ```
/// α_t = λ_0 (λ_2 + (1 − λ_2) c(t/r))                       t < r
/// α_t = λ_0 (1 − (1 − λ_3) c((t − r)/(T − 1 − r)))         t ≥ r        c(f) = (1 − cos(π f))/2
/// ```
/// Parameters: `peakValue`, λ_0; `riseFraction`, λ_1, of the run; `initialFraction`, λ_2, and `endFraction`, λ_3,
/// the rates of the first and of the last step as fractions of the peak. The rate of step 0 jumps to the peak where
/// the rise becomes 0. All steps have the same momentum; ``Schedule/oneCycle(peakValue:pctStart:divFactor:finalDivFactor:annealStrategy:baseMomentum:maxMomentum:steps:)``
/// also has the cycle of the momentum.
public struct OneCycleFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of single cycles.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `peakValue`, `riseFraction`, `initialFraction` and `endFraction`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("peakValue", .learningRate),
      // Without a fall, the last step would jump from its end to the peak.
      ScheduleParameter("riseFraction", .number(0...0.999), scale: .linear),
      ScheduleParameter("initialFraction", .number(1e-3...1)),
      ScheduleParameter("endFraction", .number(1e-7...1)),
    ]
  }

  /// The schedule of given parameters.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    for (parameter, value) in zip(rateParameters, values).dropFirst() where !(0...1).contains(value) {
      throw .invalidValue(field: parameter.name, value: value, expected: "a number from 0 to 1")
    }
    let cycle = try Schedule.oneCycle(
      initialValue: values[2] * values[0], peakValue: values[0], endValue: values[3] * values[0],
      rise: values[1] * Double(max(steps - 1, 0)), annealStrategy: .cosine, baseMomentum: 0, maxMomentum: 0,
      steps: steps)
    return try Schedule(
      learningRates: cycle.learningRates, momenta: Array(repeating: momentum, count: steps))
  }

  /// The derivatives by the parameters (F10).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let shape = try schedule(rateParameters: [1] + values[1...], momentum: 0, steps: steps).learningRates
    var derivatives = [[Double]](repeating: [Double](repeating: 0, count: steps), count: 3)
    let (peak, fraction) = (values[0], values[1])
    let rise = fraction * Double(max(steps - 1, 0))
    let fall = Double(steps - 1) - rise
    for t in 0..<steps {
      let isRising = Double(t) < rise
      let f: Double = isRising ? Double(t) / rise : fall > 0 ? (Double(t) - rise) / fall : 0
      let progress = (1 - Elementary.cos(Double.pi * f)) / 2
      let slope = (Double.pi / 2) * Elementary.sin(Double.pi * f)
      if isRising {
        derivatives[0][t] = -peak * (1 - values[2]) * slope * f / fraction
        derivatives[1][t] = peak * (1 - progress)
      } else {
        derivatives[0][t] = fall > 0 ? peak * (1 - values[3]) * slope * (1 - f) / (1 - fraction) : 0
        derivatives[2][t] = peak * progress
      }
    }
    return [shape] + derivatives
  }
}
