/// Learning rate and momentum of a step, with their derivatives by some hyperparameters.
public struct StepHyperparameters: Sendable, Equatable {
  /// α.
  public var learningRate: Double
  /// μ.
  public var momentum: Double
  /// `dα/dλ_j`.
  public var learningRateDerivatives: [Double]
  /// `dμ/dλ_j`, as many.
  public var momentumDerivatives: [Double]

  /// A step's hyperparameters; as many derivatives of one as of the other.
  public init(
    learningRate: Double, momentum: Double, learningRateDerivatives: [Double] = [],
    momentumDerivatives: [Double] = []
  ) {
    precondition(learningRateDerivatives.count == momentumDerivatives.count, "two derivatives each")
    self.learningRate = learningRate
    self.momentum = momentum
    self.learningRateDerivatives = learningRateDerivatives
    self.momentumDerivatives = momentumDerivatives
  }
}
