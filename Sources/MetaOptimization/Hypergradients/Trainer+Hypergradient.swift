import NoisyQuadratic

extension Trainer {
  /// Trains along a path and differentiates the loss at its end by the path's hyperparameters: forward mode (H4).
  ///
  /// - Parameters:
  ///   - path: learning rate, momentum and their derivatives for every step.
  ///   - state: where training starts; afterwards where it ended.
  ///   - batches: the batch of every step.
  ///   - objective: the mean loss over these batches, of one size, is differentiated.
  /// - Returns: the loss after the last step and its derivatives; not finite where training diverged.
  /// - Complexity: per step a gradient and a Hessian product for each hyperparameter; memory for the tangents,
  ///   whatever the number of steps.
  public func forwardHypergradient(
    _ path: HyperparameterPath, from state: inout TrainingState<S>, batches: (Int) -> Batch,
    objective: [Batch]
  ) -> Hypergradient {
    var tangents = TangentState(count: path.count, of: state)
    for t in 0..<path.steps {
      let loss = step(&state, tangents: &tangents, on: batches(t), path[t])
      guard loss.isFinite else {
        return Hypergradient(loss: .nan, derivatives: path.learningRateDerivatives.map { _ in .nan })
      }
    }
    let (loss, slope) = meanGradient(state.parameters, objective)
    return Hypergradient(loss: loss, derivatives: tangents.derivatives(of: slope))
  }

  /// The loss after training by a schedule, and its derivatives by the learning rate and the momentum of every
  /// step: reverse mode (H5).
  ///
  /// - Parameters:
  ///   - schedule: learning rate and momentum of every step.
  ///   - start: where training starts.
  ///   - batches: the batch of every step.
  ///   - objective: the mean loss over these batches, of one size, is differentiated.
  /// - Returns: the loss, and the derivatives by all learning rates, then by all momenta; for plain SGD those of
  ///   heavy ball at momentum 0.
  /// - Throws: `NoisyQuadraticError` for a number of batches that is not that of the steps, momentum in plain SGD, images of
  ///   another shape, and when the states of all steps, which are kept, do not fit into memory.
  /// - Complexity: per step two gradients and a Hessian product (Adam: three gradients), whatever the number of
  ///   hyperparameters; memory for the states of all steps.
  public func reverseHypergradient(
    _ schedule: Schedule, from start: TrainingState<S>, batches: [Batch], objective: [Batch]
  ) throws(NoisyQuadraticError) -> Hypergradient {
    let steps = schedule.count
    guard batches.count == steps else {
      throw .lengthMismatch(field: "batches", expected: steps, actual: batches.count)
    }
    for batch in batches + objective { try check(batch.images, momenta: schedule.momenta) }
    try MemoryRequirement.check(
      "steps", steps,
      doubles: Double(steps + 4) * Double(start.storage.count * MemoryLayout<S>.stride) / 8)
    var states = [start]
    for t in 0..<steps {
      var state = states[t]
      step(
        &state, on: batches[t], learningRate: schedule.learningRates[t], momentum: schedule.momenta[t])
      states.append(state)
    }
    let (loss, slope) = meanGradient(states[steps].parameters, objective)
    var adjoint = StateAdjoint<S>(optimizer, slope)
    var (byRate, byMomentum) = (
      [Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps)
    )
    for t in (0..<steps).reversed() {
      (byRate[t], byMomentum[t]) = adjoint.adjointStep(
        StepHyperparameters(learningRate: schedule.learningRates[t], momentum: schedule.momenta[t]),
        from: states[t + 1], to: states[t], on: batches[t], network)
      states.removeLast()
    }
    return Hypergradient(loss: loss, derivatives: byRate + byMomentum)
  }

  /// The mean loss over batches of one size, and its gradient.
  public func meanGradient(_ parameters: [S], _ batches: [Batch]) -> (loss: Double, gradient: [S]) {
    var (loss, slope) = (0.0, [S](repeating: 0, count: parameters.count))
    let share = 1 / Double(max(batches.count, 1))
    for batch in batches {
      let part = network.gradient(parameters, on: batch)
      loss += share * part.loss
      S.kernels.combine(slope.count, share, part.gradient, 1, &slope)
    }
    return (loss, slope)
  }

  /// The mean loss over batches of one size.
  public func meanLoss(_ parameters: [S], _ batches: [Batch]) -> Double {
    batches.reduce(0) { $0 + network.loss(parameters, on: $1) } / Double(max(batches.count, 1))
  }
}
