import NoisyQuadratic

/// What stochastic meta-descent chooses: the rate of plain SGD by Adam on its logarithm, along the slope of the
/// loss some constant steps ahead (Schraudolph 1999; Wu et al. 2018, Section 3), on fresh batches every time.
public struct LookAheadDescent<S: NetworkScalar>: Sendable {
  /// How rates are chosen.
  public struct Options: Sendable, Equatable {
    /// Steps ahead, and batches of the loss after them.
    public var lookAhead = 5
    /// Adam's step in the logarithm of the rate.
    public var metaLearningRate = 0.05
    /// Slopes are cut off at this size.
    public var gradientLimit = 10.0
    /// Rates stay within these, as in the paper.
    public var rates = 1e-4...10.0
    /// Of the batches.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}
  }

  /// How a network is trained, by plain SGD.
  public let trainer: Trainer<S>
  /// How rates are chosen.
  public let options: Options

  private let images: LabeledImages
  private let batchSize: Int
  private var batches: BatchSequence
  private var metaSteps = 0
  private var adam: AdamSteps
  private var logRate: Double

  /// Meta-descent from a rate.
  ///
  /// - Parameters:
  ///   - trainer: trains by plain SGD.
  ///   - images: the training images.
  ///   - batchSize: images in a batch.
  ///   - rate: where the descent begins, > 0.
  ///   - options: how rates are chosen.
  /// - Throws: `NoisyQuadraticError` for a rate that is not a positive number, options out of range, an impossible
  ///   batch size, and images that are not the network's.
  public init(
    _ trainer: Trainer<S>, images: LabeledImages, batchSize: Int, rate: Double, options: Options = Options()
  ) throws(NoisyQuadraticError) {
    try Requirement.positive([
      ("rate", rate), ("metaLearningRate", options.metaLearningRate),
      ("gradientLimit", options.gradientLimit),
      ("rates", options.rates.lowerBound), ("rates", options.rates.upperBound),
    ])
    try MetaRequirement.counts([("lookAhead", options.lookAhead, 1)])
    try trainer.network.check(images)
    self.trainer = trainer
    self.images = images
    self.batchSize = batchSize
    self.options = options
    batches = try BatchSequence(images, batchSize: batchSize, seed: RandomStream.meta.seed(options.seed))
    adam = AdamSteps(count: 1, learningRate: options.metaLearningRate, gradientLimit: options.gradientLimit)
    logRate = Elementary.log(rate)
  }

  /// The rate now.
  public var rate: Double { Elementary.exp(logRate) }

  /// One meta-step from a state of the trainer, which stays as it is.
  ///
  /// - Throws: `NoisyQuadraticError` for a schedule beyond memory.
  public mutating func adapt(to state: TrainingState<S>) throws(NoisyQuadraticError) {
    let steps = options.lookAhead
    let rates = [Double](repeating: rate, count: steps)
    // dα/d ln α = α.
    let path = try HyperparameterPath(
      Schedule(learningRates: rates), learningRateDerivatives: [rates],
      momentumDerivatives: [rates.map { _ in 0 }])
    let slope = LookAhead(steps: steps, objectiveBatches: steps)
      .hypergradient(metaSteps, of: trainer, along: path, from: state, on: &batches)
    metaSteps += 1
    // Where training diverges within the look-ahead the rate is too large.
    let step = adam.next([slope.isFinite ? slope.derivatives[0] : options.gradientLimit])[0]
    let limits = (Elementary.log(options.rates.lowerBound), Elementary.log(options.rates.upperBound))
    logRate = min(max(logRate + step, limits.0), limits.1)
  }

  /// The rate that meta-steps settle at while the state stays as it is: the geometric mean over their second half.
  ///
  /// - Throws: `NoisyQuadraticError` for fewer than no meta-steps.
  public mutating func settle(
    at state: TrainingState<S>, metaSteps: Int
  ) throws(NoisyQuadraticError) -> Double {
    try MetaRequirement.counts([("metaSteps", metaSteps, 0)])
    var (sum, count) = (0.0, 0.0)
    for k in 0..<metaSteps {
      try adapt(to: state)
      if 2 * k >= metaSteps { (sum, count) = (sum + logRate, count + 1) }
    }
    return count > 0 ? Elementary.exp(sum / count) : rate
  }

  /// The rates of a run that adapts before every step.
  ///
  /// - Parameters:
  ///   - start: where the run begins.
  ///   - steps: of the run.
  ///   - metaSteps: before each of them.
  ///   - order: number of the order of the training batches.
  /// - Returns: the rates as a schedule.
  /// - Throws: `NoisyQuadraticError` for negative counts.
  public mutating func schedule(
    from start: TrainingState<S>, steps: Int, metaSteps: Int, order: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try MetaRequirement.counts([("steps", steps, 0), ("metaSteps", metaSteps, 0)])
    var training = try BatchSequence(
      images, batchSize: batchSize, seed: RandomStream.evaluation.seed(options.seed, order))
    var state = start
    var rates: [Double] = []
    for t in 0..<steps {
      for _ in 0..<metaSteps { try adapt(to: state) }
      rates.append(rate)
      trainer.step(&state, on: training.batch(t), learningRate: rate, momentum: 0)
    }
    return try Schedule(learningRates: rates)
  }
}
