/// The limits on every schedule of a solver: `0 ≤ α_t ≤ learningRate`, `0 ≤ μ_t ≤ momentum`.
public struct HyperparameterLimits: Sendable, Equatable {
  /// The limit on the learning rate.
  public var learningRate: LearningRateLimit
  /// The limit on momentum, in [0, 1). The value 0 means plain SGD.
  public var momentum: Double

  /// - Parameters:
  ///   - learningRate: the limit on the learning rate.
  ///   - momentum: the limit on momentum, in [0, 1); 0 means plain SGD.
  public init(learningRate: LearningRateLimit = .twoOverMaximumCurvature, momentum: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }
}
