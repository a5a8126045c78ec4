/// A simulation of real stochastic gradient steps on the model, as a check of the exact formulas (R1).
///
/// Every replica draws its start. At each step it draws a gradient with Gaussian noise of variance `c_i/B`
/// and takes the step of the schedule's ``Schedule/convention``. Every entry of the model is simulated once, and
/// its loss is weighted by its multiplicity.
///
/// A model of least squares (X1) is simulated as what it is: at each step, B examples with Gaussian features and
/// residuals are drawn, and the gradient is the mean of theirs. Every direction is simulated, so that B and the
/// multiplicities must be whole.
public struct MonteCarlo: Sendable {
  /// The mean loss over the replicas at every step, and its standard error.
  public struct Estimate: Sendable, Equatable {
    /// T + 1 means; the first is the mean before any step.
    public let loss: [Double]
    /// The standard error of each mean.
    public let standardError: [Double]
  }

  /// The number of independent runs, at least 2.
  public var replicas: Int

  /// Creates a simulation with the given number of independent runs.
  public init(replicas: Int = 1000) {
    self.replicas = replicas
  }

  /// Runs a schedule on every replica.
  ///
  /// - Parameters:
  ///   - model: starts are drawn from a Gaussian with the model's mean and variance.
  ///   - schedule: T steps.
  ///   - generator: the source of all randomness.
  /// - Returns: means and standard errors, T + 1 of each.
  /// - Throws: ``NoisyQuadraticError`` for fewer than two replicas, and for least squares with a batch size or a
  ///   multiplicity that is not whole.
  /// - Complexity: O(replicas · d T) draws, and B times as many for least squares.
  public func run(
    _ model: NoisyQuadraticModel, under schedule: Schedule,
    using generator: inout some RandomNumberGenerator
  ) throws(NoisyQuadraticError) -> Estimate {
    let model = try model.sampled(under: schedule)
    var velocity = [Double](repeating: 0, count: model.dimension)
    var isFirst = true
    return try simulate(model, schedule, using: &generator) { position, step, gradient in
      guard let step else {
        for i in velocity.indices { velocity[i] = 0 }
        isFirst = true
        return
      }
      let slopes = gradient(position)
      for i in position.indices {
        let move = Self.step(
          schedule.convention, step, gradient: slopes[i], velocity: velocity[i], isFirst: isFirst)
        velocity[i] = move.velocity
        position[i] += move.change
      }
      if step.momentum != 0 { isFirst = false }
    }
  }

  /// Runs a schedule on every replica by the steps of any linear update rule (U1).
  ///
  /// The state of the rule itself is simulated with sampled gradients. No moment is computed.
  ///
  /// - Parameters:
  ///   - model: starts are drawn from a Gaussian with the model's mean and variance.
  ///   - schedule: T steps.
  ///   - rule: the rule, whose evaluated component has the loss.
  ///   - generator: the source of all randomness.
  /// - Returns: means and standard errors, T + 1 of each.
  /// - Throws: ``NoisyQuadraticError`` for fewer than two replicas.
  /// - Complexity: O(replicas · d T) draws and O(replicas · d T k²) products, for k state components.
  public func run(
    _ model: NoisyQuadraticModel, under schedule: Schedule, rule: any LinearUpdateRule,
    using generator: inout some RandomNumberGenerator
  ) throws(NoisyQuadraticError) -> Estimate {
    let model = try model.sampled(under: schedule)
    let k = rule.stateCount
    var clock = RuleClock(totalSteps: schedule.count)
    let steps = schedule.map {
      let step = rule.step(clock.next(learningRate: $0.learningRate, momentum: $0.momentum))
      return (
        transition: step.transition.map(\.value), gain: step.gain.map(\.value),
        point: step.point.map(\.value), decay: step.decay.value
      )
    }
    let start = rule.initialState
    var states = [Double](repeating: 0, count: k * model.dimension)
    var t = 0
    return try simulate(model, schedule, using: &generator) { position, hyperparameters, gradient in
      guard hyperparameters != nil else {
        t = 0
        for i in position.indices { for j in 0..<k { states[i * k + j] = start[j] * position[i] } }
        return
      }
      let step = steps[t]
      t += 1
      let points = position.indices.map { i in
        var point = 0.0
        for j in 0..<k { point += step.point[j] * states[i * k + j] }
        return point
      }
      let slopes = gradient(points)
      for i in position.indices {
        let state = Array(states[i * k..<(i + 1) * k])
        let slope = slopes[i] + step.decay * points[i]
        for a in 0..<k {
          var sum = step.gain[a] * slope
          for b in 0..<k { sum += step.transition[a * k + b] * state[b] }
          states[i * k + a] = sum
        }
        position[i] = states[i * k + rule.evaluated]
      }
    }
  }

  /// Simulates every replica and estimates the loss of its position.
  ///
  /// `move` is called with the position at the start of every replica and no step, and then with every step and
  /// a function that draws the gradient at a point.
  private func simulate<Generator: RandomNumberGenerator>(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, using generator: inout Generator,
    _ move: (inout [Double], Schedule.Step?, ([Double]) -> [Double]) -> Void
  ) throws(NoisyQuadraticError) -> Estimate {
    guard replicas >= 2 else {
      throw .invalidCount(field: "replicas", value: replicas, expected: "at least 2")
    }
    var sampler = NormalSampler()
    let deviation = model.gradientNoise.map { ($0 / model.batchSize).squareRoot() }
    let featureDeviation = model.curvature.map { $0.squareRoot() }
    let startDeviation = model.initialVariance.map { $0.squareRoot() }
    var mean = [Double](repeating: 0, count: schedule.count + 1)
    var squares = mean
    var position = [Double](repeating: 0, count: model.dimension)
    // A step may have a batch size of its own (P4).
    var examples = model.batchSize
    for replica in 1...replicas {
      // Welford's update keeps the digits of the variance.
      func record(_ t: Int) {
        var loss = 0.0
        for i in position.indices {
          loss += 0.5 * model.multiplicity[i] * (model.curvature[i] * (position[i] * position[i]))
        }
        let difference = loss - mean[t]
        mean[t] += difference / Double(replica)
        squares[t] += difference * (loss - mean[t])
      }
      func gradient(_ point: [Double]) -> [Double] {
        if case .leastSquares(let residualVariance) = model.noiseKind {
          return Self.meanGradient(
            model, at: point, examples: examples, residualDeviation: residualVariance.squareRoot(),
            featureDeviation
          ) { sampler.next(using: &generator) }
        }
        let scale = examples == model.batchSize ? 1 : (model.batchSize / examples).squareRoot()
        return point.indices.map { i in
          model.curvature[i] * point[i] + scale * deviation[i] * sampler.next(using: &generator)
        }
      }
      for i in position.indices {
        position[i] = model.initialMean[i] + startDeviation[i] * sampler.next(using: &generator)
      }
      move(&position, nil, gradient)
      record(0)
      for t in schedule.indices {
        examples = schedule.batchSizes?[t] ?? model.batchSize
        move(&position, schedule[t], gradient)
        record(t + 1)
      }
    }
    let n = Double(replicas)
    return Estimate(loss: mean, standardError: squares.map { ($0 / (n - 1) / n).squareRoot() })
  }

  /// The mean gradient of B examples `x (xᵀθ − ε)`.
  private static func meanGradient(
    _ model: NoisyQuadraticModel, at point: [Double], examples: Double, residualDeviation: Double,
    _ featureDeviation: [Double], _ normal: () -> Double
  ) -> [Double] {
    var sum = [Double](repeating: 0, count: point.count)
    var features = sum
    for _ in 0..<Int(examples) {
      var error = -residualDeviation * normal()
      for i in point.indices {
        features[i] = featureDeviation[i] * normal()
        error += features[i] * point[i]
      }
      for i in point.indices { sum[i] += features[i] * error }
    }
    return sum.map { $0 / examples }
  }

  /// The new velocity or buffer of one direction, and the change of its position. `isFirst` says that no step yet
  /// had momentum.
  private static func step(
    _ convention: MomentumConvention, _ step: Schedule.Step, gradient g: Double, velocity v: Double,
    isFirst: Bool
  ) -> (velocity: Double, change: Double) {
    let (alpha, mu) = (step.learningRate, step.momentum)
    switch convention {
    case .velocity:
      let next = mu * v - alpha * g
      return (next, next)
    case .velocityNesterov:
      let next = mu * v - alpha * g
      return (next, mu * next - alpha * g)
    case .pytorch, .pytorchNesterov:
      if mu == 0 { return (v, -alpha * g) }
      let next = isFirst ? g : mu * v + g
      return (next, -alpha * (convention.isNesterov ? g + mu * next : next))
    case .optax, .optaxNesterov:
      let next = mu * v + g
      return (next, -alpha * (convention.isNesterov ? g + mu * next : next))
    case .normalized:
      let next = mu * v + (1 - mu) * g
      return (next, -alpha * next)
    }
  }
}

extension NoisyQuadraticModel {
  /// The model whose entries are simulated: this one, or, for least squares, one with an entry for every
  /// direction.
  fileprivate func sampled(under schedule: Schedule) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    guard case .leastSquares(let residualVariance) = noiseKind else { return self }
    let expected = "a whole number, to be simulated"
    guard schedule.batchSizes != nil || Int(exactly: batchSize) != nil else {
      throw .invalidValue(field: "batchSize", value: batchSize, expected: expected)
    }
    for (t, size) in (schedule.batchSizes ?? []).enumerated() where Int(exactly: size) == nil {
      throw .invalidValue(field: "batchSize", index: t, value: size, expected: expected)
    }
    for (i, n) in multiplicity.enumerated() where Int(exactly: n) == nil {
      throw .invalidValue(field: "multiplicity", index: i, value: n, expected: expected)
    }
    try MemoryRequirement.check(
      "multiplicity", multiplicity.count, doubles: 16 * multiplicity.reduce(0, +))
    func expanded(_ values: [Double]) -> [Double] {
      curvature.indices.flatMap { Array(repeating: values[$0], count: Int(multiplicity[$0])) }
    }
    return try NoisyQuadraticModel(
      leastSquares: expanded(curvature), residualVariance: residualVariance,
      initialMean: expanded(initialMean), initialVariance: expanded(initialVariance), batchSize: batchSize)
  }
}
