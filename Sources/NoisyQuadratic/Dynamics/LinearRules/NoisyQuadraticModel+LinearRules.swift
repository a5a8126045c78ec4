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
  /// - Complexity: O(d T k³) time, O(d k² + T k²) memory, for k state components.
  public func expectedLoss(
    under schedule: Schedule, rule: any LinearUpdateRule
  ) -> ExpectedLossCurve {
    let problem = NormalizedProblem(self)
    let layout = RuleSchedule.Layout(rule, problem)
    var steps = RuleSchedule(
      rule, layout, from: RuleClock(totalSteps: schedule.count), capacity: schedule.count,
      needsDerivatives: false)
    steps.load(rates: schedule.learningRates, momenta: schedule.momenta)
    let columns = ProblemColumns(problem)
    let start = RuleStart.columns(rule, layout, problem)
    var losses = [Double](repeating: 0, count: schedule.count + 1)
    nq_linear_losses(
      layout.order, columns.count, schedule.count, columns.h, columns.c, columns.k, columns.m0,
      start.column(0), start.stride, steps.numbers, &losses)
    return ExpectedLossCurve(values: losses.map(problem.modelLoss))
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
