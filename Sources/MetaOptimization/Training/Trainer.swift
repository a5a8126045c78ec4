import NoisyQuadratic

/// Makes the training steps of a network, with or without the derivatives of the state by hyperparameters.
public struct Trainer<S: NetworkScalar>: Sendable {
  /// The network.
  public let network: Network<S>
  /// The optimizer, which determines how a step uses the gradient.
  public let optimizer: BaseOptimizer

  /// Creates a trainer of a network with an optimizer.
  public init(_ network: Network<S>, optimizer: BaseOptimizer = .heavyBall(.outside)) {
    self.network = network
    self.optimizer = optimizer
  }

  /// The same trainer with another number of workers of the network.
  func with(workers: Int) throws(NoisyQuadraticError) -> Self {
    Trainer(try network.with(workers: workers), optimizer: optimizer)
  }

  /// Returns a state at rest with random parameters.
  public func initialState(deviation: Double = 0.1, seed: UInt64) -> TrainingState<S> {
    TrainingState(
      network.architecture.initialParameters(deviation: deviation, seed: seed), optimizer: optimizer)
  }

  /// Checks that images and momenta are suitable for training. Plain SGD must have no momentum.
  ///
  /// - Throws: `NoisyQuadraticError` that names the unsuitable argument.
  func check(_ images: LabeledImages, momenta: [Double]) throws(NoisyQuadraticError) {
    try network.check(images)
    if optimizer == .sgd, let t = momenta.firstIndex(where: { $0 != 0 }) {
      throw .invalidValue(
        field: "momentum", index: momenta.count > 1 ? t : nil, value: momenta[t],
        expected: "0, as plain SGD has none")
    }
  }

  /// The numbers that a schedule has for this optimizer.
  ///
  /// Schedules of no other convention than the default, as families make them, hold the optimizer's own numbers.
  /// Others are converted exactly.
  ///
  /// - Throws: `NoisyQuadraticError.notConvertible` with the first step that has no equal. Adam has no equal of
  ///   any momentum.
  func numbers(of schedule: Schedule) throws(NoisyQuadraticError) -> Schedule {
    guard schedule.convention != .velocity, let t = schedule.momenta.firstIndex(where: { $0 != 0 }) else {
      return schedule
    }
    switch optimizer {
    case .sgd: return schedule
    case .heavyBall(.inside): return try schedule.converted(to: .velocity)
    case .heavyBall(.outside): return try schedule.converted(to: .optax)
    case .adam:
      throw .notConvertible(
        from: schedule.convention.rawValue, to: "Adam", step: t, reason: "Adam scales every parameter")
    }
  }

  /// Makes one step on a batch.
  ///
  /// - Parameters:
  ///   - state: a state of this network and optimizer, changed in place.
  ///   - batch: the images of the batch.
  ///   - learningRate: α.
  ///   - momentum: μ; 0 for plain SGD.
  /// - Returns: the loss of the batch before the step; not finite once training has diverged.
  /// - Complexity: one gradient.
  @discardableResult
  public func step(
    _ state: inout TrainingState<S>, on batch: Batch, learningRate: Double, momentum: Double
  ) -> Double {
    var none = TangentState(count: 0, of: state)
    return step(
      &state, tangents: &none, on: batch,
      StepHyperparameters(learningRate: learningRate, momentum: momentum))
  }

  /// Makes one step of a state and of its derivatives by hyperparameters on a batch, in forward mode (H4).
  ///
  /// - Parameters:
  ///   - state: a state of this network and optimizer, changed in place.
  ///   - tangents: the derivatives of this state, changed in place. Their number of hyperparameters must be
  ///     that of the step's derivatives.
  ///   - batch: the images of the batch, which also determine the Hessian products.
  ///   - hyperparameters: α, μ and their derivatives.
  /// - Returns: the loss of the batch before the step.
  /// - Complexity: one gradient, and one Hessian product per hyperparameter.
  @discardableResult
  public func step(
    _ state: inout TrainingState<S>, tangents: inout TangentState<S>, on batch: Batch,
    _ hyperparameters: StepHyperparameters
  ) -> Double {
    precondition(
      state.parameterCount == network.parameterCount
        && state.storage.count == (1 + optimizer.slots) * state.parameterCount,
      "a state of this network and optimizer")
    precondition(tangents.length == state.storage.count, "tangents of this state")
    precondition(
      tangents.count == hyperparameters.learningRateDerivatives.count, "a tangent per derivative")
    precondition(optimizer != .sgd || hyperparameters.momentum == 0, "no momentum in plain SGD")
    let n = state.parameterCount
    let chunks = network.chunkCount(batch)
    let update = StepUpdate(optimizer, hyperparameters, &state, &tangents)
    let (length, count) = (tangents.length, tangents.count)
    return state.storage.withUnsafeMutableBufferPointer { state in
      tangents.storage.withUnsafeMutableBufferPointer { tangents in
        guard let w = state.baseAddress else { return 0 }
        let directions = (0..<count).compactMap { j in tangents.baseAddress.map { $0 + j * length } }
        // Unsafe, but correct: every range of parameters belongs to one worker.
        nonisolated(unsafe) let shared = (w, directions)
        return network.evaluate(w, along: directions.map { UnsafePointer($0) }, batch, slopes: true) {
          loss, space in
          let lanes = max(min(network.workers, n / 4096), 1)
          network.each(lanes) { k in
            let (w, directions) = shared
            let range = n * k / lanes..<n * (k + 1) / lanes
            network.addSlopes(space, chunks: chunks, range)
            update(w, directions, space.chunks[0], range, n)
          }
          return loss
        }
      }
    }
  }
}
