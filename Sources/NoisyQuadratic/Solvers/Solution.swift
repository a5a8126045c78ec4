/// A schedule, what it does, and how good it is.
public struct Solution: Sendable, Equatable {
  /// The schedule found.
  public let schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// What the solver was to minimize.
  public let objective: Objective
  /// The objective's value, `L_T` unless another was asked for.
  public let objectiveValue: Double
  /// A lower bound on the final loss of every schedule (M7).
  public let informationBound: Double
  /// The limit on the learning rate that was in force; `nil` if none.
  public let learningRateLimit: Double?
  /// The limit on momentum that was in force.
  public let momentumLimit: Double
  /// Why the solver stopped.
  public let termination: Termination
  /// What it took.
  public private(set) var statistics: SolverStatistics

  /// `L_T`.
  public var finalLoss: Double { losses.final }

  /// `(L_T − bound)/L_T`: no schedule can remove a larger part of the final loss. `nil` at loss 0.
  public var gapToInformationBound: Double? {
    finalLoss > 0 ? (finalLoss - informationBound) / finalLoss : nil
  }

  /// The same with another report of how the schedule stands to first and second order.
  public func with(optimality: OptimalityReport?) -> Solution {
    var result = self
    result.statistics.optimality = optimality
    return result
  }

  init(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ scaled: KernelSchedule,
    for objective: Objective = .finalLoss, termination: Termination,
    statistics: SolverStatistics = SolverStatistics()
  ) throws(NoisyQuadraticError) {
    schedule = setup.problem.schedule(scaled)
    var statistics = statistics
    (losses, statistics.compression) = setup.evaluation(model, schedule)
    self.objective = objective
    objectiveValue = try objective.value(of: losses)
    informationBound = model.informationBound(steps: schedule.count)
    learningRateLimit = setup.limits.learningRate
    momentumLimit = setup.limits.momentum
    self.termination = losses.divergenceStep == nil ? termination : .diverged
    self.statistics = statistics
  }
}
