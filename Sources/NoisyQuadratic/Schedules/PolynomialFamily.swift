/// Polynomial decay to zero over the run: `α_t = λ_0 (1 − t/T)^p`.
///
/// Parameters: `initialValue`, and `power`, p. Power 1 is linear decay, 0 a constant.
public struct PolynomialFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// Polynomial decays.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// `initialValue`, `power`.
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

  /// `α_t/λ_0` and `α_t ln(1 − t/T)` (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byPower) = try shapes(values, steps) { t in Elementary.log1p(-Double(t) / Double(steps)) }
    return [shape, byPower]
  }
}
