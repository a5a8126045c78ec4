/// A model of few directions that has, with a proven error bound, the expected losses of a model of very many
/// (Q1–Q4).
///
/// The loss of plain SGD depends on the spectrum only through integrals of polynomials in the curvature. The
/// integrals are over two measures, `Σ n h m₀ δ_h` and `Σ n h c δ_h`. Gauss rules on panels of curvatures
/// replace a million directions by a few hundred nodes. The panels narrow towards 0 and towards the limit of
/// stability. Some nodes have a second moment and no noise, and the others have noise and no second moment.
/// The number of nodes grows like `ln T · ln(1/tolerance)` and does not grow with d.
///
/// The proof holds for schedules without momentum. The same nodes can be used with momentum. Experience shows
/// an error of the size of the tolerance, but there is no proof. Evaluate such schedules on the original
/// model.
public struct SpectralCompression: Sendable {
  /// The model of few directions, for schedules up to ``learningRateLimit``.
  ///
  /// The limit `2/h_max` of this model may be slightly larger. The batch size is 1. The multiplicity of a
  /// node is the largest multiplicity of the original model, rounded down to a power of two. Directions that
  /// were kept keep their own multiplicity.
  public let model: NoisyQuadraticModel
  /// The number of directions of the original model.
  public let originalDimension: Int
  /// The largest number of steps T for which the proof holds.
  public let horizon: Int
  /// The largest learning rate A for which the proof holds.
  public let learningRateLimit: Double
  /// A bound on the difference `|L_t − L̃_t|` between the losses of the two models.
  ///
  /// The bound holds for every schedule without momentum within the limit and for every step `t ≤ T`. It is
  /// in units of loss and assumes exact arithmetic.
  public let certifiedError: Double

  private let compressed: CompressedProblem
  private let original: NormalizedProblem

  /// Compresses a model for schedules of at most `horizon` steps.
  ///
  /// The result is `nil` if there is nothing to gain or to prove: without noise, under a larger limit or
  /// none, with few directions, or if the compression has no fewer directions. It is also `nil` if LAPACK
  /// fails.
  ///
  /// - Parameters:
  ///   - original: a model of at least 32 directions with curvature.
  ///   - horizon: T ≥ 1.
  ///   - learningRateLimit: at most `2/h_max`.
  ///   - tolerance: the tolerance of every loss, from 1e-14 to 0.1. It is relative to the information bound
  ///     of T steps, and no loss lies below this bound.
  /// - Throws: ``NoisyQuadraticError`` for a horizon, limit or tolerance outside its domain.
  /// - Complexity: O(d N) time for N nodes, O(d) memory.
  public init?(
    _ original: NoisyQuadraticModel, horizon: Int,
    learningRateLimit: LearningRateLimit = .twoOverMaximumCurvature, tolerance: Double = 1e-10
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    guard tolerance >= 1e-14, tolerance <= 0.1 else {
      throw .invalidValue(field: "tolerance", value: tolerance, expected: "a number from 1e-14 to 0.1")
    }
    let problem = try NormalizedProblem(original, additiveOnly: "the compression of a spectrum")
    guard let limit = try learningRateLimit.value(for: problem),
      let compressed = CompressedProblem(
        problem, maximumRate: problem.scaledRate(limit), steps: horizon, tolerance: tolerance),
      compressed.problem.dimension < problem.dimension
    else { return nil }
    self.compressed = compressed
    self.original = problem
    self.horizon = horizon
    originalDimension = original.dimension
    self.learningRateLimit = limit
    certifiedError = problem.modelLoss(
      compressed.error(
        maximumRate: problem.scaledRate(limit), intrinsicTime: problem.scaledRate(limit) * Double(horizon),
        isWorst: true))
    model = try compressed.problem.model()
  }

  /// A bound on `|L_T − L̃_T|` for one schedule, from its largest rate and the sum of its rates.
  ///
  /// The bound is far below ``certifiedError`` if the initial moments have decayed.
  ///
  /// - Parameter schedule: at most ``horizon`` steps.
  /// - Returns: the bound in units of loss. It is infinite for a schedule with momentum or beyond the limits.
  /// - Complexity: O(T + N).
  public func errorBound(under schedule: Schedule) -> Double {
    guard !schedule.usesMomentum, schedule.count <= horizon,
      let largest = schedule.learningRates.max(), largest <= learningRateLimit * (1 + 1e-12)
    else { return .infinity }
    return original.modelLoss(
      compressed.error(
        maximumRate: original.scaledRate(largest),
        intrinsicTime: original.scaledRate(schedule.learningRates.reduce(0, +))))
  }
}
