import NoisyQuadratic

/// Offline meta-optimization finds the learning-rate decay with the lowest loss after a given number of
/// steps. It uses gradient descent through whole training runs (Wu et al. 2018, Section 3.1).
///
/// Every run starts from the same warm start and trains by heavy ball at
/// ```
/// α_t = α₀ / (1 + t/K)^β
/// ```
/// on fresh batches. The mean training loss after the run is differentiated by `ln α₀` and `ln β` in forward
/// mode (H4). Every entry of the gradient is clipped, and Adam makes a step.
public struct OfflineMetaOptimization<S: NetworkScalar>: Sendable {
  /// The quantities that the paper fixes, with the paper's values.
  public struct Options: Sendable, Equatable, Codable {
    /// The number of images per batch.
    public var batchSize = 100
    /// The number of steps of the warm start.
    public var warmStartSteps = 50
    /// The learning rate of the warm start.
    public var warmStartRate = 0.1
    /// The momentum of the warm start and of all runs, in [0, 1).
    public var momentum = 0.9
    /// The standard deviation of the initial weights.
    public var deviation = 0.1
    /// The time scale K of the decay, in steps.
    public var timeScale = 5000.0
    /// The step size η of Adam in the logarithms, which the paper does not state.
    public var metaRate = 0.01
    /// The limit on the magnitude of every entry of the gradient.
    public var gradientLimit = 10.0
    /// The range of `α₀/(1 − μ)`.
    public var effectiveRates = 1e-4...10
    /// The range of β.
    public var exponents = 1e-4...1e3
    /// The number of batches whose mean loss is the objective. The default covers all 60 000 images.
    public var evaluationBatches = 600
    /// The seed that determines the weights, batches and samples.
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
  /// The state from which every run starts.
  public let warmStart: TrainingState<S>

  private let family: InverseTimeFamily

  /// Trains the warm start.
  ///
  /// - Throws: `NoisyQuadraticError` if options are outside their domains, if the images do not fit the
  ///   network, if plain SGD has momentum, or if batches exceed memory.
  /// - Complexity: the steps of the warm start.
  public init(
    _ trainer: Trainer<S>, _ images: LabeledImages, options: Options = Options()
  ) throws(NoisyQuadraticError) {
    try options.check(images)
    try trainer.check(images, momenta: [options.momentum])
    try trainer.network.checkMemory(
      "batchSize", options.batchSize, batchSize: options.batchSize, directions: 2)
    self.trainer = trainer
    self.images = images
    self.options = options
    family = InverseTimeFamily(timeScale: options.timeScale, momentum: .fixed(options.momentum))
    var state = trainer.initialState(deviation: options.deviation, seed: options.seed)
    var batches = try BatchSequence(images, batchSize: options.batchSize, seed: options.seed)
    for t in 0..<options.warmStartSteps {
      trainer.step(
        &state, on: batches.batch(t), learningRate: options.warmStartRate, momentum: options.momentum)
    }
    state.rest()
    warmStart = state
  }

  /// The same problem with another number of workers of the network, on which no result depends.
  ///
  /// - Throws: `NoisyQuadraticError` if `workers` is less than 1.
  public func with(workers: Int) throws(NoisyQuadraticError) -> Self {
    var problem = self
    problem.trainer = try trainer.with(workers: workers)
    return problem
  }

  /// The images of an objective. Their number is set by the options, and they are fresh for every index.
  func objective(_ index: Int) throws(NoisyQuadraticError) -> Batch {
    let count = options.evaluationBatches * options.batchSize
    var batches = try BatchSequence(
      images, batchSize: min(count, images.count),
      seed: RandomStream.evaluation.seed(options.seed, index))
    return batches.batch(0)
  }

  /// The batches of a run, which are fresh for every index.
  private func batches(_ stream: RandomStream, _ index: Int) throws(NoisyQuadraticError) -> BatchSequence {
    try BatchSequence(
      images, batchSize: options.batchSize, seed: stream.seed(options.seed, index))
  }

  /// The training loss of the warm start over the objective's batches.
  ///
  /// - Throws: the errors of a batch of images; nothing if the options were accepted.
  public func startLoss() throws(NoisyQuadraticError) -> Double {
    trainer.network.loss(warmStart.parameters, on: try objective(0))
  }

  /// Trains from the warm start and returns the training loss after given numbers of steps.
  ///
  /// The schedule does not depend on the horizon, so that one run serves all horizons.
  ///
  /// - Parameters:
  ///   - decay: the values `[α₀, β]`.
  ///   - steps: the numbers of steps after which the loss is taken, ascending.
  ///   - run: the number of the run. Runs with different numbers use different batches.
  /// - Returns: the mean losses over the objective's batches; infinite once training has diverged.
  /// - Throws: `NoisyQuadraticError` if a rate or an exponent is outside its domain, or if the steps do not
  ///   ascend.
  public func losses(
    _ decay: [Double], after steps: [Int], run: Int
  ) throws(NoisyQuadraticError) -> [Double] {
    var run = try start(decay, after: steps, run: run)
    while !run.isFinished { try advance(&run) }
    return run.losses
  }

  /// Creates a run before its first step, for ``advance(_:)``. The parameters are those of
  /// ``losses(_:after:run:)``.
  ///
  /// - Throws: `NoisyQuadraticError` if a rate or an exponent is outside its domain, or if the steps do not
  ///   ascend.
  public func start(
    _ decay: [Double], after steps: [Int], run: Int
  ) throws(NoisyQuadraticError) -> OfflineRun<S> {
    try MetaRequirement.ascending("steps", steps)
    _ = try family.schedule(decay, steps: steps.last ?? 0)
    return OfflineRun(decay: decay, steps: steps, number: run, state: warmStart)
  }

  /// Advances a run by about 200 steps, or to its next loss.
  ///
  /// - Throws: the errors of a batch of images, and an error if the run belongs to another network; nothing
  ///   if ``start(_:after:run:)`` created the run.
  public func advance(_ run: inout OfflineRun<S>) throws(NoisyQuadraticError) {
    guard !run.isFinished else { return }
    guard run.state.hasShape(of: warmStart) else {
      throw .lengthMismatch(
        field: "state", expected: warmStart.storage.count, actual: run.state.storage.count)
    }
    let next = run.steps[run.losses.count]
    let end = min(next, run.state.step + 200)
    let schedule = try family.schedule(run.decay, steps: end)
    var batches = try batches(.search, run.number)
    var loss = 0.0
    while run.state.step < end, loss.isFinite {
      let t = run.state.step
      loss = trainer.step(
        &run.state, on: batches.batch(t), learningRate: schedule.learningRates[t],
        momentum: schedule.momenta[t])
    }
    if loss.isFinite {
      guard run.state.step == next else { return }
      loss = trainer.network.loss(run.state.parameters, on: try objective(run.number))
    }
    let count = loss.isFinite ? 1 : run.steps.count - run.losses.count
    run.losses += [Double](repeating: loss.isFinite ? loss : .infinity, count: count)
  }

  /// Returns the loss after a run and its derivatives by `ln α₀` and `ln β`.
  ///
  /// - Parameters:
  ///   - decay: the values `[α₀, β]`.
  ///   - horizon: the number of steps.
  ///   - metaStep: the number of the meta-step. Meta-steps with different numbers use different batches.
  /// - Returns: the loss and both derivatives; not finite if training diverged.
  /// - Throws: `NoisyQuadraticError` if a rate or an exponent is outside its domain.
  /// - Complexity: about `3 horizon` gradients.
  public func hypergradient(
    _ decay: [Double], horizon: Int, metaStep: Int
  ) throws(NoisyQuadraticError) -> Hypergradient {
    let path = try HyperparameterPath(family, parameters: decay, steps: horizon)
    var (state, batches) = (warmStart, try batches(.meta, metaStep))
    let result = trainer.forwardHypergradient(
      path, from: &state, batches: { batches.batch($0) }, objective: [try objective(metaStep)])
    return Hypergradient(loss: result.loss, derivatives: zip(result.derivatives, decay).map { $0 * $1 })
  }

  /// Creates a meta-descent before its first step.
  ///
  /// - Parameters:
  ///   - decay: the values `[α₀, β]`, which are clipped to their ranges.
  ///   - horizon: the number of steps of a run.
  /// - Returns: a descent for ``step(_:)``.
  /// - Throws: `NoisyQuadraticError` if numbers are not positive.
  public func descent(from decay: [Double], horizon: Int) throws(NoisyQuadraticError) -> OfflineDescent {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    _ = try family.schedule(decay, steps: 0)
    for (j, value) in decay.enumerated() where !(value > 0) {
      throw .invalidValue(field: "decay", index: j, value: value, expected: "a finite number > 0")
    }
    let gap = 1 - options.momentum
    let rates = options.effectiveRates.lowerBound * gap...options.effectiveRates.upperBound * gap
    return OfflineDescent(
      horizon: horizon, start: decay, ranges: [rates, options.exponents],
      adam: AdamSteps(count: 2, learningRate: options.metaRate, gradientLimit: options.gradientLimit))
  }

  /// Makes one meta-step. If the descent has diverged, nothing happens.
  ///
  /// - Throws: `NoisyQuadraticError` if the horizon exceeds memory.
  /// - Complexity: about `3 horizon` gradients.
  public func step(_ descent: inout OfflineDescent) throws(NoisyQuadraticError) {
    guard !descent.hasDiverged else { return }
    let result = try hypergradient(
      descent.decay, horizon: descent.horizon, metaStep: descent.losses.count)
    descent.advance(result)
  }

  /// Returns a random point of the search, uniform in the logarithms.
  ///
  /// - Parameters:
  ///   - number: the number of the sample. Samples do not depend on each other.
  ///   - rates: the range of `α₀`.
  ///   - exponents: the range of β.
  /// - Returns: the values `[α₀, β]`.
  public func sample(
    _ number: Int, rates: ClosedRange<Double>, exponents: ClosedRange<Double>
  ) -> [Double] {
    var generator = Xoshiro256StarStar(seed: RandomStream.search.seed(~options.seed, number))
    return [rates, exponents].map { ScatteredSurface.value($0, generator.uniform()) }
  }
}

extension OfflineMetaOptimization.Options {
  func check(_ images: LabeledImages) throws(NoisyQuadraticError) {
    try Requirement.positive([
      ("warmStartRate", warmStartRate), ("deviation", deviation), ("timeScale", timeScale),
      ("metaRate", metaRate), ("gradientLimit", gradientLimit),
      ("effectiveRates", effectiveRates.lowerBound), ("exponents", exponents.lowerBound),
    ])
    try Requirement.belowOne([("momentum", momentum)])
    try MetaRequirement.counts([
      ("warmStartSteps", warmStartSteps, 0), ("evaluationBatches", evaluationBatches, 1),
      ("batchSize", batchSize, 1),
    ])
    try MetaRequirement.batchSize(batchSize, of: images)
  }
}
