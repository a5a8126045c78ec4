/// What every solver sets up first.
struct SolverSetup {
  let problem: NormalizedProblem
  let limits: ResolvedLimits
  let objective: ResolvedObjective
  let kernels: MomentKernels
  let evaluator: LossEvaluator
  /// What the loss at the start adds to every schedule's objective.
  private let startValue: Double

  /// Checks everything that the caller could have got wrong, and normalizes the problem.
  ///
  /// - Parameters:
  ///   - model: the model to solve.
  ///   - horizon: T ≥ 1.
  ///   - limits: of every step.
  ///   - objective: what to minimize.
  ///   - engineSteps: steps of the sweep engine that the solver will use, 0 for none.
  ///   - tracksMomentum: whether states may carry velocity even if the limits allow no momentum.
  /// - Throws: ``NoisyQuadraticError`` for a horizon, limits or an objective outside their domain, or
  ///   beyond memory.
  init(
    _ model: NoisyQuadraticModel, horizon: Int, _ limits: HyperparameterLimits,
    _ objective: Objective = .finalLoss, engineSteps: Int = 0, tracksMomentum: Bool = false
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    // Some ten arrays of T numbers: the schedule, starts, curve, gradient. First alone, so that no size
    // below overflows.
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    let usesMomentum = limits.momentum > 0 || tracksMomentum
    let engine = SweepEngine.doubles(
      dimension: model.dimension, steps: engineSteps, usesMomentum: usesMomentum)
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon) + engine)
    problem = NormalizedProblem(model)
    self.limits = try ResolvedLimits(limits, model, problem)
    self.objective = try ResolvedObjective(objective, horizon: horizon)
    kernels = MomentKernels(
      problem, usesMomentum: usesMomentum, hasRunningCosts: self.objective.weights != nil)
    evaluator = LossEvaluator(kernels)
    let start = self.objective.startWeight
    startValue = start > 0 ? start * (model.initialLoss / problem.modelLoss(1)) : 0
  }

  /// The whole objective, of which solvers minimize the part that depends on the schedule.
  func total(_ value: Double) -> Double { value + startValue }

  /// The exact minimizer of one step's quadratic within the limits.
  func minimizer(_ quadratic: StepQuadratic) -> (alpha: Double, mu: Double) {
    quadratic.minimizer(maximumRate: limits.scaledRate, maximumMomentum: limits.momentum)
  }

  /// A plan for the steps that count, continued greedily to the horizon.
  func continued(
    _ rates: [Double], _ momenta: [Double], horizon: Int
  ) -> (rates: [Double], momenta: [Double]) {
    guard rates.count < horizon else { return (rates, momenta) }
    let state = kernels.makeBank(columns: kernels.stateColumns)
    kernels.reset(state)
    for t in rates.indices { kernels.advance(state, rates[t], momenta[t]) }
    let rest = GreedySolver.plan(self, steps: horizon - rates.count, from: state)
    return (rates + rest.rates, momenta + rest.momenta)
  }
}
