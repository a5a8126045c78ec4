import NoisyQuadratic

/// What stochastic meta-descent chooses from a state on: rate and momentum by Adam on their logarithms, along the slope of
/// the loss some constant steps ahead, on fresh batches every time (Schraudolph 1999; Wu et al. 2018, Section 3).
///
/// The same meta-steps as those of ``OnlineMetaOptimization``; for plain SGD by the rate alone.
public struct LookAheadDescent<S: NetworkScalar>: Sendable {
  /// How rate and momentum are chosen.
  public struct Options: Sendable, Equatable {
    /// Steps ahead, and batches of the loss after them.
    public var lookAhead = 5
    /// Adam's step in the logarithms.
    public var metaLearningRate = 0.05
    /// Slopes are cut off at this size.
    public var gradientLimit = 10.0
    /// `α/(1 − μ)` stays within these, as in the paper.
    public var rates = 1e-4...10.0
    /// `1 − μ` stays within these.
    public var momentumGaps = 1e-4...1.0
    /// Of the batches.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}
  }

  private let problem: OnlineMetaOptimization<S>
  private var run: OnlineRun<S>
  private var fresh: BatchSequence

  /// Meta-descent from a rate and a momentum.
  ///
  /// - Parameters:
  ///   - trainer: how the network is trained.
  ///   - images: the training images.
  ///   - batchSize: images in a batch.
  ///   - rate: where the descent begins, > 0; clipped to the range of the options, as is the momentum.
  ///   - momentum: of [0, 1), 0 for plain SGD.
  ///   - options: how they are chosen.
  /// - Throws: `NoisyQuadraticError` for numbers out of range, an impossible batch size, and images that are not the
  ///   network's.
  public init(
    _ trainer: Trainer<S>, images: LabeledImages, batchSize: Int, rate: Double, momentum: Double = 0,
    options: Options = Options()
  ) throws(NoisyQuadraticError) {
    try Requirement.positive([
      ("rate", rate), ("rates", options.rates.upperBound), ("momentumGaps", options.momentumGaps.upperBound),
    ])
    try Requirement.belowOne([("momentum", momentum)])
    let gap = min(max(1 - momentum, options.momentumGaps.lowerBound), options.momentumGaps.upperBound)
    let effective = min(max(rate / gap, options.rates.lowerBound), options.rates.upperBound)
    var settings = OnlineMetaOptimization<S>.Options()
    settings.lookahead = options.lookAhead
    settings.objectiveBatches = options.lookAhead
    settings.metaRate = options.metaLearningRate
    settings.gradientLimit = options.gradientLimit
    settings.effectiveRates = options.rates
    settings.momentumGaps = options.momentumGaps
    settings.learningRate = effective * gap
    settings.momentum = 1 - gap
    settings.batchSize = batchSize
    settings.seed = options.seed
    problem = try OnlineMetaOptimization(trainer, images, options: settings)
    run = problem.start()
    fresh = try problem.freshBatches()
  }

  /// The rate now.
  public var rate: Double { run.effectiveRate * Elementary.exp(run.logarithms[1]) }

  /// The momentum now.
  public var momentum: Double { run.momentum }

  /// One meta-step from a state of the trainer, which stays as it is.
  ///
  /// - Throws: what a schedule of so many steps may throw; nothing for options that were accepted.
  public mutating func adapt(to state: TrainingState<S>) throws(NoisyQuadraticError) {
    run.state = state
    try problem.adapt(&run, &fresh)
  }

  /// Rate and momentum that meta-steps settle at while the state stays as it is: geometric means of `α/(1 − μ)` and `1 − μ`
  /// over the second half.
  ///
  /// - Throws: `NoisyQuadraticError` for fewer than no meta-steps.
  public mutating func settle(
    at state: TrainingState<S>, metaSteps: Int
  ) throws(NoisyQuadraticError) -> (rate: Double, momentum: Double) {
    try MetaRequirement.counts([("metaSteps", metaSteps, 0)])
    var (sums, count) = ([0.0, 0.0], 0.0)
    for k in 0..<metaSteps {
      try adapt(to: state)
      guard 2 * k >= metaSteps else { continue }
      sums = zip(sums, run.logarithms).map { $0 + $1 }
      count += 1
    }
    guard count > 0 else { return (rate, momentum) }
    return (Elementary.exp((sums[0] + sums[1]) / count), -Elementary.expm1(sums[1] / count))
  }

  /// Rates and momenta of a run that adapts before every step.
  ///
  /// - Parameters:
  ///   - start: where the run begins.
  ///   - steps: of the run.
  ///   - metaSteps: before each of them.
  ///   - order: number of the order of the training batches.
  /// - Returns: them as a schedule.
  /// - Throws: `NoisyQuadraticError` for negative counts.
  public mutating func schedule(
    from start: TrainingState<S>, steps: Int, metaSteps: Int, order: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try MetaRequirement.counts([("steps", steps, 0), ("metaSteps", metaSteps, 0)])
    var training = try BatchSequence(
      problem.images, batchSize: problem.options.batchSize,
      seed: RandomStream.evaluation.seed(problem.options.seed, order))
    var state = start
    var (rates, momenta) = ([Double](), [Double]())
    for t in 0..<steps {
      for _ in 0..<metaSteps { try adapt(to: state) }
      rates.append(rate)
      momenta.append(momentum)
      problem.trainer.step(&state, on: training.batch(t), learningRate: rate, momentum: momentum)
    }
    return try Schedule(learningRates: rates, momenta: momenta)
  }
}
