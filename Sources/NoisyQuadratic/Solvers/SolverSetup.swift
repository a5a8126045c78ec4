/// What every solver sets up first.
struct SolverSetup {
  let problem: NormalizedProblem
  let limits: ResolvedLimits
  let kernels: MomentKernels
  let evaluator: LossEvaluator

  /// Checks everything that the caller could have got wrong, and normalizes the problem.
  ///
  /// - Parameters:
  ///   - model: the model to solve.
  ///   - horizon: T ≥ 1.
  ///   - limits: of every step.
  ///   - engineSteps: steps of the sweep engine that the solver will use, 0 for none.
  /// - Throws: ``NoisyQuadraticError`` for a horizon or limits outside their domain, or beyond memory.
  init(
    _ model: NoisyQuadraticModel, horizon: Int, _ limits: HyperparameterLimits, engineSteps: Int = 0
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    // Some ten arrays of T numbers: the schedule, starts, curve, gradient. First alone, so that no size
    // below overflows.
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    let engine = SweepEngine.doubles(
      dimension: model.dimension, steps: engineSteps, usesMomentum: limits.momentum > 0)
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon) + engine)
    problem = NormalizedProblem(model)
    self.limits = try ResolvedLimits(limits, model, problem)
    kernels = MomentKernels(problem, usesMomentum: self.limits.usesMomentum)
    evaluator = LossEvaluator(problem, kernels)
  }

  /// The exact minimizer of one step's quadratic within the limits.
  func minimizer(_ quadratic: StepQuadratic) -> (alpha: Double, mu: Double) {
    quadratic.minimizer(maximumRate: limits.scaledRate, maximumMomentum: limits.momentum)
  }
}
