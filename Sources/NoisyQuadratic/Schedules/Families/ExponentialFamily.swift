/// Schedules with exponential decay: `α_t = λ_0 ρ^(t/T)`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `decayRate`, the factor ρ over the whole run.
public struct ExponentialFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of exponential decays.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `initialValue` and `decayRate`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("decayRate", .number(1e-10...1)),
    ]
  }

  /// See ``Schedule/exponential(initialValue:decayRate:transitionSteps:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .exponential(
      initialValue: values[0], decayRate: values[1], transitionSteps: max(steps, 1), momentum: momentum,
      steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0` and `α_t (t/T)/ρ` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byRate) = try shapes(values, steps) { t in Double(t) / Double(steps) / values[1] }
    return [shape, byRate]
  }
}
