import NoisyQuadratic

/// Online meta-optimization adapts learning rate and momentum while a network trains. It uses the gradient of
/// the loss a few steps ahead (stochastic meta-descent; Schraudolph 1999, Wu et al. 2018, Section 3.2).
///
/// A meta-step looks ahead from the current state: it makes some steps at the current rate and momentum on
/// fresh batches and takes the mean loss over further fresh batches. The loss is differentiated in forward
/// mode (H4) by `ln α/(1 − μ)` and `ln(1 − μ)`. The slopes are clipped, and Adam makes one step on these
/// logarithms. The state itself does not change. The deterministic variant uses one batch for a whole
/// look-ahead. For plain SGD, only the learning rate is adapted. After the adaptation, the effective rate
/// decays exponentially to a given final value.
public struct OnlineMetaOptimization<S: NetworkScalar>: Sendable {
  /// The quantities that the paper fixes, with the paper's values.
  public struct Options: Sendable, Equatable, Codable {
    /// The total number of training steps.
    public var steps = 50_000
    /// The number of steps during which rate and momentum are adapted. Thereafter the rate decays.
    public var adaptationSteps = 25_000
    /// Whether rate and momentum are adapted at all. A baseline keeps them constant.
    public var isAdaptive = true
    /// Whether one batch serves a whole look-ahead.
    public var isDeterministic = false
    /// The number of steps of a look-ahead.
    public var lookahead = 5
    /// The number of batches whose mean loss is the objective after these steps.
    public var objectiveBatches = 5
    /// The number of training steps between adaptations.
    public var interval = 10
    /// The number of meta-steps in each adaptation. The paper's text has 100 every 10 steps, its published
    /// code 10 every 100.
    public var metaSteps = 100
    /// The step size η of Adam in the logarithms.
    public var metaRate = 0.01
    /// The limit on the magnitude of every entry of the gradient.
    public var gradientLimit = 10.0
    /// The range of `α/(1 − μ)`.
    public var effectiveRates = 1e-4...10
    /// The range of `1 − μ`.
    public var momentumGaps = 1e-4...1
    /// The initial learning rate α.
    public var learningRate = 0.1
    /// The initial momentum μ.
    public var momentum = 0.9
    /// The effective rate `α/(1 − μ)` after the last step.
    public var finalEffectiveRate = 1e-4
    /// The number of images per batch.
    public var batchSize = 100
    /// The standard deviation of the initial weights.
    public var deviation = 0.1
    /// The number of steps between evaluations of the training loss.
    public var evaluationInterval = 1000
    /// The number of batches of an evaluation. The default covers all 60 000 images.
    public var evaluationBatches = 600
    /// The seed that determines weights and batches.
    public var seed: UInt64 = 0

    /// Creates options with the paper's values.
    public init() {}
  }

  /// The trainer.
  public private(set) var trainer: Trainer<S>
  /// The training images.
  public let images: LabeledImages
  /// The options.
  public let options: Options

  /// Creates an online meta-optimization after checking the options.
  ///
  /// - Throws: `NoisyQuadraticError` if options are outside their domains, if the images do not fit the
  ///   network, if plain SGD has momentum, or if batches exceed memory.
  public init(
    _ trainer: Trainer<S>, _ images: LabeledImages, options: Options = Options()
  ) throws(NoisyQuadraticError) {
    try options.check()
    try MetaRequirement.batchSize(options.batchSize, of: images)
    try trainer.check(images, momenta: [options.momentum])
    try trainer.network.checkMemory(
      "batchSize", options.batchSize, batchSize: options.batchSize, directions: options.isAdaptive ? 2 : 0)
    self.trainer = trainer
    self.images = images
    self.options = options
  }

  /// The same problem with another number of workers of the network, on which no result depends.
  ///
  /// - Throws: `NoisyQuadraticError` if `workers` is less than 1.
  public func with(workers: Int) throws(NoisyQuadraticError) -> Self {
    var problem = self
    problem.trainer = try trainer.with(workers: workers)
    return problem
  }

  /// The number of adapted quantities: the effective rate, and the momentum if there is one.
  private var hyperparameters: Int { trainer.optimizer == .sgd ? 1 : 2 }

  /// Creates a run before its first step.
  public func start() -> OnlineRun<S> {
    let gap = 1 - options.momentum
    let logarithms = [options.learningRate / gap, gap].map(Elementary.log)
    return OnlineRun(
      state: trainer.initialState(deviation: options.deviation, seed: options.seed),
      logarithms: logarithms,
      adam: AdamSteps(
        count: hyperparameters, learningRate: options.metaRate, gradientLimit: options.gradientLimit))
  }

  /// Advances a run by about 200 gradients, which take a fraction of a second for a small network.
  ///
  /// - Throws: the errors of a batch of images; nothing if the options were accepted.
  /// - Complexity: one gradient per step; for every meta-step, about three gradients per step of its
  ///   look-ahead.
  public func advance(_ run: inout OnlineRun<S>) throws(NoisyQuadraticError) {
    var batches = try BatchSequence(
      images, batchSize: options.batchSize, seed: RandomStream.shuffle.seed(options.seed))
    var fresh = try freshBatches()
    if run.points.isEmpty { try evaluate(&run) }
    var gradients = 0
    while gradients < 200, !isFinished(run) {
      if run.metaSteps < metaStepsDue(before: run.state.step) {
        try adapt(&run, &fresh)
        gradients += 3 * options.lookahead + options.objectiveBatches
      } else {
        try step(&run, &batches)
        gradients += 1
      }
    }
  }

  /// The number of meta-steps of all adaptations up to and including the one before a step.
  private func metaStepsDue(before step: Int) -> Int {
    guard options.isAdaptive, options.adaptationSteps > 0 else { return 0 }
    return (min(step, options.adaptationSteps - 1) / options.interval + 1) * options.metaSteps
  }

  private func step(_ run: inout OnlineRun<S>, _ batches: inout BatchSequence) throws(NoisyQuadraticError) {
    let t = run.state.step
    let (effective, gap) = (effectiveRate(run, t), Elementary.exp(run.logarithms[1]))
    let loss = trainer.step(
      &run.state, on: batches.batch(t), learningRate: effective * gap,
      momentum: run.momentum)
    if !loss.isFinite {
      run.divergence = t
    } else if isFinished(run) || run.state.step % options.evaluationInterval == 0 {
      try evaluate(&run)
    }
  }

  /// Whether all steps are done or training has diverged.
  public func isFinished(_ run: OnlineRun<S>) -> Bool { run.isFinished(after: options.steps) }

  /// The effective rate `α/(1 − μ)` at a step, including the decay.
  private func effectiveRate(_ run: OnlineRun<S>, _ t: Int) -> Double {
    let rest = options.steps - options.adaptationSteps
    guard t >= options.adaptationSteps, rest > 0 else { return run.effectiveRate }
    let end = Elementary.log(options.finalEffectiveRate)
    let share = Double(t - options.adaptationSteps) / Double(rest)
    return Elementary.exp(run.logarithms[0] + share * (end - run.logarithms[0]))
  }

  /// The sequence from which look-aheads draw their batches.
  func freshBatches() throws(NoisyQuadraticError) -> BatchSequence {
    try BatchSequence(images, batchSize: options.batchSize, seed: RandomStream.meta.seed(options.seed))
  }

  /// Makes one meta-step from the state of the run.
  func adapt(_ run: inout OnlineRun<S>, _ fresh: inout BatchSequence) throws(NoisyQuadraticError) {
    let path = try HyperparameterPath(
      logEffectiveRate: run.logarithms[0], logMomentumGap: run.logarithms[1], steps: options.lookahead
    ).prefix(hyperparameters)
    let result = LookAhead(
      steps: options.lookahead, objectiveBatches: options.objectiveBatches,
      isDeterministic: options.isDeterministic
    ).hypergradient(run.metaSteps, of: trainer, along: path, from: run.state, on: &fresh)
    run.metaSteps += 1
    // If a look-ahead overflows, the learning rate is too large.
    var slopes = [options.gradientLimit, 0]
    if result.isFinite { slopes = result.derivatives } else { run.divergedLookaheads += 1 }
    let steps = run.adam.next(Array(slopes.prefix(hyperparameters)))
    for (j, range) in zip(steps.indices, [options.effectiveRates, options.momentumGaps]) {
      run.logarithms[j] = min(
        max(run.logarithms[j] + steps[j], Elementary.log(range.lowerBound)),
        Elementary.log(range.upperBound))
    }
  }

  private func evaluate(_ run: inout OnlineRun<S>) throws(NoisyQuadraticError) {
    var all = try BatchSequence(
      images, batchSize: min(options.evaluationBatches * options.batchSize, images.count),
      seed: RandomStream.evaluation.seed(options.seed))
    let loss = trainer.network.loss(run.state.parameters, on: all.batch(0))
    if !loss.isFinite {
      run.divergence = run.state.step
      return
    }
    run.points.append(
      OnlinePoint(
        step: run.state.step, loss: loss, effectiveRate: effectiveRate(run, run.state.step),
        momentum: run.momentum))
  }
}

extension OnlineMetaOptimization.Options {
  /// Throws if options are outside their domains, whatever the images.
  package func check() throws(NoisyQuadraticError) {
    try Requirement.positive([
      ("metaRate", metaRate), ("gradientLimit", gradientLimit), ("learningRate", learningRate),
      ("finalEffectiveRate", finalEffectiveRate), ("deviation", deviation),
      ("effectiveRates", effectiveRates.lowerBound), ("momentumGaps", momentumGaps.lowerBound),
    ])
    guard momentumGaps.upperBound <= 1 else {
      throw .invalidValue(field: "momentumGaps", value: momentumGaps.upperBound, expected: "at most 1")
    }
    try Requirement.belowOne([("momentum", momentum)])
    try MetaRequirement.counts([
      ("steps", steps, 1), ("adaptationSteps", adaptationSteps, 0), ("lookahead", lookahead, 1),
      ("objectiveBatches", objectiveBatches, 1), ("interval", interval, 1), ("metaSteps", metaSteps, 0),
      ("batchSize", batchSize, 1), ("evaluationInterval", evaluationInterval, 1),
      ("evaluationBatches", evaluationBatches, 1),
    ])
    try MemoryRequirement.check(
      "objectiveBatches", objectiveBatches, doubles: Double(objectiveBatches) * Double(batchSize) / 2)
    // Rounding of 1 − μ and of the quotient may leave the range by a small amount.
    let (gap, slack) = (1 - momentum, 1e-12)
    for (field, value, range) in [
      ("learningRate/(1 - momentum)", learningRate / gap, effectiveRates),
      ("1 - momentum", gap, momentumGaps),
    ]
    where isAdaptive
      && !(range.lowerBound * (1 - slack)...range.upperBound * (1 + slack)).contains(value)
    {
      throw .invalidValue(
        field: field, value: value,
        expected: "within \(range.lowerBound) and \(range.upperBound), where adaptation keeps it")
    }
  }
}
