/// An objective and its exact gradient, evaluated at one schedule after another in reused memory.
///
/// An instance belongs to one computation and is not thread-safe.
struct ObjectiveGradient {
  private let problem: NormalizedProblem
  private let engine: SweepEngine
  private let weights: [Double]?

  /// - Parameters:
  ///   - model: the noisy quadratic, whose runs start at rest.
  ///   - objective: the weights of the losses.
  ///   - horizon: T, the length of every schedule.
  ///   - rule: heavy ball if a schedule may use momentum or the derivatives by momentum are needed. Otherwise
  ///     these derivatives are 0.
  /// - Throws: ``NoisyQuadraticError`` if the objective does not fit the horizon, or if the computation does
  ///   not fit into memory.
  init(
    _ model: NoisyQuadraticModel, _ objective: Objective, horizon: Int, rule: UpdateRule
  ) throws(NoisyQuadraticError) {
    try MemoryRequirement.check(
      "horizon", horizon,
      doubles: SweepEngine.doubles(dimension: model.dimension, steps: horizon, rule: rule))
    problem = NormalizedProblem(anyNoise: model)
    weights = objective == .finalLoss ? nil : try objective.weights(horizon: horizon)
    engine = SweepEngine(
      rule.dynamics(of: problem, hasRunningCosts: weights != nil), capacity: horizon)
  }

  /// The value, and its derivatives with respect to every `α_t` and `μ_t` (S5, S13).
  func callAsFunction(_ schedule: Schedule) -> ScheduleGradient {
    engine.load(problem.scaled(schedule), weights: weights)
    let gradient = engine.gradient()
    return ScheduleGradient(
      value: problem.modelLoss(gradient.value),
      // By the chain rule, d/dα = d/dα̃ · dα̃/dα.
      learningRates: gradient.rates.map { problem.scaledRate(problem.modelLoss($0)) },
      momenta: gradient.momenta.map(problem.modelLoss))
  }
}
