/// Schedules with polynomial decay to zero over the run: `α_t = λ_0 (1 − t/T)^p`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0, and `power`, p. Power 1 is linear decay, and power 0
/// would be a constant rate.
public struct PolynomialFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of polynomial decays.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `initialValue` and `power`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("power", .number(1e-3...100)),
    ]
  }

  /// See ``Schedule/polynomial(initialValue:endValue:power:transitionSteps:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .polynomial(initialValue: values[0], power: values[1], momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0` and `α_t ln(1 − t/T)` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byPower) = try shapes(values, steps) { t in Elementary.log1p(-Double(t) / Double(steps)) }
    return [shape, byPower]
  }
}
