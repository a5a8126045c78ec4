/// The optimal schedule of the continuous limit, in closed form, at a cost that does not grow with the
/// horizon (L1–L4).
///
/// Let the intrinsic time `τ = Σ α` be the clock, and let `α h ≪ 1`. The final loss of T steps of plain SGD
/// is then
/// ```
/// L_T = ½ Σ n h m₀ e^{−2hτ_T} + ∫₀^{τ_T} α(τ) K(τ_T − τ) dτ,
/// K(s) = ½ Σ n h (c/B) e^{−2hs},   ∫₀^{τ_T} dτ/α = T
/// ```
/// The schedule that minimizes it under `α ≤ α_max` is
/// ```
/// α(τ) = min(α_max, √(λ/K(τ_T − τ)))
/// ```
/// The price λ follows from T. The intrinsic time `τ_T` follows from a one-dimensional search over all
/// scales, because several minima exist. The rate never rises. Without noise it stays at the limit.
///
/// The continuous limit approximates the discrete problem. It is good if the rates that matter are well below
/// 1/curvature. ``predictedLoss`` is usually too low, but the sampled schedule is close to the optimum; its
/// exact loss is `model.expectedLoss(under:)`. Docs/Algorithms.md has a table of both losses (L4). Momentum
/// is not used.
///
/// Complexity: O(d) for each of `16 ln(1 + 2 h_max α_max T)` nodes; the memory does not grow with T. For d =
/// 1000 and T from 250 to 10¹², this takes 1 to 6 ms. From d = 4096 on, the spectrum is compressed first
/// (Q1), in O(d).
public struct ContinuousLimit: Sendable {
  /// T, the number of steps.
  public let horizon: Int
  /// `α_max`, the limit on the rate that was in force.
  public let learningRateLimit: Double
  /// `τ_T`, the sum of all rates, in the unit of the rate.
  public let intrinsicTime: Double
  /// The loss of the continuous limit after T steps. The loss of the discrete schedule differs from it (L4).
  public let predictedLoss: Double
  /// The number of steps at the beginning during which the rate is at the limit; in general not a whole
  /// number.
  public let limitedSteps: Double

  /// The number of directions from which on the spectrum is compressed first.
  private static let manyDirections = 4096

  let plan: ContinuousPlan
  private let rateUnit: Double

  /// Computes the optimum for a horizon of any length.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - horizon: T, from 1 to 2⁵³.
  ///   - learningRateLimit: `α_max`. `.none` stands for `2/h_max`, and so does `.firstStepGrowth` if the
  ///     model has no such limit. Beyond `2/h_max`, the continuous limit says nothing about the discrete
  ///     problem.
  /// - Throws: ``NoisyQuadraticError`` for a horizon or limit outside its domain.
  public init(
    _ model: NoisyQuadraticModel, horizon: Int,
    learningRateLimit: LearningRateLimit = .twoOverMaximumCurvature
  ) throws(NoisyQuadraticError) {
    guard (1...1 << 53).contains(horizon) else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "1 to \(1 << 53)")
    }
    let problem = try NormalizedProblem(model, additiveOnly: "the continuous limit")
    let limit =
      try learningRateLimit.value(for: problem)
      ?? problem.modelRate(2 / problem.maximumCurvature)
    let rateLimit = problem.scaledRate(limit)
    guard (2 * problem.maximumCurvature * rateLimit * Double(horizon)).isFinite else {
      throw .invalidValue(
        field: "learningRateLimit", value: limit, expected: "at most 1e290 times 1/h_max at such a horizon")
    }
    // Q1 can compress the sums of K and of the signal, because exponentials decay faster than its bounds.
    let compressed =
      problem.dimension >= Self.manyDirections
      ? CompressedProblem(problem, maximumRate: rateLimit, steps: horizon, tolerance: 1e-10) : nil
    plan = ContinuousPlan(compressed?.problem ?? problem, rateLimit: rateLimit, steps: Double(horizon))
    self.horizon = horizon
    self.learningRateLimit = limit
    rateUnit = problem.modelRate(1)
    intrinsicTime = problem.modelRate(plan.intrinsicTime)
    predictedLoss = problem.modelLoss(plan.predictedLoss)
    limitedSteps = plan.steps - plan.freeSteps
  }

  /// The rate after `t` steps.
  ///
  /// - Parameter t: any number from 0 to T; a number outside counts as the nearest end.
  /// - Returns: α in 1/curvature.
  /// - Complexity: O(1).
  public func learningRate(atStep t: Double) -> Double {
    plan.rate(stepsLeft: min(max(plan.steps - t, 0), plan.steps)) * rateUnit
  }

  /// The schedule of T steps, where each step takes the rate at its middle: `α_t = α(t + ½)`.
  ///
  /// - Returns: a schedule without momentum.
  /// - Throws: ``NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)`` for a horizon
  ///   whose steps do not fit.
  /// - Complexity: O(T).
  public func schedule() throws(NoisyQuadraticError) -> Schedule {
    try MemoryRequirement.check("horizon", horizon, doubles: 4 * Double(horizon))
    return Schedule(
      validRates: plan.rates().map { $0 * rateUnit }, momenta: Array(repeating: 0, count: horizon))
  }
}
