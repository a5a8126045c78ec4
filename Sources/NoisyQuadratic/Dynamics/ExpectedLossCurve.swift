/// The expected excess loss along a run, before the first step and after every step.
public struct ExpectedLossCurve: Sendable, Equatable {
  /// The T + 1 losses `L_0 … L_T`. From ``divergenceStep`` on they are infinite or not a number.
  public let values: [Double]

  /// The index of the first loss that is not finite; `nil` if the run did not overflow.
  public var divergenceStep: Int? { values.firstIndex { !$0.isFinite } }

  /// The final loss `L_T`.
  public var final: Double { values[values.count - 1] }

  package init(values: [Double]) { self.values = values }

  /// The losses of a schedule on a normalized problem, converted to the model's unit.
  init(_ problem: NormalizedProblem, _ schedule: KernelSchedule) {
    let rule = UpdateRule(usesMomentum: schedule.usesMomentum)
    values = rule.dynamics(of: problem).losses(schedule).map(problem.modelLoss)
  }
}

extension NoisyQuadraticModel {
  /// The exact expected loss of every step under a schedule, over all directions (D2, D3, U1).
  ///
  /// The run starts at rest and follows the update rule of the schedule's ``Schedule/convention``. The losses are
  /// correct to rounding, even if momentum almost annihilates a direction (D4). For steps that heavy ball with the
  /// rate inside the velocity cannot make, and for steps with batch sizes of their own (P4), see
  /// ``expectedLoss(under:rule:)``.
  ///
  /// The noise may grow with the error (X1).
  ///
  /// - Complexity: O(d T) time, O(d + T) memory.
  public func expectedLoss(under schedule: Schedule) -> ExpectedLossCurve {
    guard noiseKind.isStateDependent else {
      return NormalizedProblem(anyNoise: self).expectedLoss(under: schedule)
    }
    return expectedLosses(under: [schedule], over: [Array(curvature.indices)])[0][0]
  }

  /// The exact expected loss of every step, summed over the directions with the given indices.
  ///
  /// The run follows the update rule of the schedule's ``Schedule/convention``.
  ///
  /// - Parameters:
  ///   - schedule: T steps.
  ///   - directions: indices into ``curvature``. An index out of range is a programming error, as for an
  ///     array. A repeated index counts once.
  /// - Returns: T + 1 losses, in the unit of ``curvature`` times ``initialSecondMoment``.
  /// - Complexity: O(T) time for each of the directions, O(d + T) memory.
  public func expectedLoss(under schedule: Schedule, over directions: [Int]) -> ExpectedLossCurve {
    expectedLosses(under: [schedule], over: [directions])[0][0]
  }

  /// For every schedule, one loss curve per subset, computed on the directions of the subset only.
  package func expectedLosses(
    under schedules: [Schedule], over subsets: [[Int]]
  ) -> [[ExpectedLossCurve]] {
    let problem = NormalizedProblem(anyNoise: self)
    let parts = subsets.map { subset in
      for index in subset { precondition(curvature.indices.contains(index), "direction out of range") }
      return problem.restricted(to: subset)
    }
    return schedules.map { schedule in
      if noiseKind.isStateDependent, problem.equivalent(schedule) == nil {
        return steppedLosses(under: schedule, rule: schedule.convention.rule, over: subsets)
      }
      return parts.map { $0.expectedLoss(under: schedule) }
    }
  }

  /// The objective's value under a schedule and the update rule of its ``Schedule/convention``.
  ///
  /// - Parameters:
  ///   - objective: the weights of the losses.
  ///   - schedule: T steps.
  /// - Returns: `Σ g_t L_t`. It is infinite or not a number if a loss with a positive weight is.
  /// - Throws: ``NoisyQuadraticError`` for an objective that does not fit the schedule's length.
  public func value(
    of objective: Objective, under schedule: Schedule
  ) throws(NoisyQuadraticError) -> Double {
    try objective.value(of: expectedLoss(under: schedule))
  }

  /// An objective under a schedule and its exact gradient by adjoints (S5, S13, U3).
  ///
  /// - Parameters:
  ///   - objective: the weights of the losses.
  ///   - schedule: T steps.
  /// - Returns: the value, and its derivatives with respect to every `α_t` and `μ_t` of the schedule's
  ///   convention.
  /// - Throws: ``NoisyQuadraticError`` if the objective does not fit the schedule's length, or if the
  ///   computation does not fit into memory.
  /// - Complexity: O(d T) time, O(d √T) memory.
  public func gradient(
    of objective: Objective = .finalLoss, under schedule: Schedule
  ) throws(NoisyQuadraticError) -> ScheduleGradient {
    guard schedule.convention == .velocity, schedule.batchSizes == nil else {
      return try gradient(of: objective, under: schedule, rule: schedule.convention.rule)
    }
    return try ObjectiveGradient(self, objective, horizon: schedule.count, rule: .heavyBall)(schedule)
  }
}

extension Objective {
  /// The objective `Σ g_t L_t` of a loss curve.
  func value(of curve: ExpectedLossCurve) throws(NoisyQuadraticError) -> Double {
    if self == .finalLoss { return curve.final }
    let weights = try weights(horizon: curve.values.count - 1)
    return Elementary.sum(
      weights.indices.lazy.filter { weights[$0] > 0 }.map { weights[$0] * curve.values[$0] })
  }
}
