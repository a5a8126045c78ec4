import NoisyQuadratic

/// Compares the noisy quadratic that is measured at a point of a training run with what training does from there on.
public struct CalibrationStudy<S: NetworkScalar>: Sendable {
  /// How much to do.
  public struct Options: Sendable, Equatable {
    /// Steps of every schedule.
    public var budget = 100
    /// Images in a batch.
    public var batchSize = 100
    /// The constant rate of the training run.
    public var learningRate = 0.1
    /// Its momentum, in [0, 1); meta-descent and the model choose theirs, the model up to this one.
    public var momentum = 0.0
    /// Orders of the batches that every schedule is run on.
    public var repeats = 4
    /// Other orders, on which the best constant and the best cosine are found.
    public var tuningRepeats = 6
    /// Images that the Hessian is that of, at most; gradients are those of all images.
    public var hessianImages = 2000
    /// Meta-steps at a checkpoint to find the rate of meta-descent there.
    public var metaSteps = 200
    /// Meta-steps before each step of its run.
    public var metaStepsPerStep = 2
    /// Of everything random.
    public var seed: UInt64 = 0
    /// How much to measure.
    public var calibration = Calibration.Options()

    /// The defaults.
    public init() {}
  }

  /// What a run has come to.
  public struct Result: Sendable {
    /// At the checkpoints that training has reached.
    public let comparisons: [CheckpointComparison]
    /// Why there are no more, if the last checkpoint was not reached.
    public let end: End?
  }

  /// The end of a run before its last checkpoint.
  public struct End: Sendable, Equatable {
    /// Training steps before.
    public let step: Int
    /// Why.
    public let reason: String

    static func divergence(at step: Int) -> End { End(step: step, reason: "training has diverged") }
  }

  /// The network, trained by plain SGD, or by heavy ball with the rate inside the velocity.
  public let network: Network<S>
  /// The training images.
  public let images: LabeledImages
  /// How much to do.
  public let options: Options

  private let trainer: Trainer<S>

  /// A study.
  ///
  /// - Throws: `NoisyQuadraticError` for numbers out of range.
  public init(
    _ network: Network<S>, images: LabeledImages, options: Options = Options()
  ) throws(NoisyQuadraticError) {
    for (field, value) in [
      ("budget", options.budget), ("repeats", options.repeats), ("tuningRepeats", options.tuningRepeats),
      ("metaSteps", options.metaSteps), ("metaStepsPerStep", options.metaStepsPerStep),
      ("hessianImages", options.hessianImages),
    ] where value < 1 {
      throw .invalidCount(field: field, value: value, expected: "at least 1")
    }
    try Requirement.positive([("learningRate", options.learningRate)])
    try Requirement.belowOne([("momentum", options.momentum)])
    _ = try BatchSequence(images, batchSize: options.batchSize, seed: options.seed)
    try network.check(images)
    self.network = network
    self.images = images
    self.options = options
    trainer = Trainer(network, optimizer: options.momentum > 0 ? .heavyBall(.inside) : .sgd)
  }

  /// Trains from random weights and stops to compare after some numbers of steps.
  ///
  /// - Parameters:
  ///   - checkpoints: numbers of steps ≥ 0, ascending.
  ///   - progress: told what is being done.
  /// - Returns: a comparison for every checkpoint, or for those up to where training has diverged or nothing can be
  ///   measured.
  /// - Throws: `NoisyQuadraticError` for checkpoints that are negative or not ascending, and where nothing can be
  ///   measured at the first one.
  public func run(
    checkpoints: [Int], progress: (String) -> Void = { _ in }
  ) throws(NoisyQuadraticError) -> Result {
    try MetaRequirement.ascending("checkpoints", checkpoints)
    var batches = try BatchSequence(images, batchSize: options.batchSize, seed: options.seed)
    var state = trainer.initialState(seed: options.seed)
    var comparisons: [CheckpointComparison] = []
    var done = 0
    for checkpoint in checkpoints {
      progress("training to step \(checkpoint)")
      while done < checkpoint {
        let loss = trainer.step(
          &state, on: batches.batch(done), learningRate: options.learningRate, momentum: options.momentum)
        guard loss.isFinite else { return Result(comparisons: comparisons, end: .divergence(at: done)) }
        done += 1
      }
      guard network.loss(state.parameters, on: Batch(images)).isFinite else {
        return Result(comparisons: comparisons, end: .divergence(at: done))
      }
      do throws(NoisyQuadraticError) {
        // Everybody starts at rest, as the model does.
        var resting = state
        resting.rest()
        comparisons.append(try compare(at: resting, step: checkpoint, progress: progress))
      } catch {
        // What was measured before took minutes.
        guard !comparisons.isEmpty else { throw error }
        return Result(comparisons: comparisons, end: End(step: checkpoint, reason: error.description))
      }
    }
    return Result(comparisons: comparisons, end: nil)
  }

  /// Compares at one state.
  private func compare(
    at state: TrainingState<S>, step: Int, progress: (String) -> Void
  ) throws(NoisyQuadraticError) -> CheckpointComparison {
    progress("step \(step): measuring curvature and noise")
    var measure = options.calibration
    measure.seed = options.seed
    var calibrator = Calibrator(network, images: images, batchSize: options.batchSize, options: measure)
    calibrator.hessianImages = min(options.hessianImages, images.count)
    let calibration = try calibrator.calibrate(state.parameters)
    let (model, steps, mine, mu) = (
      calibration.model, options.budget, options.learningRate, options.momentum
    )

    progress("step \(step): tuning constant and cosine")
    let trials = ScheduleTrials(
      trainer, images: images, batchSize: options.batchSize, seed: options.seed &+ UInt64(step))
    let tuning = options.repeats..<options.repeats + options.tuningRepeats
    let constant = try trials.tune(from: mine, start: state, orders: tuning) {
      rate throws(NoisyQuadraticError) in
      try .constant(learningRate: rate, momentum: mu, steps: steps)
    }
    let cosine = try trials.tune(from: constant, start: state, orders: tuning) {
      rate throws(NoisyQuadraticError) in
      try .cosine(initialValue: rate, momentum: mu, steps: steps)
    }

    progress("step \(step): meta-descent")
    var descentOptions = LookAheadDescent<S>.Options()
    descentOptions.seed = options.seed &+ UInt64(step)
    var descent = try LookAheadDescent(
      trainer, images: images, batchSize: options.batchSize, rate: mine, momentum: mu,
      options: descentOptions)
    let settled = try descent.settle(at: state, metaSteps: options.metaSteps)
    let online = try descent.schedule(
      from: state, steps: steps, metaSteps: options.metaStepsPerStep, order: options.repeats)

    progress("step \(step): running the schedules")
    let ahead = descentOptions.lookAhead
    let limits = HyperparameterLimits(momentum: mu)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: steps).schedule
    let optimum = try FullHorizonSolver(limits: limits).solve(model, horizon: steps).schedule
    // Batches are sharper than their mean and noise grows with the loss: the stable rates of training end earlier.
    let cautious = try FullHorizonSolver(
      limits: HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: mu)
    ).solve(model, horizon: steps).schedule
    var runs: [CheckpointComparison.Run] = []
    for (name, schedule) in [
      ("training-rate", try Schedule.constant(learningRate: mine, momentum: mu, steps: steps)),
      ("constant", try .constant(learningRate: constant, momentum: mu, steps: steps)),
      ("cosine", try .cosine(initialValue: cosine, momentum: mu, steps: steps)),
      ("meta-descent", online), ("model-greedy", greedy), ("model-optimum", optimum),
      ("model-half-limit", cautious),
    ] {
      runs.append(
        CheckpointComparison.Run(
          name: name, schedule: schedule, predicted: calibration.predictedLosses(under: schedule),
          local: calibration.localLosses(under: schedule),
          measured: try trials.measure(
            schedule, from: state, orders: 0..<options.repeats, interval: max(steps / 20, 1))))
    }
    // Tuning ends where it began if training diverges all around.
    let isStable = runs.contains { $0.name == "constant" && $0.measured.final.isFinite }
    let near = try bestConstant(model, ahead), far = try bestConstant(model, steps)
    let rates: [CheckpointComparison.Rate] = [
      .init(name: "model-greedy", value: greedy.learningRates[0]),
      .init(name: "local-greedy", value: calibration.greedyRate),
      .init(name: "model-lookahead-\(ahead)", value: near.rate, momentum: near.momentum),
      .init(name: "meta-descent-\(ahead)", value: settled.rate, momentum: settled.momentum),
      .init(name: "model-constant-\(steps)", value: far.rate, momentum: far.momentum),
      .init(name: "constant-\(steps)", value: isStable ? constant : nil, momentum: mu),
      .init(name: "stability-limit", value: model.stabilityLimit(momentum: mu), momentum: mu),
    ]
    return CheckpointComparison(step: step, calibration: calibration, rates: rates, runs: runs)
  }

  private func bestConstant(
    _ model: NoisyQuadraticModel, _ steps: Int
  ) throws(NoisyQuadraticError) -> (rate: Double, momentum: Double) {
    let limits = HyperparameterLimits(momentum: options.momentum)
    let step = try ConstantSolver(limits: limits).solve(model, horizon: steps).schedule[0]
    return (step.learningRate, step.momentum)
  }
}
