/// The setup that all solvers have in common.
package struct SolverSetup {
  /// The part that does not change and that tasks may share. Kernels have memory of their own, and each task
  /// has its own dynamics.
  struct Prepared: Sendable {
    let original: NormalizedProblem
    let compression: CompressedProblem?
    let limits: ResolvedLimits
    let objective: ResolvedObjective
    let rule: UpdateRule
    /// The contribution of the loss at the start to every schedule's objective.
    let startValue: Double
  }

  let prepared: Prepared
  let dynamics: any MomentDynamics

  /// The problem that the dynamics work on: the model's directions, or the few that represent them.
  var problem: NormalizedProblem { prepared.compression?.problem ?? prepared.original }
  /// All of the model's directions.
  package var original: NormalizedProblem { prepared.original }
  /// The compressed problem; `nil` if the dynamics work on all directions.
  package var compression: CompressedProblem? { prepared.compression }
  var limits: ResolvedLimits { prepared.limits }
  var objective: ResolvedObjective { prepared.objective }
  var rule: UpdateRule { prepared.rule }

  /// Checks all arguments of the caller and normalizes the problem.
  ///
  /// - Parameters:
  ///   - model: the model to solve.
  ///   - horizon: T ≥ 1.
  ///   - limits: limits on every step.
  ///   - objective: the objective to minimize.
  ///   - engineSteps: the number of steps of the sweep engine that the solver will use; 0 for none.
  ///   - tracksMomentum: whether states may carry velocity even if the limits allow no momentum.
  ///   - passes: the approximate number of passes over all directions and steps that the solver will make. If
  ///     that is much work, the spectrum is compressed first.
  ///   - largestRate: the largest rate, in the model's units, of the schedules that the solver will examine,
  ///     if that may exceed the limit.
  ///   - anyNoise: whether the solver works by the dynamics alone, so that the noise may depend on the
  ///     parameters.
  /// - Throws: ``NoisyQuadraticError`` for a horizon, limits or an objective outside their domain, for a
  ///   problem that does not fit into memory, or for noise that the solver does not know.
  package init(
    _ model: NoisyQuadraticModel, horizon: Int, _ limits: HyperparameterLimits,
    _ objective: Objective = .finalLoss, engineSteps: Int = 0, tracksMomentum: Bool = false,
    passes: Double = 0, largestRate: Double = 0, anyNoise: Bool = false
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    // Some ten arrays of T numbers: the schedule, starts, curve, gradient. This check comes first, so that no
    // size below overflows.
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    let rule = UpdateRule(usesMomentum: limits.momentum > 0 || tracksMomentum)
    if !anyNoise { try model.requireAdditiveNoise(for: "this solver") }
    let original = NormalizedProblem(anyNoise: model)
    let limits = try ResolvedLimits(limits, original)
    let compression = Self.compressed(
      original, maximumRate: max(limits.scaledRate, original.scaledRate(largestRate)), horizon: horizon,
      passes: passes)
    let problem = compression?.problem ?? original
    let engine = SweepEngine.doubles(
      dimension: problem.dimension, steps: engineSteps, rule: rule)
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon) + engine)
    let objective = try ResolvedObjective(objective, horizon: horizon)
    let start = objective.startWeight
    self.init(
      Prepared(
        original: original, compression: compression, limits: limits, objective: objective,
        rule: rule,
        startValue: start > 0 ? start * (model.initialLoss / problem.modelLoss(1)) : 0))
  }

  /// Creates dynamics for a prepared problem.
  init(_ prepared: Prepared) {
    self.prepared = prepared
    let problem = prepared.compression?.problem ?? prepared.original
    dynamics = prepared.rule.dynamics(of: problem, hasRunningCosts: prepared.objective.weights != nil)
  }

  /// The compressed problem, if it saves more than it takes; otherwise `nil`.
  private static func compressed(
    _ problem: NormalizedProblem, maximumRate: Double, horizon: Int, passes: Double
  ) -> CompressedProblem? {
    // A pass over the steps takes about as long as a pass over the points of the quadrature rules.
    guard problem.featureNoise == nil, problem.dimension >= 96, passes * Double(horizon) >= 2000,
      maximumRate.isFinite,
      let compressed = CompressedProblem(
        problem, maximumRate: maximumRate, steps: horizon, tolerance: compressionTolerance),
      4 * compressed.problem.dimension <= 3 * problem.dimension
    else { return nil }
    return compressed
  }

  /// The `passes` of a solver that goes through the run once. Results are exact to rounding as long as that
  /// takes less than a second.
  static func singlePass(_ model: NoisyQuadraticModel, _ horizon: Int) -> Double {
    Double(model.dimension) * Double(horizon) > 1e9 ? 100 : 0
  }

  /// The factor on the `passes` of a search with momentum, whose sweeps converge some ten times more slowly.
  /// It counts only where the compression is sure to be cheap compared with the search. Otherwise short runs keep all
  /// directions, which needs no proof.
  static func momentumPasses(_ model: NoisyQuadraticModel, _ limits: HyperparameterLimits) -> Double {
    limits.momentum > 0 && model.dimension >= 10_000 ? 10 : 1
  }

  /// Proven tolerance relative to the information bound. Measured errors are about a thousand times smaller.
  private static let compressionTolerance = 1e-8

  /// The whole objective. Solvers minimize the part of it that depends on the schedule.
  func total(_ value: Double) -> Double { value + prepared.startValue }

  /// The whole objective in the model's unit, from its part that depends on the schedule.
  func modelObjective(_ value: Double) -> Double { objective.unit * problem.modelLoss(total(value)) }

  /// A loss of a run from a state that is nothing but rounding: the square of a few roundings of positions.
  func negligibleLoss(from start: AlignedColumns) -> Double { 1e-30 * dynamics.loss(start) }

  /// A schedule in the kernels' units, with every step moved to the nearest one within the limits.
  func allowed(_ schedule: Schedule) -> KernelSchedule {
    let steps = schedule.map { limits.clamp(problem.scaledRate($0.learningRate), $0.momentum) }
    return KernelSchedule(rates: steps.map(\.alpha), momenta: steps.map(\.mu))
  }
}
