/// Schedules that fall by one factor several times, at equal distances: `α_t = λ_0 ρ^⌊t/s⌋` with
/// `s = ⌈T/(n+1)⌉` steps between drops.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `decayRate`, the factor ρ. The number of drops n is
/// given. A run whose length is no multiple of n + 1 may have fewer.
public struct StepDecayFamily: ScheduleFamily {
  /// The number of drops n ≥ 1.
  public let drops: Int
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of step decays with a given number of drops.
  ///
  /// - Parameters:
  ///   - drops: n ≥ 1.
  ///   - momentum: the momentum of every step.
  /// - Throws: ``NoisyQuadraticError`` for fewer than one drop.
  public init(drops: Int, momentum: FamilyMomentum = .fixed(0)) throws(NoisyQuadraticError) {
    guard drops >= 1 else { throw .invalidCount(field: "drops", value: drops, expected: "at least 1") }
    self.drops = drops
    self.momentum = momentum
  }

  /// The parameters `initialValue` and `decayRate`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("decayRate", .number(1e-6...1)),
    ]
  }

  /// The number of steps s with the same rate in a run of `steps` steps, at least 1.
  public func transitionSteps(steps: Int) -> Int {
    drops >= steps ? 1 : (steps - 1) / (drops + 1) + 1
  }

  /// See ``Schedule/stepDecay(initialValue:decayRate:transitionSteps:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard values[1] > 0, values[1] <= 1 else {
      throw .invalidValue(field: "decayRate", value: values[1], expected: "a number above 0 and at most 1")
    }
    return try .stepDecay(
      initialValue: values[0], decayRate: values[1], transitionSteps: transitionSteps(steps: steps),
      momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0` and `α_t ⌊t/s⌋/ρ` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let spacing = transitionSteps(steps: steps)
    let (shape, byFactor) = try shapes(values, steps) { t in Double(t / spacing) / values[1] }
    return [shape, byFactor]
  }
}
