/// Schedules with inverse-time decay, the paper's family: `α_t = λ_0/(1 + t/K)^β`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `exponent`, β. The schedule does not depend on the
/// number of steps. Parameters that were chosen for a short run can therefore be used for a longer one.
public struct InverseTimeFamily: ScheduleFamily {
  /// The time scale K > 0, in steps.
  public var timeScale: Double
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of inverse-time decays. The default time scale 5000 is the paper's.
  public init(timeScale: Double = 5000, momentum: FamilyMomentum = .fixed(0)) {
    self.timeScale = timeScale
    self.momentum = momentum
  }

  /// The parameters `initialValue` and `exponent`, the latter within the paper's range.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("exponent", .number(1e-4...1e3)),
    ]
  }

  /// See ``Schedule/inverseTime(initialValue:timeScale:exponent:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .inverseTime(
      initialValue: values[0], timeScale: timeScale, exponent: values[1], momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0` and `−α_t ln(1 + t/K)` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byExponent) = try shapes(values, steps) { t in -Elementary.log1p(Double(t) / timeScale) }
    return [shape, byExponent]
  }
}
