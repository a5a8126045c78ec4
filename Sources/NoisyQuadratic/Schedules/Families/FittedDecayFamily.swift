/// Warmup–stable–decay schedules whose end is a parameter, and for ``DecayType/power(_:)`` the power as well.
///
/// They are the schedules of ``WarmupStableDecayFamily``, whose end is given.
///
/// Parameters: `peakValue`, `warmupFraction` and `decayFraction`, λ_0 to λ_2, as there; `endFraction`, λ_3, the
/// rate that step T would have as a fraction of the peak; and for a power `power`, λ_4.
public struct FittedDecayFamily: ScheduleFamily {
  /// The form of the decay. The number of a power is not used, because it is a parameter.
  public var decayType: DecayType
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of warmup–stable–decay schedules with a decay of the given form.
  public init(decayType: DecayType = .linear, momentum: FamilyMomentum = .fixed(0)) {
    self.decayType = decayType
    self.momentum = momentum
  }

  private var hasPower: Bool { if case .power = decayType { true } else { false } }

  /// The parameters `peakValue`, `warmupFraction`, `decayFraction`, `endFraction` and, for a power, `power`.
  public var rateParameters: [ScheduleParameter] {
    let end: ScheduleParameter =
      decayType == .exponential
      ? ScheduleParameter("endFraction", .number(1e-6...1))
      : ScheduleParameter("endFraction", .number(0...1), scale: .linear)
    let power = hasPower ? [ScheduleParameter("power", .number(0.02...50))] : []
    return WarmupStableDecayFamily().rateParameters + [end] + power
  }

  /// The family with the given end and power.
  private func family(_ values: [Double]) -> WarmupStableDecayFamily {
    WarmupStableDecayFamily(
      decayType: hasPower ? .power(values[4]) : decayType, endFraction: values[3], momentum: momentum)
  }

  /// See ``Schedule/warmupStableDecay(peakValue:warmupSteps:decaySteps:endValue:decayType:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(values).schedule(rateParameters: Array(values.prefix(3)), momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters: the first three as in F4, then `λ_0 ∂g/∂ε` and `λ_0 ∂g/∂p` (F10).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let family = family(values)
    var derivatives = try family.rateDerivatives(Array(values.prefix(3)), steps: steps)
    var byEnd = [Double](repeating: 0, count: steps)
    var byPower = byEnd
    let total = Double(steps)
    let decay = values[2] * (total - values[1] * total)
    for t in 0..<steps where Double(t) > total - decay {
      let fraction = (Double(t) - (total - decay)) / decay
      byEnd[t] = values[0] * family.decayType.derivativeByEnd(values[3], at: fraction)
      if hasPower {
        let left = Elementary.pow(1 - fraction, values[4])
        byPower[t] = values[0] * ((1 - values[3]) * left * Elementary.log1p(-fraction))
      }
    }
    derivatives.append(byEnd)
    if hasPower { derivatives.append(byPower) }
    return derivatives
  }
}
