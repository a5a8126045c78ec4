/// What a decay of a given length reaches after a plateau at the peak rate.
public struct DecayOutcome: Sendable, Equatable {
  /// The number of final steps that are not held at the peak rate.
  public let decaySteps: Int
  /// The predicted final loss of the best rates for these steps.
  public let bestLoss: Double
  /// The predicted final loss of a decay like 1 − √f to the floor.
  public let squareRootLoss: Double
}
