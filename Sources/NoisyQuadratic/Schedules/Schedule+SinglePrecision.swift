extension Schedule {
  /// The learning rate of a step in single precision, for frameworks that ask for the rate of a step.
  ///
  /// The method itself is a function from steps to rates. MLX for Swift has the rule of
  /// ``MomentumConvention/pytorch``, so that a training loop there is:
  /// ```swift
  /// let schedule = try solution.schedule.converted(to: .pytorch)
  /// let (rate, momentum) = (schedule.learningRate(at:), schedule.momentum(at:))
  /// for step in schedule.indices {
  ///   optimizer.learningRate = rate(step)
  ///   optimizer.momentum = momentum(step)
  ///   optimizer.update(model: model, gradients: gradients(model))
  /// }
  /// ```
  /// - Parameter step: the step, at least 0. After the last step, the last one's rate is returned, because
  ///   schedulers ask once more after the last update. A negative step, or a schedule without steps, is a
  ///   programming error.
  /// - Returns: `α_t`, rounded to single precision.
  public func learningRate(at step: Int) -> Float { Float(learningRates[clamped(step)]) }

  /// The momentum of a step in single precision; see ``learningRate(at:)``.
  ///
  /// - Parameter step: the step, at least 0. After the last step, the last one's momentum is returned. A
  ///   negative step, or a schedule without steps, is a programming error.
  /// - Returns: `μ_t`, rounded to single precision. ``smallestMomentum`` does not become 0.
  public func momentum(at step: Int) -> Float { Float(momenta[clamped(step)]) }

  /// The batch size of a step, a count that single precision would round; `nil` if the schedule has no batch
  /// sizes.
  ///
  /// - Parameter step: the step, at least 0. After the last step, the last one's batch size is returned. A
  ///   negative step, or a schedule without steps, is a programming error.
  /// - Returns: `B_t`.
  public func batchSize(at step: Int) -> Double? { batchSizes?[clamped(step)] }

  private func clamped(_ step: Int) -> Int {
    precondition(step >= 0, "a step is at least 0")
    precondition(!isEmpty, "a schedule without steps has no rates")
    return Swift.min(step, count - 1)
  }
}
