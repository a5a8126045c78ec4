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
      interpolate(initialValue, endValue, Swift.min(Double(t) / transition, 1))
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
      let fraction = Swift.min(Double(t) / transition, 1)
      return interpolate(initialValue, endValue, (1 - Elementary.cos(Double.pi * fraction)) / 2)
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
    guard power >= 0, power.isFinite else {
      throw .invalidValue(field: "power", value: power, expected: "a finite number ≥ 0")
    }
    let transition = try transitionCount(transitionSteps, steps)
    return try family(steps, momentum) { t in
      let left = 1 - Swift.min(Double(t) / transition, 1)
      return interpolate(endValue, initialValue, Elementary.pow(left, power))
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

  /// Warmup–stable–decay: a linear rise to the peak, a plateau, and a linear fall to the end value.
  ///
  /// During warmup, `α_t = peak · (t+1)/(warmupSteps+1)`, so that no step has rate 0. During the last
  /// `decaySteps` steps, `α_t = peak + (end − peak) · (t − T + decaySteps)/decaySteps`.
  ///
  /// - Parameters:
  ///   - peakValue: the rate of the plateau.
  ///   - warmupSteps: ≥ 0.
  ///   - decaySteps: ≥ 0, with `warmupSteps + decaySteps ≤ steps`.
  ///   - endValue: the rate that step T would have.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  public static func warmupStableDecay(
    peakValue: Double, warmupSteps: Int, decaySteps: Int, endValue: Double = 0, momentum: Double = 0,
    steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try requireSteps(steps)
    guard (0...steps).contains(warmupSteps) else {
      throw .invalidCount(field: "warmupSteps", value: warmupSteps, expected: "0 to \(steps)")
    }
    guard (0...(steps - warmupSteps)).contains(decaySteps) else {
      throw .invalidCount(
        field: "decaySteps", value: decaySteps, expected: "0 to \(steps - warmupSteps)")
    }
    return try warmupStableDecay(
      peakValue: peakValue, warmup: Double(warmupSteps), decay: Double(decaySteps), endValue: endValue,
      momentum: momentum, steps: steps)
  }

  /// Warmup–stable–decay with real lengths of warmup and decay, so that a family can differentiate by them.
  ///
  /// The lengths, in steps, satisfy `0 ≤ warmup`, `0 ≤ decay` and `warmup + decay ≤ steps`.
  static func warmupStableDecay(
    peakValue: Double, warmup: Double, decay: Double, endValue: Double = 0, momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    try family(steps, momentum) { t in
      if Double(t) < warmup { return peakValue * (Double(t + 1) / (warmup + 1)) }
      let decayed = Double(t) - (Double(steps) - decay)
      return decayed > 0 ? interpolate(peakValue, endValue, decayed / decay) : peakValue
    }
  }

  /// A linear interpolation that is exactly `a` at fraction 0 and exactly `b` at fraction 1.
  private static func interpolate(_ a: Double, _ b: Double, _ fraction: Double) -> Double {
    a * (1 - fraction) + b * fraction
  }

  private static func requireSteps(_ steps: Int) throws(NoisyQuadraticError) {
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
    try requireSteps(steps)
    return try Schedule(
      learningRates: (0..<steps).map(rate), momenta: Array(repeating: momentum, count: steps))
  }
}
