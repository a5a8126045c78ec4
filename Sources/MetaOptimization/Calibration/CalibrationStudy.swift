import NoisyQuadratic

/// Compares the noisy quadratic measured at a point of a training run with the actual training from that
/// point on.
public struct CalibrationStudy<S: NetworkScalar>: Sendable {
  /// The effort of the study.
  public struct Options: Sendable, Equatable, Codable {
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

    /// Collects the results at some checkpoints, ascending. What follows an end is left out.
    public init(_ checkpoints: [CheckpointProgress<S>]) {
      let reached = checkpoints.prefix { $0.end == nil }
      comparisons = reached.compactMap(\.comparison)
      end = reached.count < checkpoints.count ? checkpoints[reached.count].end : nil
    }
  }

  /// The end of a run before its last checkpoint.
  public typealias End = CheckpointEnd

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

  /// The same study with another number of workers of the network, on which no result depends.
  ///
  /// - Throws: `NoisyQuadraticError` if `workers` is less than 1.
  public func with(workers: Int) throws(NoisyQuadraticError) -> CalibrationStudy {
    try CalibrationStudy(network.with(workers: workers), images: images, options: options)
  }

  /// Trains from random weights and compares at the given numbers of steps.
  ///
  /// - Parameter checkpoints: numbers of steps ≥ 0, ascending.
  /// - Returns: one comparison per checkpoint. The list ends early if training diverges or nothing can be
  ///   measured.
  /// - Throws: `NoisyQuadraticError` if checkpoints are negative or do not ascend, or if nothing can be
  ///   measured at the first one.
  public func run(checkpoints: [Int]) throws(NoisyQuadraticError) -> Result {
    try MetaRequirement.ascending("checkpoints", checkpoints)
    var finished: [CheckpointProgress<S>] = []
    for (i, checkpoint) in checkpoints.enumerated() {
      var progress = try start(checkpoint, isFirst: i == 0)
      while !progress.isFinished { try advance(&progress) }
      finished.append(progress)
      if progress.end != nil { break }
    }
    return Result(finished)
  }

  /// Begins the comparison at a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: a number of steps ≥ 0.
  ///   - isFirst: whether no other checkpoint is compared before this one.
  /// - Returns: the progress before its first stage.
  /// - Throws: `NoisyQuadraticError` if the checkpoint is negative.
  public func start(
    _ checkpoint: Int, isFirst: Bool
  ) throws(NoisyQuadraticError) -> CheckpointProgress<S> {
    try MetaRequirement.ascending("checkpoint", [checkpoint])
    return CheckpointProgress(
      step: checkpoint, isFirst: isFirst, state: trainer.initialState(seed: options.seed),
      findings: .init(descent: try descent(at: checkpoint).memory))
  }

  /// Does the next stage of a comparison: about 200 training steps, or one of the measurements.
  ///
  /// A stage takes seconds for a small network. The stages of all checkpoints are independent of each other.
  ///
  /// - Throws: `NoisyQuadraticError` if nothing can be measured at the first checkpoint.
  public func advance(_ progress: inout CheckpointProgress<S>) throws(NoisyQuadraticError) {
    guard !progress.isFinished else { return }
    guard progress.findings.isTrained else { return try train(&progress) }
    do throws(NoisyQuadraticError) {
      try measure(&progress.findings, at: progress.state, step: progress.step)
    } catch {
      // Earlier checkpoints took minutes and must not be lost.
      guard !progress.isFirst else { throw error }
      progress.findings.end = End(step: progress.step, reason: error.description)
    }
  }

  /// Trains from random weights towards the checkpoint.
  private func train(_ progress: inout CheckpointProgress<S>) throws(NoisyQuadraticError) {
    var batches = try BatchSequence(images, batchSize: options.batchSize, seed: options.seed)
    for done in progress.state.step..<min(progress.state.step + 200, progress.step) {
      let loss = trainer.step(
        &progress.state, on: batches.batch(done), learningRate: options.learningRate,
        momentum: options.momentum)
      guard loss.isFinite else {
        progress.findings.end = .divergence(at: done)
        return
      }
    }
    guard progress.state.step == progress.step else { return }
    guard network.loss(progress.state.parameters, on: Batch(images)).isFinite else {
      progress.findings.end = .divergence(at: progress.step)
      return
    }
    // All schedules start at rest, as the model does.
    progress.state.rest()
    progress.findings.isTrained = true
  }

  /// Makes the first finding that is missing.
  private func measure(
    _ findings: inout CheckpointProgress<S>.Findings, at state: TrainingState<S>, step: Int
  ) throws(NoisyQuadraticError) {
    let (steps, mu) = (options.budget, options.momentum)
    let trials = ScheduleTrials(
      trainer, images: images, batchSize: options.batchSize, seed: options.seed &+ UInt64(step))
    let tuning = options.repeats..<options.repeats + options.tuningRepeats
    guard let calibration = findings.calibration else {
      findings.calibration = try calibrate(state)
      return
    }
    guard let constant = findings.constant else {
      findings.constant = try trials.tune(from: options.learningRate, start: state, orders: tuning) {
        rate throws(NoisyQuadraticError) in
        try .constant(learningRate: rate, momentum: mu, steps: steps)
      }
      return
    }
    guard let cosine = findings.cosine else {
      findings.cosine = try trials.tune(from: constant, start: state, orders: tuning) {
        rate throws(NoisyQuadraticError) in
        try .cosine(initialValue: rate, momentum: mu, steps: steps)
      }
      return
    }
    guard let settled = findings.settled else {
      var descent = try descent(at: step)
      let settled = try descent.settle(at: state, metaSteps: options.metaSteps)
      findings.settled = [settled.rate, settled.momentum]
      findings.descent = descent.memory
      return
    }
    guard !findings.schedules.isEmpty else {
      var descent = try descent(at: step)
      descent.memory = findings.descent
      let online = try descent.schedule(
        from: state, steps: steps, metaSteps: options.metaStepsPerStep, order: options.repeats)
      let chosen: [Schedule] = try [
        .constant(learningRate: options.learningRate, momentum: mu, steps: steps),
        .constant(learningRate: constant, momentum: mu, steps: steps),
        .cosine(initialValue: cosine, momentum: mu, steps: steps), online,
      ]
      findings.schedules = chosen + (try schedules(of: calibration.model))
      return
    }
    let schedule = findings.schedules[findings.runs.count]
    findings.runs.append(
      CheckpointComparison.Run(
        name: CheckpointComparison.scheduleNames[findings.runs.count], schedule: schedule,
        predicted: calibration.predictedLosses(under: schedule),
        local: try calibration.localLosses(under: schedule),
        measured: try trials.measure(
          schedule, from: state, orders: 0..<options.repeats, interval: options.interval)))
    guard findings.runs.count == findings.schedules.count else { return }
    findings.rates = try rates(findings, calibration, constant: constant, settled: settled)
  }

  private func calibrate(_ state: TrainingState<S>) throws(NoisyQuadraticError) -> Calibration {
    var measure = options.calibration
    measure.seed = options.seed
    var calibrator = Calibrator(network, images: images, batchSize: options.batchSize, options: measure)
    calibrator.hessianImages = min(options.hessianImages, images.count)
    return try calibrator.calibrate(state.parameters)
  }

  /// The meta-descent at a checkpoint, before its first meta-step.
  private func descent(at step: Int) throws(NoisyQuadraticError) -> LookAheadDescent<S> {
    var descentOptions = LookAheadDescent<S>.Options()
    descentOptions.seed = options.seed &+ UInt64(step)
    return try LookAheadDescent(
      trainer, images: images, batchSize: options.batchSize, rate: options.learningRate,
      momentum: options.momentum, options: descentOptions)
  }

  /// The schedules that the model chooses.
  private func schedules(of model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> [Schedule] {
    let (steps, mu) = (options.budget, options.momentum)
    let limits = HyperparameterLimits(momentum: mu)
    return [
      try GreedySolver(limits: limits).solve(model, horizon: steps).schedule,
      try FullHorizonSolver(limits: limits).solve(model, horizon: steps).schedule,
      // Batches are sharper than their mean, and noise grows with the loss. Therefore training is stable only
      // up to lower rates than the model.
      try FullHorizonSolver(
        limits: HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: mu)
      ).solve(model, horizon: steps).schedule,
    ]
  }

  /// The rates that theory and training choose, when all schedules were run.
  private func rates(
    _ findings: CheckpointProgress<S>.Findings, _ calibration: Calibration, constant: Double,
    settled: [Double]
  ) throws(NoisyQuadraticError) -> [CheckpointComparison.Rate] {
    let (model, steps, mu) = (calibration.model, options.budget, options.momentum)
    let ahead = LookAheadDescent<S>.Options().lookAhead
    // If training diverges for all neighbouring values, tuning ends where it began.
    let isStable = findings.runs.contains { $0.name == "constant" && $0.measured.final.isFinite }
    let near = try bestConstant(model, ahead), far = try bestConstant(model, steps)
    return [
      .init(
        name: "model-greedy",
        value: findings.runs.first { $0.name == "model-greedy" }?.schedule.learningRates.first),
      .init(name: "local-greedy", value: calibration.greedyRate),
      .init(name: "model-lookahead-\(ahead)", value: near.rate, momentum: near.momentum),
      .init(name: "meta-descent-\(ahead)", value: settled[0], momentum: settled[1]),
      .init(name: "model-constant-\(steps)", value: far.rate, momentum: far.momentum),
      .init(name: "constant-\(steps)", value: isStable ? constant : nil, momentum: mu),
      .init(name: "stability-limit", value: model.stabilityLimit(momentum: mu), momentum: mu),
    ]
  }

  private func bestConstant(
    _ model: NoisyQuadraticModel, _ steps: Int
  ) throws(NoisyQuadraticError) -> (rate: Double, momentum: Double) {
    let limits = HyperparameterLimits(momentum: options.momentum)
    let step = try ConstantSolver(limits: limits).solve(model, horizon: steps).schedule[0]
    return (step.learningRate, step.momentum)
  }
}

extension CalibrationStudy.Options {
  /// The number of steps between measurements of the loss along a schedule.
  var interval: Int { max(budget / 20, 1) }

  /// The numbers of steps after which the loss along a schedule is measured.
  var measurements: [Int] { ScheduleTrials<S>.measurements(budget, interval: interval) }
}
