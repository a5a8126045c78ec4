import NoisyQuadratic

/// Compares the noisy quadratic measured at a point of a training run with the actual training from that
/// point on.
public struct CalibrationStudy<S: NetworkScalar>: Sendable {
  /// The effort of the study.
  public struct Options: Sendable, Equatable {
    /// The number of steps of every schedule.
    public var budget = 100
    /// The number of images in a batch.
    public var batchSize = 100
    /// The constant learning rate of the training run.
    public var learningRate = 0.1
    /// The momentum of the training run, in [0, 1). Meta-descent and the model choose their own; for the
    /// model, this is the upper limit.
    public var momentum = 0.0
    /// The number of batch orders on which every schedule is run.
    public var repeats = 4
    /// The number of other orders, on which the best constant and the best cosine are found.
    public var tuningRepeats = 6
    /// The maximal number of images that define the Hessian. Gradients use all images.
    public var hessianImages = 2000
    /// The number of meta-steps that find the learning rate of meta-descent at a checkpoint.
    public var metaSteps = 200
    /// The number of meta-steps before each step of the run of meta-descent.
    public var metaStepsPerStep = 2
    /// The seed of everything random.
    public var seed: UInt64 = 0
    /// The effort of each measurement.
    public var calibration = Calibration.Options()

    /// Creates the default options.
    public init() {}
  }

  /// The result of a study.
  public struct Result: Sendable {
    /// The comparisons at the checkpoints that training reached.
    public let comparisons: [CheckpointComparison]
    /// The reason for an early end, if the last checkpoint was not reached.
    public let end: End?
  }

  /// The end of a run before its last checkpoint.
  public struct End: Sendable, Equatable {
    /// The number of training steps before the end.
    public let step: Int
    /// The reason for the end.
    public let reason: String

    static func divergence(at step: Int) -> End { End(step: step, reason: "training has diverged") }
  }

  /// The network. It is trained by plain SGD, or by heavy ball with the learning rate inside the velocity.
  public let network: Network<S>
  /// The training images.
  public let images: LabeledImages
  /// The effort of the study.
  public let options: Options

  private let trainer: Trainer<S>

  /// Creates a study.
  ///
  /// - Throws: `NoisyQuadraticError` if numbers are out of range.
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

  /// Trains from random weights and compares at the given numbers of steps.
  ///
  /// - Parameters:
  ///   - checkpoints: numbers of steps ≥ 0, ascending.
  ///   - progress: receives the name of the current activity.
  /// - Returns: one comparison per checkpoint. The list ends early if training diverges or nothing can be
  ///   measured.
  /// - Throws: `NoisyQuadraticError` if checkpoints are negative or do not ascend, or if nothing can be
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
        // All schedules start at rest, as the model does.
        var resting = state
        resting.rest()
        comparisons.append(try compare(at: resting, step: checkpoint, progress: progress))
      } catch {
        // Earlier measurements took minutes and must not be lost.
        guard !comparisons.isEmpty else { throw error }
        return Result(comparisons: comparisons, end: End(step: checkpoint, reason: error.description))
      }
    }
    return Result(comparisons: comparisons, end: nil)
  }

  /// Compares theory and training at one state.
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
    // Batches are sharper than their mean, and noise grows with the loss. Therefore training is stable only
    // up to lower rates than the model.
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
          local: try calibration.localLosses(under: schedule),
          measured: try trials.measure(
            schedule, from: state, orders: 0..<options.repeats, interval: max(steps / 20, 1))))
    }
    // If training diverges for all neighbouring values, tuning ends where it began.
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
