import NoisyQuadratic

/// Stochastic meta-descent from a given state (Schraudolph 1999; Wu et al. 2018, Section 3). Adam adapts the
/// logarithms of learning rate and momentum. It follows the slope of the loss after several steps at constant
/// hyperparameters, on fresh batches every time.
///
/// The meta-steps are those of ``OnlineMetaOptimization``. For plain SGD, only the learning rate is adapted.
public struct LookAheadDescent<S: NetworkScalar>: Sendable {
  /// The options for the choice of learning rate and momentum.
  public struct Options: Sendable, Equatable {
    /// The number of steps ahead, and of batches whose loss is taken after them.
    public var lookAhead = 5
    /// Adam's step size in the logarithms.
    public var metaLearningRate = 0.05
    /// The magnitude at which slopes are clipped.
    public var gradientLimit = 10.0
    /// The range of `α/(1 − μ)`, as in the paper.
    public var rates = 1e-4...10.0
    /// The range of `1 − μ`.
    public var momentumGaps = 1e-4...1.0
    /// The seed of the batches.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}
  }

  private let problem: OnlineMetaOptimization<S>
  private var run: OnlineRun<S>
  private var fresh: BatchSequence

  /// Creates a meta-descent that starts from a learning rate and a momentum.
  ///
  /// - Parameters:
  ///   - trainer: trains the network.
  ///   - images: the training images.
  ///   - batchSize: the number of images in a batch.
  ///   - rate: the initial learning rate, > 0. Rate and momentum are clipped to the ranges of the options.
  ///   - momentum: the initial momentum, in [0, 1); 0 for plain SGD.
  ///   - options: the options of the choice.
  /// - Throws: `NoisyQuadraticError` if numbers are out of range, if the batch size is impossible, or if the
  ///   images do not fit the network.
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

  /// Everything that determines the next meta-step, other than the state.
  var memory: MetaDescentMemory {
    get { MetaDescentMemory(logarithms: run.logarithms, adam: run.adam, metaSteps: run.metaSteps) }
    set {
      (run.logarithms, run.adam) = (newValue.logarithms, newValue.adam)
      run.metaSteps = newValue.metaSteps
    }
  }

  /// The current learning rate.
  public var rate: Double { run.effectiveRate * Elementary.exp(run.logarithms[1]) }

  /// The current momentum.
  public var momentum: Double { run.momentum }

  /// Makes one meta-step from a state of the trainer. The state itself does not change.
  ///
  /// - Throws: the errors of a schedule of that length; nothing if the options were accepted.
  public mutating func adapt(to state: TrainingState<S>) throws(NoisyQuadraticError) {
    run.state = state
    try problem.adapt(&run, &fresh)
  }

  /// Returns the learning rate and momentum at which meta-steps settle while the state stays fixed. These are
  /// the geometric means of `α/(1 − μ)` and `1 − μ` over the second half of the meta-steps.
  ///
  /// - Throws: `NoisyQuadraticError` if the number of meta-steps is negative.
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

  /// Returns the learning rates and momenta of a run that adapts them before every step.
  ///
  /// - Parameters:
  ///   - start: the state at which the run begins.
  ///   - steps: the number of steps of the run.
  ///   - metaSteps: the number of meta-steps before each step.
  ///   - order: the number of the order of the training batches.
  /// - Returns: the rates and momenta as a schedule.
  /// - Throws: `NoisyQuadraticError` if a count is negative.
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
