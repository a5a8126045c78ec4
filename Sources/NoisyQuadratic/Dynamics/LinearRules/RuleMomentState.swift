/// The means, variances and covariances of a rule's state in every direction, at one step of a run (U1).
///
/// The state is stored as the path of the run without noise, which is squared only at the end, and as the
/// covariance due to gradient noise (D4). It stays correct to rounding after a rule has annihilated a
/// direction. If very large steps amplify the noise and then annihilate it by more than sixteen digits, the
/// covariance may lose its digits.
///
/// This type advances step by step and is slow. For a whole schedule, use
/// ``NoisyQuadraticModel/expectedLoss(under:rule:)``.
public struct RuleMomentState: Sendable {
  /// The model that the state belongs to.
  public let model: NoisyQuadraticModel
  /// The rule that makes the steps.
  public let rule: any LinearUpdateRule
  /// The history of the run.
  package private(set) var clock: RuleClock
  /// The state of the run from `θ₀ = 1` without noise: k numbers for every direction.
  package private(set) var paths: [[Double]]
  /// The covariance of the state due to gradient noise, for every direction.
  private var noise: [SmallMatrix]

  /// The start of a run, at rest.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - rule: the rule that makes the steps.
  ///   - totalSteps: the number of steps of the whole run. Only a tail average uses it.
  public init(_ model: NoisyQuadraticModel, rule: any LinearUpdateRule, totalSteps: Int) {
    self.model = model
    self.rule = rule
    clock = RuleClock(totalSteps: totalSteps)
    paths = Array(repeating: rule.initialState, count: model.dimension)
    noise = Array(repeating: SmallMatrix(order: rule.stateCount), count: model.dimension)
  }

  /// The number of steps taken so far.
  public var step: Int { clock.step }

  // MARK: Moving

  /// Takes one step with the given learning rate and momentum, which are not checked: the formulas hold for
  /// any numbers, and NaN gives NaN. The batch size is the model's if absent.
  ///
  /// - Complexity: O(d k³).
  public mutating func advance(learningRate: Double, momentum: Double = 0, batchSize: Double? = nil) {
    let examples = batchSize ?? model.batchSize
    let numbers = LinearStepNumbers(
      rule.step(clock.next(learningRate: learningRate, momentum: momentum)))
    let variance =
      model.noiseKind.isStateDependent
      ? model.gradientVariance(secondMoment: moments(at: numbers.point)) : nil
    for i in paths.indices {
      let a = numbers.matrix(curvature: model.curvature[i])
      paths[i] = a * paths[i]
      let added =
        variance.map { $0[i] * (model.batchSize / examples) } ?? model.gradientNoise[i] / examples
      noise[i] = a.conjugate(noise[i]) + added * numbers.kick
    }
  }

  /// The second moments of the point `rᵀz`, at which gradients are taken.
  private func moments(at point: [Double]) -> [Double] {
    let m = model.initialSecondMoment
    return paths.indices.map { i in
      var (path, variance) = (0.0, 0.0)
      for a in point.indices {
        path += point[a] * paths[i][a]
        for b in point.indices { variance += point[a] * point[b] * noise[i][a, b] }
      }
      return path * path * m[i] + variance
    }
  }

  /// Runs a schedule step by step.
  public mutating func advance(_ schedule: Schedule) {
    for step in schedule {
      advance(learningRate: step.learningRate, momentum: step.momentum, batchSize: step.batchSize)
    }
  }

  /// Takes `steps` steps at a constant rate and momentum, by doubling (U8).
  ///
  /// Powers of the step matrix are taken by squaring. Their relative error, with respect to the power of the
  /// spectral radius, grows like the number of steps times the unit of rounding. Rules that never repeat
  /// (``LinearUpdateRule/period``) go step by step, and so does noise that grows with the error (X1).
  ///
  /// - Parameters:
  ///   - steps: n ≥ 0.
  ///   - learningRate: finite and ≥ 0.
  ///   - momentum: finite and ≥ 0.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  /// - Complexity: O(d k³ (P + log n)) for a rule of period P.
  public mutating func advance(
    steps: Int, learningRate: Double, momentum: Double = 0
  ) throws(NoisyQuadraticError) {
    guard steps >= 0 else { throw .invalidCount(field: "steps", value: steps, expected: "at least 0") }
    try ConstantRuleRun.check(learningRate, momentum)
    var left = steps
    func walk(_ state: inout Self) {
      state.advance(learningRate: learningRate, momentum: momentum)
      left -= 1
    }
    guard left > 0 else { return }
    // The first step may differ from those after it.
    walk(&self)
    guard let period = rule.period, left >= 2 * period, !model.noiseKind.isStateDependent else {
      while left > 0 { walk(&self) }
      return
    }
    while clock.step % period != 0 { walk(&self) }
    let periods = left / period
    let run = ConstantRuleRun(
      rule, clock: clock, period: period, learningRate: learningRate, momentum: momentum)
    for i in paths.indices {
      let (matrix, kicks) = run.power(periods, curvature: model.curvature[i])
      paths[i] = matrix * paths[i]
      noise[i] = matrix.conjugate(noise[i]) + (model.gradientNoise[i] / model.batchSize) * kicks
    }
    clock.skip(periods * period, learningRate: learningRate, momentum: momentum)
    left -= periods * period
    while left > 0 { walk(&self) }
  }

  // MARK: Reading

  /// The means of a state component in every direction. Its index is in the rule's order.
  public func mean(_ component: Int) -> [Double] {
    paths.indices.map { paths[$0][component] * model.initialMean[$0] }
  }

  /// The covariances of two state components in every direction.
  public func covariance(_ a: Int, _ b: Int) -> [Double] {
    paths.indices.map { paths[$0][a] * paths[$0][b] * model.initialVariance[$0] + noise[$0][a, b] }
  }

  /// The expectations of the product of two state components in every direction.
  public func secondMoment(_ a: Int, _ b: Int) -> [Double] {
    let m = model.initialSecondMoment
    return paths.indices.map { paths[$0][a] * paths[$0][b] * m[$0] + noise[$0][a, b] }
  }

  /// The covariances of two state components due to gradient noise, in every direction.
  package func noise(_ a: Int, _ b: Int) -> [Double] { noise.map { $0[a, b] } }

  /// The second moments of the component whose loss counts.
  public var secondMoment: [Double] { secondMoment(rule.evaluated, rule.evaluated) }

  /// The expected loss `½ Σ n h E θ²` of the component whose loss counts.
  public var expectedLoss: Double {
    let m = secondMoment
    return m.indices.reduce(0) { $0 + 0.5 * (model.multiplicity[$1] * (model.curvature[$1] * m[$1])) }
  }
}
