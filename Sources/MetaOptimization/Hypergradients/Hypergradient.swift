/// The loss after some training steps and its derivatives by hyperparameters.
public struct Hypergradient: Sendable, Equatable {
  /// The objective after the last step.
  public let loss: Double
  /// The derivatives by every hyperparameter.
  public let derivatives: [Double]

  /// Whether the loss and all derivatives are finite. Otherwise training has diverged.
  public var isFinite: Bool { loss.isFinite && derivatives.allSatisfy(\.isFinite) }
}
