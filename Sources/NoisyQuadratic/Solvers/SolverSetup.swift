/// What every solver sets up first.
package struct SolverSetup {
  /// What does not change, and may be shared between tasks; kernels, with their memory, belong to one.
  struct Prepared: Sendable {
    let original: NormalizedProblem
    let compression: CompressedProblem?
    let limits: ResolvedLimits
    let objective: ResolvedObjective
    let usesMomentum: Bool
    /// What the loss at the start adds to every schedule's objective.
    let startValue: Double
  }

  let prepared: Prepared
  let kernels: MomentKernels
  let evaluator: LossEvaluator

  /// What the kernels work on: the model's directions, or the few that stand for them.
  var problem: NormalizedProblem { prepared.compression?.problem ?? prepared.original }
  /// All of the model's directions.
  var original: NormalizedProblem { prepared.original }
  /// `nil` where the kernels work on all directions.
  package var compression: CompressedProblem? { prepared.compression }
  var limits: ResolvedLimits { prepared.limits }
  var objective: ResolvedObjective { prepared.objective }

  /// Checks everything that the caller could have got wrong, and normalizes the problem.
  ///
  /// - Parameters:
  ///   - model: the model to solve.
  ///   - horizon: T ≥ 1.
  ///   - limits: of every step.
  ///   - objective: what to minimize.
  ///   - engineSteps: steps of the sweep engine that the solver will use, 0 for none.
  ///   - tracksMomentum: whether states may carry velocity even if the limits allow no momentum.
  ///   - passes: over all directions and steps, roughly, that the solver will make; where that is much work the
  ///     spectrum is compressed first.
  ///   - largestRate: in the model's units, the largest of the schedules that the solver will look at, where that may
  ///     exceed the limit.
  /// - Throws: ``NoisyQuadraticError`` for a horizon, limits or an objective outside their domain, or
  ///   beyond memory.
  package init(
    _ model: NoisyQuadraticModel, horizon: Int, _ limits: HyperparameterLimits,
    _ objective: Objective = .finalLoss, engineSteps: Int = 0, tracksMomentum: Bool = false,
    passes: Double = 0, largestRate: Double = 0
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    // Some ten arrays of T numbers: the schedule, starts, curve, gradient. First alone, so that no size
    // below overflows.
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    let usesMomentum = limits.momentum > 0 || tracksMomentum
    let original = NormalizedProblem(model)
    let limits = try ResolvedLimits(limits, model, original)
    let compression = Self.compressed(
      original, maximumRate: max(limits.scaledRate, original.scaledRate(largestRate)), horizon: horizon,
      passes: passes)
    let problem = compression?.problem ?? original
    let engine = SweepEngine.doubles(
      dimension: problem.dimension, steps: engineSteps, usesMomentum: usesMomentum)
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon) + engine)
    let objective = try ResolvedObjective(objective, horizon: horizon)
    let start = objective.startWeight
    self.init(
      Prepared(
        original: original, compression: compression, limits: limits, objective: objective,
        usesMomentum: usesMomentum,
        startValue: start > 0 ? start * (model.initialLoss / problem.modelLoss(1)) : 0))
  }

  /// Kernels of its own for a prepared.
  init(_ prepared: Prepared) {
    self.prepared = prepared
    let problem = prepared.compression?.problem ?? prepared.original
    kernels = MomentKernels(
      problem, usesMomentum: prepared.usesMomentum, hasRunningCosts: prepared.objective.weights != nil)
    evaluator = LossEvaluator(kernels)
  }

  /// The compressed problem, where that saves more than it takes.
  private static func compressed(
    _ problem: NormalizedProblem, maximumRate: Double, horizon: Int, passes: Double
  ) -> CompressedProblem? {
    // A pass over the steps takes about as long as over the points of the rules.
    guard problem.dimension >= 96, passes * Double(horizon) >= 2000, maximumRate.isFinite,
      let compressed = CompressedProblem(
        problem, maximumRate: maximumRate, steps: horizon, tolerance: compressionTolerance),
      4 * compressed.problem.dimension <= 3 * problem.dimension
    else { return nil }
    return compressed
  }

  /// The `passes` of a solver that goes through the run once: exact to rounding while that takes less than a second.
  static func singlePass(_ model: NoisyQuadraticModel, _ horizon: Int) -> Double {
    Double(model.dimension) * Double(horizon) > 1e9 ? 100 : 0
  }

  /// Relative to the information bound, proven; errors as measured are some thousand times smaller.
  private static let compressionTolerance = 1e-8

  /// The whole objective, of which solvers minimize the part that depends on the schedule.
  func total(_ value: Double) -> Double { value + prepared.startValue }

  /// The exact minimizer of one step's quadratic within the limits.
  func minimizer(_ quadratic: StepQuadratic) -> (alpha: Double, mu: Double) {
    quadratic.minimizer(maximumRate: limits.scaledRate, maximumMomentum: limits.momentum)
  }

  /// A schedule in the kernels' units, every step moved to the nearest one within the limits.
  func allowed(_ schedule: Schedule) -> KernelSchedule {
    let steps = schedule.map { limits.clamp(problem.scaledRate($0.learningRate), $0.momentum) }
    return KernelSchedule(rates: steps.map(\.alpha), momenta: steps.map(\.mu))
  }
}
