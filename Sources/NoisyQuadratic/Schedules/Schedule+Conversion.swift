extension Schedule {
  /// The schedule that makes the same steps in another convention (D6).
  ///
  /// The outside form of optax, which always updates its buffer, stands in the middle. From rest, and with a
  /// free choice of gradients, two schedules make the same steps if and only if
  /// ```
  /// velocity:    α = α_optax,          μ_t = μ_optax,t α_t / α_{t−1}
  /// normalized:  α_t = α_optax,t σ_t,  μ_t = 1 − 1/σ_t,     σ_t = 1 + μ_optax,t σ_{t−1}
  /// ```
  /// PyTorch differs from optax where momentum is 0. A 0 whose buffer a later step needs becomes
  /// ``smallestMomentum``. The momentum of step 0 has no effect with heavy ball, and is kept where it can be.
  /// Converted momenta may exceed 1, for instance in a steep warmup. Batch sizes stay.
  ///
  /// - Parameter target: the convention of the result.
  /// - Returns: a schedule of as many steps that takes every parameter along the same path, up to rounding.
  /// - Throws: ``NoisyQuadraticError/notConvertible(from:to:step:reason:)`` with the first step that has no
  ///   equal: one whose velocity comes from before a rate of 0, one with rate 0 that still moves, one that
  ///   meets an old buffer of PyTorch, or one of Nesterov's momentum outside its class. Equals that exist only
  ///   because no later step uses the buffer, as in the last step of a run, are not looked for.
  /// - Complexity: O(T).
  public func converted(to target: MomentumConvention) throws(NoisyQuadraticError) -> Schedule {
    guard target != convention else { return self }
    guard usesMomentum else { return with(convention: target) }
    do throws(NoConversion) {
      let steps = try OutsideSteps(self).inClass(of: target).schedule(in: target)
      for t in steps.indices where !(steps[t].learningRate >= 0 && steps[t].learningRate.isFinite) {
        throw NoConversion(step: t, reason: "its learning rate would be \(steps[t].learningRate)")
      }
      for t in steps.indices where !(steps[t].momentum >= 0 && steps[t].momentum.isFinite) {
        throw NoConversion(step: t, reason: "its momentum would be \(steps[t].momentum)")
      }
      return Schedule(
        validRates: steps.learningRates, momenta: steps.momenta, convention: target, batchSizes: batchSizes)
    } catch {
      throw .notConvertible(
        from: convention.rawValue, to: target.rawValue, step: error.step, reason: error.reason)
    }
  }

  /// A momentum that PyTorch does not take for 0, and that adds nothing to a gradient in double or single
  /// precision.
  public static var smallestMomentum: Double { 1e-30 }
}

/// A step that has no equal, and the reason.
private struct NoConversion: Error {
  let step: Int
  let reason: String

  static func emptyVelocity(_ t: Int) -> NoConversion {
    NoConversion(step: t, reason: "the rate before it is 0, so that no velocity is left to carry on")
  }
}

/// A schedule in the outside form whose buffer is updated at every step: `v ← μ v + g`, and `θ ← θ − α v` or
/// Nesterov's `θ ← θ − α (g + μ v)`.
private struct OutsideSteps {
  var rates, momenta: [Double]
  var isNesterov: Bool

  init(_ schedule: Schedule) throws(NoConversion) {
    (rates, momenta) = (schedule.learningRates, schedule.momenta)
    isNesterov = schedule.convention.isNesterov
    switch schedule.convention {
    case .optax, .optaxNesterov: break
    case .velocity: try takeRatesOut()
    case .velocityNesterov: try requireEqualRates()
    case .pytorch, .pytorchNesterov: try takeFromPyTorch()
    case .normalized: try takeFromAverage()
    }
  }

  /// The same steps in the class of a convention: heavy ball or Nesterov.
  ///
  /// Only a run whose velocity is never carried on belongs to both.
  func inClass(of target: MomentumConvention) throws(NoConversion) -> OutsideSteps {
    guard isNesterov != target.isNesterov else { return self }
    if let t = momenta.indices.dropFirst().first(where: { momenta[$0] != 0 }) {
      throw NoConversion(
        step: t,
        reason: isNesterov
          ? "Nesterov's momentum moves by two gradients, heavy ball by one"
          : "heavy ball moves by one gradient, Nesterov's momentum by two")
    }
    var other = self
    // Nesterov's first step is 1 + μ times as long.
    if isNesterov, !rates.isEmpty { other.rates[0] *= 1 + momenta[0] }
    if !rates.isEmpty { other.momenta[0] = 0 }
    other.isNesterov.toggle()
    return other
  }

  func schedule(in target: MomentumConvention) throws(NoConversion) -> Schedule {
    var steps = self
    switch target {
    case .optax, .optaxNesterov: break
    case .velocity: try steps.putRatesIn()
    case .velocityNesterov: try steps.requireEqualRates()
    case .pytorch, .pytorchNesterov: steps.keepBuffers()
    case .normalized: steps.putAverage()
    }
    return Schedule(validRates: steps.rates, momenta: steps.momenta, convention: target)
  }

  // MARK: Heavy ball with the rate inside the velocity

  /// From velocities `w = −α v` to buffers.
  private mutating func takeRatesOut() throws(NoConversion) {
    let inside = momenta
    // The velocity is 0 from rest, and after a step with rate 0 that had none to carry on.
    var isAtRest = true
    for t in rates.indices {
      if t > 0 { momenta[t] = isAtRest || inside[t] == 0 ? 0 : inside[t] * (rates[t - 1] / rates[t]) }
      if rates[t] == 0, !isAtRest, inside[t] != 0 {
        throw NoConversion(step: t, reason: "its rate is 0, but its velocity moves the parameter")
      }
      isAtRest = rates[t] == 0
    }
  }

  /// From buffers to velocities.
  private mutating func putRatesIn() throws(NoConversion) {
    let outside = momenta
    for t in rates.indices.dropFirst() where outside[t] != 0 {
      if rates[t] == 0 {
        momenta[t] = 0
      } else if rates[t - 1] == 0 {
        throw .emptyVelocity(t)
      } else {
        momenta[t] = outside[t] * (rates[t] / rates[t - 1])
      }
    }
  }

  /// With Nesterov's momentum, velocities and buffers differ by the rate alone, as long as it stays the same.
  private func requireEqualRates() throws(NoConversion) {
    for t in rates.indices.dropFirst() where momenta[t] != 0 && rates[t] != rates[t - 1] {
      throw NoConversion(
        step: t, reason: "its rate is \(rates[t]), expected the \(rates[t - 1]) of the step before it")
    }
  }

  // MARK: PyTorch

  private mutating func takeFromPyTorch() throws(NoConversion) {
    // The last step that wrote the buffer.
    var writer: Int?
    for t in rates.indices where momenta[t] != 0 {
      if let writer, writer < t - 1 {
        throw NoConversion(
          step: t, reason: "PyTorch's buffer is still that of step \(writer), as momentum was 0 since then")
      }
      if writer == nil, t > 0 {
        // The buffer becomes the gradient, as with momentum 0.
        if isNesterov { rates[t] *= 1 + momenta[t] }
        momenta[t] = 0
      }
      writer = t
    }
  }

  private mutating func keepBuffers() {
    for t in rates.indices.dropLast() where momenta[t] == 0 && momenta[t + 1] != 0 {
      momenta[t] = Schedule.smallestMomentum
    }
  }

  // MARK: Averages of gradients

  private mutating func takeFromAverage() throws(NoConversion) {
    let averages = momenta
    for t in rates.indices {
      guard averages[t] < 1 else {
        throw NoConversion(step: t, reason: "its momentum is \(averages[t]), expected a number below 1")
      }
      rates[t] *= 1 - averages[t]
      if t > 0 { momenta[t] = averages[t] * ((1 - averages[t - 1]) / (1 - averages[t])) }
    }
  }

  private mutating func putAverage() {
    // The average's weight of all gradients so far is 1/σ of the buffer's.
    var sigma = 1.0
    for t in rates.indices {
      if t == 0 {
        // The first buffer is the first gradient, whatever its factor.
        if momenta[0] < 1 { sigma = 1 / (1 - momenta[0]) } else { momenta[0] = 0 }
      } else {
        let carried = momenta[t] * sigma
        sigma = 1 + carried
        momenta[t] = carried / sigma
      }
      rates[t] *= sigma
    }
  }
}
