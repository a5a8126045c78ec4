extension Schedule {
  /// A schedule with one rate for all steps: `α_t = α`.
  public static func constant(
    learningRate: Double, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(steps, momentum) { _ in learningRate }
  }

  /// A straight line: `α_t = initial + (end − initial) · min(t/transitionSteps, 1)`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - endValue: the rate from step `transitionSteps` on.
  ///   - transitionSteps: ≥ 1; `steps` if absent, so that step T would have the end value.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func linear(
    initialValue: Double, endValue: Double = 0, transitionSteps: Int? = nil, momentum: Double = 0,
    steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    let transition = try transitionCount(transitionSteps, steps)
    return try family(steps, momentum) { t in
      DecayType.linear.value(from: initialValue, to: endValue, at: Swift.min(Double(t) / transition, 1))
    }
  }

  /// Exponential decay: `α_t = initial · decayRate^(t/transitionSteps)`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - decayRate: the factor per `transitionSteps` steps, > 0.
  ///   - transitionSteps: ≥ 1.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func exponential(
    initialValue: Double, decayRate: Double, transitionSteps: Int = 1, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    let transition = try transitionCount(transitionSteps, steps)
    guard decayRate > 0, decayRate.isFinite else {
      throw .invalidValue(field: "decayRate", value: decayRate, expected: "a finite number > 0")
    }
    return try family(steps, momentum) { t in
      initialValue * Elementary.pow(decayRate, Double(t) / transition)
    }
  }

  /// Inverse-time decay, the paper's family: `α_t = initial / (1 + t/timeScale)^exponent`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - timeScale: K > 0, in steps; the paper uses 5000.
  ///   - exponent: β ≥ 0.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func inverseTime(
    initialValue: Double, timeScale: Double, exponent: Double = 1, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard timeScale > 0, timeScale.isFinite else {
      throw .invalidValue(field: "timeScale", value: timeScale, expected: "a finite number > 0")
    }
    guard exponent >= 0, exponent.isFinite else {
      throw .invalidValue(field: "exponent", value: exponent, expected: "a finite number ≥ 0")
    }
    return try family(steps, momentum) { t in
      initialValue * Elementary.exp(-exponent * Elementary.log1p(Double(t) / timeScale))
    }
  }

  /// Half a cosine: `α_t = end + (initial − end) · (1 + cos(π min(t/transitionSteps, 1)))/2`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - endValue: the rate from step `transitionSteps` on.
  ///   - transitionSteps: ≥ 1; `steps` if absent.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func cosine(
    initialValue: Double, endValue: Double = 0, transitionSteps: Int? = nil, momentum: Double = 0,
    steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    let transition = try transitionCount(transitionSteps, steps)
    return try family(steps, momentum) { t in
      DecayType.cosine.value(from: initialValue, to: endValue, at: Swift.min(Double(t) / transition, 1))
    }
  }

  /// Polynomial decay: `α_t = end + (initial − end) · (1 − min(t/transitionSteps, 1))^power`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - endValue: the rate from step `transitionSteps` on.
  ///   - power: p ≥ 0; 1 is a straight line.
  ///   - transitionSteps: ≥ 1; `steps` if absent.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func polynomial(
    initialValue: Double, endValue: Double = 0, power: Double, transitionSteps: Int? = nil,
    momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    let decay = DecayType.power(power)
    try decay.check(endValue: endValue, field: "endValue")
    let transition = try transitionCount(transitionSteps, steps)
    return try family(steps, momentum) { t in
      decay.value(from: initialValue, to: endValue, at: Swift.min(Double(t) / transition, 1))
    }
  }

  /// Constant pieces: `α_t = values[j]` for t in `boundaries[j−1] ..< boundaries[j]`. The first piece starts
  /// at step 0, and the last piece ends with the run.
  ///
  /// - Parameters:
  ///   - values: the rates of the pieces, one more than there are boundaries.
  ///   - boundaries: strictly increasing steps in 1 ..< T at which the next value starts.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func piecewiseConstant(
    values: [Double], boundaries: [Int], momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard values.count == boundaries.count + 1 else {
      throw .lengthMismatch(field: "values", expected: boundaries.count + 1, actual: values.count)
    }
    var previous = 0
    for boundary in boundaries {
      guard boundary > previous, boundary < steps else {
        throw .invalidCount(
          field: "boundaries", value: boundary, expected: "above \(previous) and below \(steps)")
      }
      previous = boundary
    }
    var piece = 0
    return try family(steps, momentum) { t in
      while piece < boundaries.count, boundaries[piece] <= t { piece += 1 }
      return values[piece]
    }
  }

  /// Warmup–stable–decay: a linear rise to the peak, a plateau, and a fall to the end value.
  ///
  /// During warmup, `α_t = peak · (t+1)/(warmupSteps+1)`, so that no step has rate 0. During the last
  /// `decaySteps` steps, the rate follows ``DecayType`` from the peak to the end value with the fraction
  /// `f = (t − T + decaySteps)/decaySteps`. For a warmup from rate 0, leave it out here and put
  /// ``warmedUp(steps:from:)`` in front.
  ///
  /// - Parameters:
  ///   - peakValue: the rate of the plateau.
  ///   - warmupSteps: ≥ 0.
  ///   - decaySteps: ≥ 0, with `warmupSteps + decaySteps ≤ steps`.
  ///   - endValue: the rate that step T would have; above 0 for an exponential decay.
  ///   - decayType: the form of the decay.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func warmupStableDecay(
    peakValue: Double, warmupSteps: Int, decaySteps: Int, endValue: Double = 0,
    decayType: DecayType = .linear, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try requireSteps(steps)
    guard (0...steps).contains(warmupSteps) else {
      throw .invalidCount(field: "warmupSteps", value: warmupSteps, expected: "0 to \(steps)")
    }
    guard (0...(steps - warmupSteps)).contains(decaySteps) else {
      throw .invalidCount(
        field: "decaySteps", value: decaySteps, expected: "0 to \(steps - warmupSteps)")
    }
    try decayType.check(endValue: endValue, field: "endValue")
    return try warmupStableDecay(
      peakValue: peakValue, warmup: Double(warmupSteps), decay: Double(decaySteps), endValue: endValue,
      decayType: decayType, momentum: momentum, steps: steps)
  }

  /// Warmup–stable–decay with real lengths of warmup and decay, so that a family can differentiate by them.
  ///
  /// The lengths, in steps, satisfy `0 ≤ warmup`, `0 ≤ decay` and `warmup + decay ≤ steps`.
  static func warmupStableDecay(
    peakValue: Double, warmup: Double, decay: Double, endValue: Double, decayType: DecayType,
    momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(steps, momentum) { t in
      if Double(t) < warmup { return peakValue * (Double(t + 1) / (warmup + 1)) }
      let decayed = Double(t) - (Double(steps) - decay)
      return decayed > 0 ? decayType.value(from: peakValue, to: endValue, at: decayed / decay) : peakValue
    }
  }

  /// One cycle: the rate rises to its peak and falls far below its start, while the momentum falls and rises.
  ///
  /// Both follow ``DecayType`` from each of these values to the next:
  ///
  /// | step | rate | momentum |
  /// |---|---|---|
  /// | 0 | `peakValue/divFactor` | `maxMomentum` |
  /// | `pctStart · T − 1` | `peakValue` | `baseMomentum` |
  /// | `T − 1` | `peakValue/(divFactor · finalDivFactor)` | `maxMomentum` |
  ///
  /// These are the steps of PyTorch's `OneCycleLR` with two phases, whose peak need not fall on a step. optax's
  /// `cosine_onecycle_schedule` has its peak at the whole step `⌊pctStart · T⌋`, and the end value at step T.
  /// If `pctStart · T ≤ 1`, step 0 is at the peak or beyond it. The rates of PyTorch belong to its own
  /// convention of momentum.
  ///
  /// - Parameters:
  ///   - peakValue: the largest rate; `max_lr` in PyTorch.
  ///   - pctStart: the fraction of the run in which the rate rises, from 0 to 1.
  ///   - divFactor: the peak divided by the initial rate, > 0.
  ///   - finalDivFactor: the initial rate divided by the final one, > 0.
  ///   - annealStrategy: the form of both phases. PyTorch has ``DecayType/cosine`` and ``DecayType/linear``.
  ///   - baseMomentum: the momentum at the peak.
  ///   - maxMomentum: the momentum at both ends.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  /// - Note: Source: L. N. Smith, N. Topin, Super-convergence, 2017 (arXiv 1708.07120).
  public static func oneCycle(
    peakValue: Double, pctStart: Double = 0.3, divFactor: Double = 25, finalDivFactor: Double = 1e4,
    annealStrategy: DecayType = .cosine, baseMomentum: Double = 0.85, maxMomentum: Double = 0.95, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard (0...1).contains(pctStart) else {
      throw .invalidValue(field: "pctStart", value: pctStart, expected: "a number from 0 to 1")
    }
    for (field, value) in [("divFactor", divFactor), ("finalDivFactor", finalDivFactor)] {
      guard value > 0, value.isFinite else {
        throw .invalidValue(field: field, value: value, expected: "a finite number > 0")
      }
    }
    for (field, value) in [("baseMomentum", baseMomentum), ("maxMomentum", maxMomentum)] {
      guard value >= 0, value.isFinite else {
        throw .invalidValue(field: field, value: value, expected: "a finite number ≥ 0")
      }
      try annealStrategy.check(endValue: value, field: field)
    }
    let initialValue = peakValue / divFactor
    return try oneCycle(
      initialValue: initialValue, peakValue: peakValue, endValue: initialValue / finalDivFactor,
      rise: pctStart * Double(steps) - 1, annealStrategy: annealStrategy, baseMomentum: baseMomentum,
      maxMomentum: maxMomentum, steps: steps)
  }

  /// One cycle with its three rates and a rise of any length, so that a family can differentiate by them.
  static func oneCycle(
    initialValue: Double, peakValue: Double, endValue: Double, rise: Double, annealStrategy: DecayType,
    baseMomentum: Double, maxMomentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    let fall = Double(steps - 1) - rise
    func value(_ t: Int, _ start: Double, _ peak: Double, _ end: Double) -> Double {
      let t = Double(t)
      if t < rise { return annealStrategy.value(from: start, to: peak, at: t / rise) }
      return annealStrategy.value(from: peak, to: end, at: fall > 0 ? (t - rise) / fall : 0)
    }
    return try family(steps, momentum: { t in value(t, maxMomentum, baseMomentum, maxMomentum) }) { t in
      value(t, initialValue, peakValue, endValue)
    }
  }

  /// Inverse square root: a linear rise from 0 to the peak, then `α_t = peak · √(K/(K + t − w))`.
  ///
  /// The rise has `α_t = peak · t/w` for `t < w`. With the default `K = w`, the rate is `peak · √(w/t)` from
  /// step w on. These are the steps of Hugging Face's `get_inverse_sqrt_schedule`.
  ///
  /// - Parameters:
  ///   - peakValue: the rate of step w.
  ///   - warmupSteps: w ≥ 0.
  ///   - timeScale: K > 0, in steps; w if absent, which must then be at least 1.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func inverseSquareRoot(
    peakValue: Double, warmupSteps: Int, timeScale: Double? = nil, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard warmupSteps >= 0 else {
      throw .invalidCount(field: "warmupSteps", value: warmupSteps, expected: "at least 0")
    }
    let scale = timeScale ?? Double(warmupSteps)
    guard scale > 0, scale.isFinite else {
      throw .invalidValue(field: "timeScale", value: scale, expected: "a finite number > 0")
    }
    return try inverseSquareRoot(
      peakValue: peakValue, warmup: Double(warmupSteps), timeScale: scale, momentum: momentum, steps: steps)
  }

  /// Inverse square root with a real length of the warmup ≥ 0, so that a family can differentiate by it.
  static func inverseSquareRoot(
    peakValue: Double, warmup: Double, timeScale: Double, momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(steps, momentum) { t in
      let t = Double(t)
      return t < warmup
        ? peakValue * (t / warmup)
        : peakValue * (timeScale / (timeScale + (t - warmup))).squareRoot()
    }
  }

  /// Step decay: one factor every so many steps, `α_t = initial · decayRate^⌊t/transitionSteps⌋`.
  ///
  /// It is `StepLR` in PyTorch, and `exponential_decay` with `staircase` in optax.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - decayRate: the factor, ≥ 0.
  ///   - transitionSteps: the number of steps with the same rate, ≥ 1.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func stepDecay(
    initialValue: Double, decayRate: Double, transitionSteps: Int, momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    _ = try transitionCount(transitionSteps, steps)
    guard decayRate >= 0, decayRate.isFinite else {
      throw .invalidValue(field: "decayRate", value: decayRate, expected: "a finite number ≥ 0")
    }
    return try family(steps, momentum) { t in
      initialValue * Elementary.pow(decayRate, Double(t / transitionSteps))
    }
  }

  /// Cosine with warm restarts (SGDR): half cosines one after another.
  ///
  /// Cycle i has `n_i = period · periodFactor^i` steps. Its step s has
  /// `α = end + (initial − end) · peakFactor^i · (1 + cos(π s/n_i))/2`. The last cycle may end with the run.
  /// PyTorch's `CosineAnnealingWarmRestarts` calls period and period factor `T_0` and `T_mult`. Keras'
  /// `CosineDecayRestarts` calls them `first_decay_steps` and `t_mul`, and the peak factor `m_mul`.
  ///
  /// - Parameters:
  ///   - initialValue: the rate of step 0.
  ///   - endValue: the rate at the end of every cycle.
  ///   - period: the number of steps of the first cycle, ≥ 1.
  ///   - periodFactor: the length of a cycle divided by that of the one before, ≥ 1.
  ///   - peakFactor: the height of a cycle above the end value, divided by that of the one before, ≥ 0.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  /// - Note: Source: I. Loshchilov, F. Hutter, SGDR, ICLR 2017 (arXiv 1608.03983).
  public static func cosineRestarts(
    initialValue: Double, endValue: Double = 0, period: Int, periodFactor: Int = 1, peakFactor: Double = 1,
    momentum: Double = 0, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    for (field, value) in [("period", period), ("periodFactor", periodFactor)] {
      guard value >= 1 else {
        throw .invalidCount(field: field, value: value, expected: "at least 1")
      }
    }
    guard peakFactor >= 0, peakFactor.isFinite else {
      throw .invalidValue(field: "peakFactor", value: peakFactor, expected: "a finite number ≥ 0")
    }
    // The lengths of cycles are real numbers, which do not overflow.
    var (start, length, height) = (0.0, Double(period), initialValue - endValue)
    return try family(steps, momentum) { t in
      if Double(t) == start + length {
        start += length
        length *= Double(periodFactor)
        height *= peakFactor
      }
      return DecayType.cosine.value(
        from: endValue + height, to: endValue, at: (Double(t) - start) / length)
    }
  }

  static func requireSteps(_ steps: Int) throws(NoisyQuadraticError) {
    guard steps >= 0 else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least 0")
    }
    try MemoryRequirement.check("steps", steps, doubles: 4 * Double(steps))
  }

  private static func transitionCount(
    _ transitionSteps: Int?, _ steps: Int
  ) throws(NoisyQuadraticError) -> Double {
    let count = transitionSteps ?? Swift.max(steps, 1)
    guard count >= 1 else {
      throw .invalidCount(field: "transitionSteps", value: count, expected: "at least 1")
    }
    return Double(count)
  }

  private static func family(
    _ steps: Int, _ momentum: Double, _ rate: (Int) -> Double
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(steps, momentum: { _ in momentum }, rate)
  }

  private static func family(
    _ steps: Int, momentum: (Int) -> Double, _ rate: (Int) -> Double
  ) throws(NoisyQuadraticError) -> Schedule {
    try requireSteps(steps)
    return try Schedule(learningRates: (0..<steps).map(rate), momenta: (0..<steps).map(momentum))
  }
}
