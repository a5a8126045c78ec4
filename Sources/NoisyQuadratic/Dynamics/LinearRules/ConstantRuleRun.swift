/// The steps of one period of a rule at constant hyperparameters, and their powers (U8).
struct ConstantRuleRun {
  /// The number of steps of a period.
  var period: Int { steps.count }
  /// The steps of a period, in order.
  private let steps: [LinearStepNumbers]
  private let order: Int

  /// - Parameters:
  ///   - rule: a rule that repeats.
  ///   - clock: the history before the period, whose number of steps is a multiple of the period.
  ///   - period: the period of the rule.
  ///   - learningRate: the rate of every step.
  ///   - momentum: the momentum of every step.
  init(
    _ rule: any LinearUpdateRule, clock: RuleClock, period: Int, learningRate: Double, momentum: Double
  ) {
    var clock = clock
    var steps = [LinearStepNumbers]()
    for _ in 0..<period {
      steps.append(
        LinearStepNumbers(rule.step(clock.next(learningRate: learningRate, momentum: momentum))))
    }
    self.steps = steps
    order = rule.stateCount
  }

  /// A period of a rule that has settled, after the first; `nil` if the rule never repeats.
  ///
  /// It throws an error for hyperparameters that are not finite numbers ≥ 0.
  init?(
    checking rule: any LinearUpdateRule, _ learningRate: Double, _ momentum: Double
  ) throws(NoisyQuadraticError) {
    try Self.check(learningRate, momentum)
    guard let period = rule.period else { return nil }
    var clock = RuleClock(totalSteps: 2 * period)
    clock.skip(period, learningRate: learningRate, momentum: momentum)
    self.init(rule, clock: clock, period: period, learningRate: learningRate, momentum: momentum)
  }

  /// Throws an error for hyperparameters that are not finite numbers ≥ 0.
  static func check(_ learningRate: Double, _ momentum: Double) throws(NoisyQuadraticError) {
    for (field, value) in [("learningRate", learningRate), ("momentum", momentum)]
    where !(value >= 0) || !value.isFinite {
      throw .invalidValue(field: field, value: value, expected: "a finite number ≥ 0")
    }
  }

  /// The product of the step matrices of a period, and the sum of the kicks `b bᵀ` as they are at its end.
  func once(curvature h: Double) -> (matrix: SmallMatrix, kicks: SmallMatrix) {
    var matrix = SmallMatrix.identity(order)
    var kicks = SmallMatrix(order: order)
    for step in steps {
      let a = step.matrix(curvature: h)
      matrix = a * matrix
      kicks = a.conjugate(kicks) + step.kick
    }
    return (matrix, kicks)
  }

  /// The product of the step matrices of a period minus the unit matrix, and the sum of the kicks (U9).
  func difference(curvature h: Double) -> (matrix: SmallMatrix, kicks: SmallMatrix) {
    var product = SmallMatrix(order: order)
    var kicks = SmallMatrix(order: order)
    for step in steps {
      let d = step.difference(curvature: h)
      product = d + product + d * product
      kicks = step.matrix(curvature: h).conjugate(kicks) + step.kick
    }
    return (product, kicks)
  }

  /// The same as ``once(curvature:)`` for `periods` ≥ 1 periods, by doubling.
  func power(_ periods: Int, curvature h: Double) -> (matrix: SmallMatrix, kicks: SmallMatrix) {
    let one = once(curvature: h)
    var (matrix, kicks) = one
    for bit in (0..<(Int.bitWidth - periods.leadingZeroBitCount - 1)).reversed() {
      kicks = kicks + matrix.conjugate(kicks)
      matrix = matrix * matrix
      if periods >> bit & 1 == 1 {
        kicks = one.matrix.conjugate(kicks) + one.kicks
        matrix = one.matrix * matrix
      }
    }
    return (matrix, kicks)
  }

  // MARK: Stability

  /// The components that the evaluated one depends on, now or after more steps, in ascending order. A buffer
  /// that is left alone while the momentum is 0 is not among them.
  private func components(affecting evaluated: Int) -> [Int] {
    var found: Set = [evaluated]
    var new = [evaluated]
    while let i = new.popLast() {
      for j in 0..<order where !found.contains(j) {
        let isSource = steps.contains { step in
          step.flat[i * order + j] != 0 || step.gain[i] != 0 && step.point[j] != 0
        }
        if isSource {
          found.insert(j)
          new.append(j)
        }
      }
    }
    return found.sorted()
  }

  /// `|λ|² − 1` for the largest eigenvalue λ of a period's matrix, over the components that matter for the
  /// `evaluated` one (U9).
  func growth(curvature h: Double, evaluated: Int) throws(NoisyQuadraticError) -> Double {
    let kept = components(affecting: evaluated)
    return try Self.growth(difference(curvature: h).matrix.restricted(to: kept))
  }

  /// An eigenvalue δ of `A − I` belongs to `λ = 1 + δ`, with `|λ|² − 1 = 2 Re δ + |δ|²`.
  private static func growth(_ difference: SmallMatrix) throws(NoisyQuadraticError) -> Double {
    guard difference.elements.allSatisfy(\.isFinite) else { return .infinity }
    return try SmallGeneralMatrix.eigenvalues(difference.elements, order: difference.order)
      .map { 2 * $0.real + $0.real * $0.real + $0.imaginary * $0.imaginary }.max() ?? -1
  }

  /// The stationary covariance of the state for noise of variance 1; `nil` if the direction is not stable (U9).
  ///
  /// If components that do not matter for the `evaluated` one have none, their entries are not numbers.
  func stationaryCovariance(curvature h: Double, evaluated: Int) throws(NoisyQuadraticError) -> SmallMatrix? {
    let (d, kicks) = difference(curvature: h)
    if let whole = try Self.stableCovariance(d, kicks, isFlat: h == 0) { return whole }
    let kept = components(affecting: evaluated)
    guard kept.count < order,
      let part = try Self.stableCovariance(
        d.restricted(to: kept), kicks.restricted(to: kept), isFlat: h == 0)
    else { return nil }
    var covariance = .nan * SmallMatrix(order: order)
    for (a, i) in kept.enumerated() { for (b, j) in kept.enumerated() { covariance[i, j] = part[a, b] } }
    return covariance
  }

  /// The covariance that solves the equation of U9, or `nil` if an eigenvalue is outside the unit circle.
  private static func stableCovariance(
    _ d: SmallMatrix, _ kicks: SmallMatrix, isFlat: Bool
  ) throws(NoisyQuadraticError) -> SmallMatrix? {
    let growth = try growth(d)
    // Eigenvalues have errors of some roundings of the largest element. Within these, the sign of the stationary
    // variances decides: it is that of 1 − |λ|². Without curvature a position stands still unless it decays.
    let doubt = 64 * Double.ulpOfOne * (1 + (d.elements.map(abs).max() ?? 0))
    guard growth < (isFlat ? -doubt : doubt), let covariance = try stationary(d, kicks) else { return nil }
    let isPositive = (0..<d.order).allSatisfy { covariance[$0, $0] >= 0 }
    return growth < -doubt || isPositive ? covariance : nil
  }

  /// The solution of `D S + S Dᵀ + D S Dᵀ = −Q` for `D = A − I`; `nil` if there is not exactly one.
  private static func stationary(
    _ d: SmallMatrix, _ q: SmallMatrix
  ) throws(NoisyQuadraticError) -> SmallMatrix? {
    let pairs = (0..<d.order).flatMap { i in (0...i).map { (i, $0) } }
    var columns = [Double]()
    for (i, j) in pairs {
      var unit = SmallMatrix(order: d.order)
      (unit[i, j], unit[j, i]) = (1, 1)
      let half = d * unit
      let whole = d.conjugate(unit)
      columns += pairs.map { half[$0, $1] + half[$1, $0] + whole[$0, $1] }
    }
    guard let solution = try SmallGeneralMatrix.solve(columns: columns, pairs.map { -q[$0, $1] }) else {
      return nil
    }
    var s = SmallMatrix(order: d.order)
    for ((i, j), value) in zip(pairs, solution) { (s[i, j], s[j, i]) = (value, value) }
    return s
  }
}
