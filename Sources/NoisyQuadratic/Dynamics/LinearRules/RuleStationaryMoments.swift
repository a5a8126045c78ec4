/// The stationary second moments of a rule under a constant learning rate and momentum (U9).
///
/// If the rule has a period, they are the moments at the end of a period.
public struct RuleStationaryMoments: Sendable, Equatable {
  /// The covariances of the state, k² numbers in row-major order for every direction. They are infinite in a
  /// direction that noise moves without bound. Entries of a component that does not affect the evaluated one,
  /// and has no stationary moments, such as a buffer that is left alone at momentum 0, are not numbers.
  public let stateCovariance: [[Double]]
  /// The second moments of the component whose loss counts. In a direction without curvature, noise and decay,
  /// the value is the initial second moment.
  public let secondMoment: [Double]
  /// The expected loss `½ Σ n h E θ²` of that component.
  public let expectedLoss: Double
}

extension NoisyQuadraticModel {
  /// The stationary second moments of a rule at a constant rate and momentum.
  ///
  /// They solve `S = A S Aᵀ + (c/B) b bᵀ`, written with `A − I` so that slow directions keep their digits.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - learningRate: the rate, finite and ≥ 0.
  ///   - momentum: the momentum, finite and ≥ 0.
  /// - Returns: the moments, or `nil` if a direction with curvature is not stable, or if the rule never repeats
  ///   (``LinearUpdateRule/period``).
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain, or if LAPACK fails.
  /// - Complexity: O(d k⁶) time for k state components, and O(d P k³) for a period P.
  public func stationaryMoments(
    rule: any LinearUpdateRule, learningRate: Double, momentum: Double = 0
  ) throws(NoisyQuadraticError) -> RuleStationaryMoments? {
    try requireAdditiveNoise(for: "the stationary moments of linear rules")
    guard let run = try ConstantRuleRun(checking: rule, learningRate, momentum) else { return nil }
    let (k, e) = (rule.stateCount, rule.evaluated)
    let m = initialSecondMoment
    var (covariances, moments) = ([[Double]](), [Double]())
    var loss = 0.0
    for i in curvature.indices {
      let h = curvature[i]
      let c = gradientNoise[i] / batchSize
      if let unit = try run.stationaryCovariance(curvature: h, evaluated: e) {
        covariances.append((c * unit).elements)
        moments.append(c * unit[e, e])
      } else {
        guard h == 0 else { return nil }
        covariances.append(Array(repeating: c > 0 ? .infinity : 0, count: k * k))
        moments.append(c > 0 ? .infinity : m[i])
      }
      if h > 0 { loss += 0.5 * multiplicity[i] * (h * moments[i]) }
    }
    return RuleStationaryMoments(stateCovariance: covariances, secondMoment: moments, expectedLoss: loss)
  }

  /// The largest growth factor of a step at a constant rate and momentum: the spectral radius of A over all
  /// directions with curvature. For a rule of period P it is that of P steps to the power 1/P.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - learningRate: the rate, finite and ≥ 0.
  ///   - momentum: the momentum, finite and ≥ 0.
  /// - Returns: the radius, which is below 1 if all directions are stable, or `nil` if the rule never repeats.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain, or if LAPACK fails.
  /// - Complexity: O(d P k³) for k state components.
  public func spectralRadius(
    rule: any LinearUpdateRule, learningRate: Double, momentum: Double = 0
  ) throws(NoisyQuadraticError) -> Double? {
    try requireAdditiveNoise(for: "the growth of linear rules")
    guard let run = try ConstantRuleRun(checking: rule, learningRate, momentum) else { return nil }
    var largest = -1.0
    for h in Set(curvature) where h > 0 {
      largest = try max(largest, run.growth(curvature: h, evaluated: rule.evaluated))
    }
    return Elementary.exp(0.5 * Elementary.log1p(max(largest, -1)) / Double(run.period))
  }

  /// The learning rate below which the direction of largest curvature is stable at a constant momentum.
  ///
  /// For a rule whose steps depend on curvatures only through `α h`, all directions are stable below it. The rate
  /// is raised from `2⁻¹⁰/h_max` by factors of `2^(1/16)` until the direction is unstable, and then bisected. A
  /// gap in the stable rates that is narrower than such a factor may be missed.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - momentum: the momentum, finite and ≥ 0.
  /// - Returns: the limit, in 1/curvature, infinite if there is none up to `2²⁰/h_max`; `nil` if small rates are
  ///   unstable, or if the rule never repeats.
  /// - Throws: ``NoisyQuadraticError`` for a momentum outside its domain, or if LAPACK fails.
  public func stabilityLimit(
    rule: any LinearUpdateRule, momentum: Double
  ) throws(NoisyQuadraticError) -> Double? {
    try requireAdditiveNoise(for: "the stability of linear rules")
    let h = maximumCurvature
    func isStable(_ z: Double) throws(NoisyQuadraticError) -> Bool {
      let run = try ConstantRuleRun(checking: rule, z / h, momentum)
      return try run?.stationaryCovariance(curvature: h, evaluated: rule.evaluated) != nil
    }
    var stable = 0x1p-10
    guard try isStable(stable) else { return nil }
    let factor = Elementary.exp(Elementary.log(2) / 16)
    var unstable = stable * factor
    while try isStable(unstable) {
      (stable, unstable) = (unstable, unstable * factor)
      if stable > 0x1p20 { return .infinity }
    }
    while true {
      let middle = stable + (unstable - stable) / 2
      guard middle > stable, middle < unstable else { return unstable / h }
      if try isStable(middle) { stable = middle } else { unstable = middle }
    }
  }
}
