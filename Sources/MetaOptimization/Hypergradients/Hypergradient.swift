/// The loss after some training steps and its derivatives by hyperparameters.
public struct Hypergradient: Sendable, Equatable {
  /// The objective after the last step.
  public let loss: Double
  /// By every hyperparameter.
  public let derivatives: [Double]

  /// Whether all of it is finite; training has diverged otherwise.
  public var isFinite: Bool { loss.isFinite && derivatives.allSatisfy(\.isFinite) }
}
