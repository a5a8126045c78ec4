/// The steps of one period of a rule at constant hyperparameters, and their powers (U8).
struct ConstantRuleRun {
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

  /// A run of `rule` that has settled: one period after its first.
  init(_ rule: any LinearUpdateRule, period: Int, learningRate: Double, momentum: Double) {
    var clock = RuleClock(totalSteps: 2 * period)
    clock.skip(period, learningRate: learningRate, momentum: momentum)
    self.init(rule, clock: clock, period: period, learningRate: learningRate, momentum: momentum)
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
}
