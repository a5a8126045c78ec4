/// The optimal schedule of the continuous limit, in closed form, at a cost that does not grow with the horizon
/// (L1–L4).
///
/// With the intrinsic time `τ = Σ α` as the clock and `α h ≪ 1`, the final loss of T steps of plain SGD is
/// ```
/// L_T = ½ Σ n h m₀ e^{−2hτ_T} + ∫₀^{τ_T} α(τ) K(τ_T − τ) dτ,   K(s) = ½ Σ n h (c/B) e^{−2hs},   ∫₀^{τ_T} dτ/α = T
/// ```
/// and the schedule that minimizes it under `α ≤ α_max` is
/// ```
/// α(τ) = min(α_max, √(λ/K(τ_T − τ)))
/// ```
/// λ follows from T, and `τ_T` from a one-dimensional search over all scales, because several minima exist. The
/// rate never rises. Without noise it stays at the limit.
///
/// It is an approximation of the discrete problem, good where the rates that matter are well below 1/curvature:
/// ``predictedLoss`` is usually too low, while the sampled schedule is close to the optimum and its exact loss is
/// `model.expectedLoss(under:)`. Tables of both are in Docs/Derivations.md, L4. Momentum has no part in it.
///
/// Complexity: O(d) for each of `16 ln(1 + 2 h_max α_max T)` nodes; no memory that grows with T.
/// From T = 250 to 10¹² that takes 1 to 6 ms for d = 1000. From d = 4096 on the spectrum is compressed first (Q1), in
/// O(d).
public struct ContinuousLimit: Sendable {
  /// T.
  public let horizon: Int
  /// `α_max`, the limit on the rate that was in force.
  public let learningRateLimit: Double
  /// `τ_T`, the sum of all rates. Unit: that of the rate.
  public let intrinsicTime: Double
  /// The loss of the continuous limit after T steps; that of the discrete schedule differs (L4).
  public let predictedLoss: Double
  /// How many steps, from the first on, the rate is at the limit; not a whole number in general.
  public let limitedSteps: Double

  /// Directions from which on the spectrum is compressed first.
  private static let manyDirections = 4096

  let plan: ContinuousPlan
  private let rateUnit: Double

  /// The optimum for a horizon, however long.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - horizon: T, from 1 to 2⁵³.
  ///   - learningRateLimit: `α_max`. `.none`, and `.firstStepGrowth` where the model has no such cap, stand for `2/h_max`:
  ///     beyond it the continuous limit says nothing about the discrete problem.
  /// - Throws: ``NoisyQuadraticError`` for a horizon or limit outside its domain.
  public init(
    _ model: NoisyQuadraticModel, horizon: Int,
    learningRateLimit: LearningRateLimit = .twoOverMaximumCurvature
  ) throws(NoisyQuadraticError) {
    guard (1...1 << 53).contains(horizon) else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "1 to \(1 << 53)")
    }
    let problem = NormalizedProblem(model)
    let limit = try learningRateLimit.value(for: model) ?? 2 / model.maximumCurvature
    let cap = problem.scaledRate(limit)
    guard (2 * problem.maximumCurvature * cap * Double(horizon)).isFinite else {
      throw .invalidValue(
        field: "learningRateLimit", value: limit, expected: "at most 1e290 times 1/h_max at such a horizon")
    }
    // The sums of K and of the signal are such as Q1 compresses: exponentials decay faster than its bounds.
    let compressed =
      problem.dimension >= Self.manyDirections
      ? CompressedProblem(problem, maximumRate: cap, steps: horizon, tolerance: 1e-10) : nil
    plan = ContinuousPlan(compressed?.problem ?? problem, cap: cap, steps: Double(horizon))
    self.horizon = horizon
    self.learningRateLimit = limit
    rateUnit = problem.modelRate(1)
    intrinsicTime = problem.modelRate(plan.intrinsicTime)
    predictedLoss = problem.modelLoss(plan.predictedLoss)
    limitedSteps = plan.steps - plan.freeSteps
  }

  /// The rate after `t` steps.
  ///
  /// - Parameter t: any number from 0 to T.
  /// - Returns: α in 1/curvature.
  /// - Complexity: O(1).
  public func learningRate(atStep t: Double) -> Double {
    precondition(t >= 0 && t <= plan.steps, "a step from 0 to the horizon")
    return plan.rate(stepsLeft: plan.steps - t) * rateUnit
  }

  /// The schedule of T steps, each at the rate of its middle: `α_t = α(t + ½)`.
  ///
  /// - Returns: a schedule without momentum.
  /// - Throws: ``NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)`` for a horizon whose
  ///   steps do not fit.
  /// - Complexity: O(T).
  public func schedule() throws(NoisyQuadraticError) -> Schedule {
    try MemoryRequirement.check("horizon", horizon, doubles: 4 * Double(horizon))
    return Schedule(
      validRates: plan.rates().map { $0 * rateUnit }, momenta: Array(repeating: 0, count: horizon))
  }
}
