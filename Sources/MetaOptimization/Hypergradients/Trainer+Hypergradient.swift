import NoisyQuadratic

extension Trainer {
  /// Trains along a path and differentiates the final loss by the path's hyperparameters in forward mode
  /// (H4).
  ///
  /// - Parameters:
  ///   - path: the learning rate, momentum and their derivatives for every step.
  ///   - state: the initial state; on return, the final state.
  ///   - batches: the batch of every step.
  ///   - objective: batches of equal size, whose mean loss is differentiated.
  /// - Returns: the loss after the last step and its derivatives; not finite if training diverged.
  /// - Complexity: per step, one gradient and one Hessian product per hyperparameter. The memory holds the
  ///   tangents and does not depend on the number of steps.
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

  /// Returns the loss after training with a schedule, and its derivatives by the learning rate and the
  /// momentum of every step, in reverse mode (H5).
  ///
  /// - Parameters:
  ///   - schedule: the learning rate and momentum of every step.
  ///   - start: the initial state.
  ///   - batches: the batch of every step.
  ///   - objective: batches of equal size, whose mean loss is differentiated.
  /// - Returns: the loss, and the derivatives by all learning rates, then by all momenta. For plain SGD, the
  ///   derivatives are those of heavy ball at momentum 0.
  /// - Throws: `NoisyQuadraticError` if the number of batches differs from the number of steps, if plain SGD
  ///   has momentum, if images have another shape, or if the stored states of all steps exceed memory.
  /// - Complexity: per step, two gradients and one Hessian product (Adam: three gradients), independent of
  ///   the number of hyperparameters; memory for the states of all steps.
  public func reverseHypergradient(
    _ schedule: Schedule, from start: TrainingState<S>, batches: [Batch], objective: [Batch]
  ) throws(NoisyQuadraticError) -> Hypergradient {
    let steps = schedule.count
    guard batches.count == steps else {
      throw .lengthMismatch(field: "batches", expected: steps, actual: batches.count)
    }
    for batch in batches + objective { try check(batch.images, momenta: schedule.momenta) }
    let schedule = try numbers(of: schedule)
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

  /// Returns the mean loss over batches of equal size, and its gradient.
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

  /// Returns the mean loss over batches of equal size.
  public func meanLoss(_ parameters: [S], _ batches: [Batch]) -> Double {
    batches.reduce(0) { $0 + network.loss(parameters, on: $1) } / Double(max(batches.count, 1))
  }
}
