/// Schedules that follow a straight line over the run: `α_t = λ_0 + (λ_1 − λ_0) t/T`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `endValue`, the rate λ_1 that step T would have,
/// which may be 0.
public struct LinearFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of straight lines.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `initialValue` and `endValue`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("endValue", .learningRate, scale: .linear),
    ]
  }

  /// See ``Schedule/linear(initialValue:endValue:transitionSteps:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .linear(initialValue: values[0], endValue: values[1], momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `1 − t/T` and `t/T` (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
