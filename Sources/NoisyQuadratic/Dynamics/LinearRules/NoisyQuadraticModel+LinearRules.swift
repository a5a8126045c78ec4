import CNoisyQuadraticKernels

extension NoisyQuadraticModel {
  /// The exact expected loss of every step of a run under any linear update rule (U1).
  ///
  /// The run starts at rest. The losses are those of the component that the rule evaluates. The rule alone says
  /// what the schedule's numbers mean; ``Schedule/convention`` is not read.
  ///
  /// The path without noise is squared only at the end, so that nothing cancels if momentum annihilates a
  /// direction (D4). The noise is carried as a covariance. If very large steps amplify the noise and then
  /// annihilate it by more than sixteen digits, its part of a loss may lose its digits.
  ///
  /// - Parameters:
  ///   - schedule: T steps.
  ///   - rule: the rule.
  /// - Returns: T + 1 losses.
  /// - Complexity: O(d T k³) time, O(d k² + T k²) memory, for k state components. State-dependent noise (X1) is
  ///   computed step by step and takes some hundred times as long.
  public func expectedLoss(
    under schedule: Schedule, rule: any LinearUpdateRule
  ) -> ExpectedLossCurve {
    guard !noiseKind.isStateDependent else {
      return steppedLosses(under: schedule, rule: rule, over: [Array(curvature.indices)])[0]
    }
    return NormalizedProblem(anyNoise: self).expectedLoss(under: schedule, rule: rule)
  }

  /// The exact expected loss of every step under any linear update rule, summed over the directions with the
  /// given indices.
  ///
  /// - Parameters:
  ///   - schedule: T steps.
  ///   - rule: the rule.
  ///   - directions: indices into ``curvature``. An index out of range is a programming error. A repeated index
  ///     counts once.
  /// - Returns: T + 1 losses.
  public func expectedLoss(
    under schedule: Schedule, rule: any LinearUpdateRule, over directions: [Int]
  ) -> ExpectedLossCurve {
    for index in directions { precondition(curvature.indices.contains(index), "direction out of range") }
    guard !noiseKind.isStateDependent else {
      return steppedLosses(under: schedule, rule: rule, over: [directions])[0]
    }
    return NormalizedProblem(anyNoise: self).restricted(to: directions)
      .expectedLoss(under: schedule, rule: rule)
  }

  /// The losses of subsets of the directions, step by step on all of them, which also holds if the noise grows
  /// with the error.
  func steppedLosses(
    under schedule: Schedule, rule: any LinearUpdateRule, over subsets: [[Int]]
  ) -> [ExpectedLossCurve] {
    var state = RuleMomentState(self, rule: rule, totalSteps: schedule.count)
    let subsets = subsets.map { Set($0).sorted() }
    var curves = subsets.map { _ in [Double]() }
    for t in 0...schedule.count {
      if t > 0 {
        let step = schedule[t - 1]
        state.advance(
          learningRate: step.learningRate, momentum: step.momentum, batchSize: step.batchSize)
      }
      let m = state.secondMoment
      for (s, subset) in subsets.enumerated() {
        curves[s].append(
          Elementary.sum(subset.lazy.map { 0.5 * (multiplicity[$0] * (curvature[$0] * m[$0])) })
        )
      }
    }
    return curves.map(ExpectedLossCurve.init(values:))
  }

  /// The noise scales after every step under the rule of the schedule's convention.
  func gradientNoiseScalesOfRule(_ schedule: Schedule) -> [GradientNoiseScale] {
    var state = RuleMomentState(self, rule: schedule.convention.rule, totalSteps: schedule.count)
    return schedule.map { step in
      state.advance(
        learningRate: step.learningRate, momentum: step.momentum, batchSize: step.batchSize)
      return gradientNoiseScale(secondMoment: state.secondMoment)
    }
  }

  /// ``largestGrowth(under:)`` under the rule of the schedule's convention.
  func largestGrowthOfRule(_ schedule: Schedule) -> LossGrowth {
    var state = RuleMomentState(self, rule: schedule.convention.rule, totalSteps: schedule.count)
    var (direction, step, factor) = (0, 0, 1.0)
    for next in schedule {
      state.advance(
        learningRate: next.learningRate, momentum: next.momentum, batchSize: next.batchSize)
      for (i, m) in state.secondMoment.enumerated()
      where curvature[i] > 0 && m > factor * initialSecondMoment[i] {
        (direction, step, factor) = (i, state.step, m / initialSecondMoment[i])
      }
    }
    return LossGrowth(direction: direction, step: step, factor: factor)
  }

  /// The objective's value of a run under any linear update rule.
  ///
  /// - Parameters:
  ///   - objective: the weights of the losses.
  ///   - schedule: T steps.
  ///   - rule: the rule.
  /// - Returns: `Σ g_t L_t`. It is infinite or not a number if a loss with a positive weight is.
  /// - Throws: ``NoisyQuadraticError`` for an objective that does not fit the schedule's length.
  public func value(
    of objective: Objective, under schedule: Schedule, rule: any LinearUpdateRule
  ) throws(NoisyQuadraticError) -> Double {
    try objective.value(of: expectedLoss(under: schedule, rule: rule))
  }

  /// An objective of a run under any linear update rule, and its exact gradient by adjoints (U3).
  ///
  /// Averages whose weights depend on the rates contribute to the derivatives. Where a step is not continuous in
  /// its momentum, as that of ``BufferMomentum`` at 0, the derivative is that of the step that is taken.
  ///
  /// - Parameters:
  ///   - objective: the weights of the losses.
  ///   - schedule: T steps.
  ///   - rule: the rule.
  /// - Returns: the value, and its derivatives with respect to every `α_t` and `μ_t`.
  /// - Throws: ``NoisyQuadraticError`` if the objective does not fit the schedule's length, or if the
  ///   computation does not fit into memory.
  /// - Complexity: O(d T k³) time, O((d + T) k²) memory, for k state components.
  public func gradient(
    of objective: Objective = .finalLoss, under schedule: Schedule, rule: any LinearUpdateRule
  ) throws(NoisyQuadraticError) -> ScheduleGradient {
    try LinearRuleGradient(self, rule: rule, objective, horizon: schedule.count)(schedule)
  }
}

extension NormalizedProblem {
  /// The expected loss of every step under a schedule and the rule of its convention, in the model's unit.
  ///
  /// Steps that the fast kernels can make are made by them.
  func expectedLoss(under schedule: Schedule) -> ExpectedLossCurve {
    equivalent(schedule).map { ExpectedLossCurve(self, $0) }
      ?? expectedLoss(
        under: schedule, rule: schedule.usesMomentum ? schedule.convention.rule : GradientDescent())
  }

  /// The expected loss of every step of a run under a rule, in the model's unit.
  func expectedLoss(under schedule: Schedule, rule: any LinearUpdateRule) -> ExpectedLossCurve {
    precondition(featureNoise == nil, "additive noise")
    let layout = RuleSchedule.Layout(rule, self)
    var steps = RuleSchedule(
      rule, layout, from: RuleClock(totalSteps: schedule.count), capacity: schedule.count,
      needsDerivatives: false)
    steps.load(
      rates: schedule.learningRates, momenta: schedule.momenta,
      noiseFactors: noiseFactors(schedule.batchSizes))
    let columns = ProblemColumns(self)
    let start = RuleStart.columns(rule, layout, self)
    var losses = [Double](repeating: 0, count: schedule.count + 1)
    nq_linear_losses(
      layout.order, columns.count, schedule.count, columns.h, columns.c, columns.k, columns.m0,
      start.column(0), start.stride, steps.numbers, &losses)
    return ExpectedLossCurve(values: losses.map(modelLoss))
  }
}
