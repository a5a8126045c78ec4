/// Schedules that follow half a cosine over the run: `α_t = λ_1 + (λ_0 − λ_1)(1 + cos(π t/T))/2`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `endValue`, the rate λ_1 that step T would have,
/// which may be 0.
public struct CosineFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of half cosines.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `initialValue` and `endValue`.
  public var rateParameters: [ScheduleParameter] { LinearFamily().rateParameters }

  /// See ``Schedule/cosine(initialValue:endValue:transitionSteps:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .cosine(initialValue: values[0], endValue: values[1], momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `(1 + cos(π t/T))/2` and `(1 − cos(π t/T))/2` (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
