/// The learning rate and momentum of a step, with their derivatives by some hyperparameters.
public struct StepHyperparameters: Sendable, Equatable {
  /// The learning rate α.
  public var learningRate: Double
  /// The momentum μ.
  public var momentum: Double
  /// The derivatives `dα/dλ_j`.
  public var learningRateDerivatives: [Double]
  /// The derivatives `dμ/dλ_j`, equally many.
  public var momentumDerivatives: [Double]

  /// Creates a step's hyperparameters. Learning rate and momentum must have equally many derivatives.
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
