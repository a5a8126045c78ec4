/// A straight line over the run: `α_t = λ_0 + (λ_1 − λ_0) t/T`.
///
/// Parameters: `initialValue`, and `endValue`, the rate that step T would have, which may be 0.
public struct LinearFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// Straight lines.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// `initialValue`, `endValue`.
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

  /// `1 − t/T` and `t/T` (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
