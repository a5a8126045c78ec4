/// A schedule with its losses and measures of its quality.
public struct Solution: Sendable, Equatable {
  /// The schedule found.
  public private(set) var schedule: Schedule
  /// Its exact expected loss, T + 1 values.
  public let losses: ExpectedLossCurve
  /// The objective that the solver minimized.
  public let objective: Objective
  /// The objective's value, `L_T` unless another was asked for.
  public let objectiveValue: Double
  /// A lower bound on the final loss of every schedule (M7).
  public let informationBound: Double
  /// The limit on the learning rate that was in force; `nil` if there was none.
  public let learningRateLimit: Double?
  /// The limit on momentum that was in force.
  public let momentumLimit: Double
  /// Why the solver stopped.
  public let termination: Termination
  /// Statistics of the solve.
  public private(set) var statistics: SolverStatistics

  /// `L_T`.
  public var finalLoss: Double { losses.final }

  /// `(L_T − bound)/L_T`. No schedule can remove a larger part of the final loss. The value is `nil` if the
  /// final loss is 0.
  public var gapToInformationBound: Double? {
    finalLoss > 0 ? (finalLoss - informationBound) / finalLoss : nil
  }

  /// The same solution with another report on first- and second-order optimality.
  package func with(optimality: OptimalityReport?) -> Solution {
    var result = self
    result.statistics.optimality = optimality
    return result
  }

  /// A solution from its parts, such as those that were decoded.
  init(
    schedule: Schedule, losses: ExpectedLossCurve, objective: Objective, objectiveValue: Double,
    informationBound: Double, learningRateLimit: Double?, momentumLimit: Double, termination: Termination,
    statistics: SolverStatistics
  ) {
    self.schedule = schedule
    self.losses = losses
    self.objective = objective
    self.objectiveValue = objectiveValue
    self.informationBound = informationBound
    self.learningRateLimit = learningRateLimit
    self.momentumLimit = momentumLimit
    self.termination = termination
    self.statistics = statistics
  }

  /// The same solution with its schedule in another convention.
  func converted(to convention: MomentumConvention) throws(NoisyQuadraticError) -> Solution {
    var result = self
    result.schedule = try schedule.converted(to: convention)
    return result
  }

  init(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ scaled: KernelSchedule,
    for objective: Objective = .finalLoss, termination: Termination,
    statistics: SolverStatistics = SolverStatistics()
  ) throws(NoisyQuadraticError) {
    var statistics = statistics
    let losses: ExpectedLossCurve
    (losses, statistics.compression) = setup.evaluation(scaled)
    try self.init(
      model, setup, setup.problem.schedule(scaled), losses, for: objective, termination: termination,
      statistics: statistics)
  }

  /// A schedule in any convention with its exact losses.
  init(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ schedule: Schedule, _ losses: ExpectedLossCurve,
    for objective: Objective, termination: Termination, statistics: SolverStatistics
  ) throws(NoisyQuadraticError) {
    self.init(
      schedule: schedule, losses: losses, objective: objective,
      objectiveValue: try objective.value(of: losses),
      informationBound: try model.informationBound(steps: schedule.count),
      learningRateLimit: setup.limits.learningRate, momentumLimit: setup.limits.momentum,
      termination: losses.divergenceStep == nil ? termination : .diverged, statistics: statistics)
  }
}
