/// An objective of a schedule and its exact derivatives with respect to every learning rate and momentum.
public struct ScheduleGradient: Sendable, Equatable {
  /// The objective, in the unit of the losses.
  public let value: Double
  /// `∂/∂α_t` for every step.
  public let learningRates: [Double]
  /// `∂/∂μ_t` for every step, of the method with momentum, even if the schedule itself uses no momentum.
  public let momenta: [Double]
}
