/// Dynamic programming over costates (B1–B6) for a few distinct curvatures, for schedules without momentum.
struct DynamicProgrammingMethod: LowerBoundMethod {
  private let setup: SolverSetup
  private let merged: MergedProblem
  private let horizon: Int
  private let options: CertificateOptions
  /// The factor that makes up for the roundings of `c/B`, `m₀`, `n h` and of sums over directions (B5).
  private let downward: Double
  let estimatedWork: Double

  /// The work per cone of a stage, a rough value from measured proofs. A proof has `T 2^d` cones.
  private static let workPerCone = 500.0

  /// Creates the method; `nil` if there are more distinct curvatures than the options allow.
  ///
  /// - Throws: ``NoisyQuadraticError`` if the problem does not fit into memory.
  init?(
    _ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, _ options: CertificateOptions,
    downward: Double
  ) throws(NoisyQuadraticError) {
    self.setup = setup
    self.merged = merged
    self.horizon = horizon
    self.options = options
    self.downward = downward
    let dimension = merged.dimension
    // A single curvature costs next to nothing and leaves no gap open.
    guard dimension > 1 else {
      estimatedWork = 0
      return
    }
    guard dimension <= options.maximumCurvatures else { return nil }
    estimatedWork = Self.workPerCone * Double(horizon) * Elementary.pow(2, Double(dimension))
    guard estimatedWork <= options.maximumWork else { return }
    try MemoryRequirement.check(
      "horizon", horizon, doubles: CostateProgram.doubles(dimension: dimension, horizon: horizon))
    try MemoryRequirement.check(
      "maximumCones", options.maximumCones,
      doubles: Double(options.maximumCones) * Double(2 * dimension + 8))
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    var result = LowerBound(method: merged.dimension == 1 ? .closedForm : .dynamicProgramming)
    guard var program = CostateProgram(merged, rateLimit: setup.limits.scaledRate, horizon: horizon) else {
      return result
    }
    result.isLimited = program.refine(
      gap: known.gap, maximumRounds: options.maximumRounds, maximumCones: options.maximumCones, meter)
    result.statistics = program.statistics
    result.trial = program.rates.map { ($0, program.lowestLoss) }
    result.value = setup.problem.modelLoss(program.lowerBound * downward)
    return result
  }
}
