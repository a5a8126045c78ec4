/// Inverse-time decay, the paper's family: `α_t = λ_0/(1 + t/K)^β`.
///
/// Parameters: `initialValue`, and `exponent`, β. The schedule does not depend on the number of steps, so
/// that parameters chosen for a short run can be used for a longer one.
public struct InverseTimeFamily: ScheduleFamily {
  /// K > 0, in steps.
  public var timeScale: Double
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// Inverse-time decays; the time scale 5000 is the paper's.
  public init(timeScale: Double = 5000, momentum: FamilyMomentum = .fixed(0)) {
    self.timeScale = timeScale
    self.momentum = momentum
  }

  /// `initialValue`, `exponent` within the paper's range.
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

  /// `α_t/λ_0` and `−α_t ln(1 + t/K)` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byExponent) = try shapes(values, steps) { t in -Elementary.log1p(Double(t) / timeScale) }
    return [shape, byExponent]
  }
}
