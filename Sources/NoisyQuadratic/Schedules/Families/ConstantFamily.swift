/// Schedules with one rate for all steps: `α_t = λ_0`.
///
/// Parameter: `learningRate`.
public struct ConstantFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of constant schedules.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameter `learningRate`.
  public var rateParameters: [ScheduleParameter] { [ScheduleParameter("learningRate", .learningRate)] }

  /// See ``Schedule/constant(learningRate:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try .constant(learningRate: values[0], momentum: momentum, steps: steps)
  }

  /// The derivative of every rate by `learningRate`, which is 1 (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
