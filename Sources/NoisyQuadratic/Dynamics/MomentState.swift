/// The means, variances and covariances of position and velocity in every direction, at one step of a run.
///
/// Plain SGD is the case `μ = 0`. The state advances by Theorem 1 of Wu et al. (2018) (D3). It is stored as a
/// signal path and a noise covariance (D4). It therefore stays correct to rounding after momentum has
/// annihilated a direction. A recursion of second moments alone would turn negative there.
///
/// This type advances step by step. For a whole schedule, use ``NoisyQuadraticModel/expectedLoss(under:)``.
/// That method is faster and carries the second moments in a form that keeps their digits (D8). If very large
/// steps amplify the noise and then annihilate it by more than sixteen digits, the covariance here may lose
/// its digits.
public struct MomentState: Sendable, Equatable {
  /// The model that the state belongs to.
  public let model: NoisyQuadraticModel
  /// The number of steps taken so far.
  public private(set) var step: Int
  /// The position and velocity of the noiseless run that starts from `θ = 1` at rest.
  private var path, pathVelocity: [Double]
  /// The covariance of position and velocity due to gradient noise.
  private var noise: [HeavyBallPower.Covariance]

  /// The start of a run, at rest.
  public init(_ model: NoisyQuadraticModel) {
    self.model = model
    step = 0
    path = Array(repeating: 1, count: model.dimension)
    pathVelocity = Array(repeating: 0, count: model.dimension)
    noise = Array(repeating: .init(p: 0, q: 0, r: 0), count: model.dimension)
  }

  // MARK: Moving

  /// Takes one step with the given learning rate and momentum, which are not checked: the formulas hold for
  /// any numbers, and NaN gives NaN. The batch size is the model's if absent.
  ///
  /// - Complexity: O(d).
  public mutating func advance(
    learningRate alpha: Double, momentum mu: Double = 0, batchSize: Double? = nil
  ) {
    let examples = batchSize ?? model.batchSize
    let variance =
      model.noiseKind.isStateDependent ? model.gradientVariance(secondMoment: secondMoment) : nil
    for i in path.indices {
      let g = alpha * model.curvature[i]
      let c = variance.map { $0[i] * (model.batchSize / examples) } ?? model.gradientNoise[i] / examples
      let velocity = mu * pathVelocity[i] - g * path[i]
      path[i] += velocity
      pathVelocity[i] = velocity
      let added = alpha * (alpha * c)
      noise[i] =
        HeavyBallPower.Matrix(xx: 1 - g, xv: mu, vx: -g, vv: mu).conjugate(noise[i])
        + .init(p: added, q: added, r: added)
    }
    step += 1
  }

  /// Runs a schedule step by step.
  ///
  /// - Throws: ``NoisyQuadraticError/notConvertible(from:to:step:reason:)`` for a schedule whose momentum belongs
  ///   to another convention, unless heavy ball with the rate inside the velocity makes the same steps from rest
  ///   and this is the start of the run.
  public mutating func advance(_ schedule: Schedule) throws(NoisyQuadraticError) {
    let steps = try schedule.converted(to: .velocity)
    if step > 0, schedule.usesMomentum, schedule.convention != .velocity {
      throw .notConvertible(
        from: schedule.convention.rawValue, to: MomentumConvention.velocity.rawValue, step: 0,
        reason: "the run has begun, and this state does not know the buffer of that convention")
    }
    for step in steps {
      advance(learningRate: step.learningRate, momentum: step.momentum, batchSize: step.batchSize)
    }
  }

  /// Takes `steps` steps at a constant rate and momentum, in closed form (C1–C3).
  ///
  /// - Parameters:
  ///   - steps: k ≥ 0.
  ///   - alpha: learning rate, finite and ≥ 0.
  ///   - mu: momentum in [0, 1).
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  /// - Complexity: O(d) for SGD, O(d log k) with momentum, and O(d k) if the noise grows with the error (X1).
  public mutating func advance(
    steps: Int, learningRate alpha: Double, momentum mu: Double = 0
  ) throws(NoisyQuadraticError) {
    guard steps >= 0 else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least 0")
    }
    guard alpha >= 0, alpha.isFinite else {
      throw .invalidValue(field: "learningRate", value: alpha, expected: "a finite number ≥ 0")
    }
    guard mu >= 0, mu < 1 else {
      throw .invalidValue(field: "momentum", value: mu, expected: "at least 0 and below 1")
    }
    guard steps > 0 else { return }
    // There are no powers if the directions act on each other.
    if model.noiseKind.isStateDependent {
      for _ in 0..<steps { advance(learningRate: alpha, momentum: mu) }
      return
    }
    // After the first step, the velocity is one that plain SGD produces.
    if mu == 0 { advance(learningRate: alpha) }
    let k = mu == 0 ? steps - 1 : steps
    guard k > 0 else { return }
    for i in path.indices {
      let h = model.curvature[i]
      let g = alpha * h
      let c = model.gradientNoise[i] / model.batchSize
      if mu == 0 {
        // Use θ_{k} = u^{k−1} θ_1 and v_k = −g θ_{k−1} − α ξ: first the position, then the last step's
        // velocity.
        let before = SGDPower.factors(alpha: alpha, h: h, steps: k - 1)
        let u = 1 - g
        let power = SGDPower.power(g, k - 1)
        let p = before.decay * noise[i].p + before.noise * c
        let x = power * path[i]
        let added = alpha * (alpha * c)
        path[i] = u * x
        pathVelocity[i] = -g * x
        noise[i] = .init(p: u * u * p + added, q: -g * u * p + added, r: g * g * p + added)
      } else {
        let run = HeavyBallPower(g: g, mu: mu)
        let power = run.power(k)
        let (x, y) = (path[i], pathVelocity[i])
        path[i] = power.xx * x + power.xv * y
        pathVelocity[i] = power.vx * x + power.vv * y
        let fresh = run.noise(k)
        let scale = alpha * (alpha * c)
        noise[i] =
          power.conjugate(noise[i]) + .init(p: scale * fresh.p, q: scale * fresh.q, r: scale * fresh.r)
      }
    }
    step += k
  }

  // MARK: Reading

  /// The means `E θ_i`.
  public var mean: [Double] { path.indices.map { path[$0] * model.initialMean[$0] } }
  /// The means `E v_i` of the velocity.
  public var velocityMean: [Double] { path.indices.map { pathVelocity[$0] * model.initialMean[$0] } }
  /// The variances `Var θ_i`.
  public var variance: [Double] {
    path.indices.map { path[$0] * path[$0] * model.initialVariance[$0] + noise[$0].p }
  }
  /// The covariances `Cov(θ_i, v_i)`.
  public var covariance: [Double] {
    path.indices.map { path[$0] * pathVelocity[$0] * model.initialVariance[$0] + noise[$0].q }
  }
  /// The variances `Var v_i` of the velocity.
  public var velocityVariance: [Double] {
    path.indices.map { pathVelocity[$0] * pathVelocity[$0] * model.initialVariance[$0] + noise[$0].r }
  }
  /// The second moments `E θ_i²`.
  public var secondMoment: [Double] {
    zip(path, zip(model.initialSecondMoment, noise)).map { $0 * $0 * $1.0 + $1.1.p }
  }
  /// The cross moments `E θ_i v_i`.
  public var crossMoment: [Double] {
    let m = model.initialSecondMoment
    return path.indices.map { path[$0] * pathVelocity[$0] * m[$0] + noise[$0].q }
  }
  /// The second moments `E v_i²` of the velocity.
  public var velocitySecondMoment: [Double] {
    let m = model.initialSecondMoment
    return path.indices.map { pathVelocity[$0] * pathVelocity[$0] * m[$0] + noise[$0].r }
  }
  /// The expected loss `½ Σ n h E θ²` over all directions.
  public var expectedLoss: Double { expectedLoss(over: Array(path.indices)) }

  /// The expected loss `½ Σ n h E θ²` over the directions with the given indices. An index out of range is a
  /// programming error. A repeated index counts as often as it is given.
  public func expectedLoss(over directions: [Int]) -> Double {
    let m = secondMoment
    return directions.reduce(0) { $0 + 0.5 * model.multiplicity[$1] * (model.curvature[$1] * m[$1]) }
  }
}
