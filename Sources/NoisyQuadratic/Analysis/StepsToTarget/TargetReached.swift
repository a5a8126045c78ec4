/// The fewest steps to a target loss, with the hyperparameters (``StepsToTarget``).
public struct TargetReached: Sendable, Equatable {
  /// T, the number of steps.
  public let steps: Int
  /// The best loss of T steps, at most the target.
  public let loss: Double
  /// The best loss of T − 1 steps, above the target; `nil` if T is 0.
  public let previousLoss: Double?
  /// The learning rates: one if constant, one for every piece, or one for every step; none for the information bound.
  public let learningRates: [Double]
  /// The constant momentum, if it was chosen.
  public let momentum: Double?
  /// The decay of the average, if it was chosen.
  public let decay: Double?
  /// The number of values of T for which hyperparameters were optimized.
  public let evaluations: Int

  init(
    steps: Int, loss: Double, previousLoss: Double?, learningRates: [Double], momentum: Double? = nil,
    decay: Double? = nil, evaluations: Int = 0
  ) {
    self.steps = steps
    self.loss = loss
    self.previousLoss = previousLoss
    self.learningRates = learningRates
    self.momentum = momentum
    self.decay = decay
    self.evaluations = evaluations
  }

  /// The result of a rate for every step as one of at least as many pieces. A piece without steps has the rate of the
  /// next one.
  func inPieces(_ count: Int) -> TargetReached {
    TargetReached(
      steps: steps, loss: loss, previousLoss: previousLoss,
      learningRates: (0..<count).map { learningRates[$0 * steps / count] }, evaluations: evaluations)
  }

  /// `α/(1 − μ)` of a constant rate with or without momentum; `nil` for other methods.
  public var effectiveLearningRate: Double? {
    learningRates.count == 1 ? learningRates[0] / (1 - (momentum ?? 0)) : nil
  }
}
