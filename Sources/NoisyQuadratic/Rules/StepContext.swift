/// The facts about a step that an update rule may use.
public struct StepContext: Sendable {
  /// The index t of the step, from 0.
  public let index: Int
  /// The number of steps T of the run.
  public let totalSteps: Int
  /// The learning rate α_t ≥ 0.
  public let learningRate: RuleNumber
  /// The momentum μ_t ≥ 0.
  public let momentum: RuleNumber
  /// The number of earlier steps whose momentum was not 0. PyTorch makes its buffer at the first such step.
  public let earlierMomentumSteps: Int
  /// `α_t²/(α_0² + … + α_t²)`, the weight of a schedule-free average, or 0 while all rates were 0.
  public let squaredRateShare: RuleNumber

  /// A step with the given facts. The hyperparameters are the variables of derivatives.
  public init(
    index: Int, totalSteps: Int, learningRate: Double, momentum: Double, earlierMomentumSteps: Int,
    squaredRateShare: Double
  ) {
    self.index = index
    self.totalSteps = totalSteps
    self.learningRate = RuleNumber(learningRate, byLearningRate: 1)
    self.momentum = RuleNumber(momentum, byMomentum: 1)
    self.earlierMomentumSteps = earlierMomentumSteps
    self.squaredRateShare = RuleNumber(squaredRateShare, bySquaredRateShare: 1)
  }
}
