/// A model of few directions whose expected losses are those of one of very many, with proof (Q1–Q4).
///
/// The loss of plain SGD depends on the spectrum only through integrals of polynomials in the curvature against
/// two measures, `Σ n h m₀ δ_h` and `Σ n h c δ_h`. Gauss rules on panels of curvatures, narrow towards 0 and the
/// limit of stability, replace a million directions by some hundred: nodes with a second moment and no noise, and
/// nodes with noise and no second moment. The number of nodes grows like `ln T · ln(1/tolerance)` and not with d.
///
/// What it says holds for schedules without momentum. With momentum the same nodes serve, with an error that is
/// of the size of the tolerance by experience, not by proof: evaluate such schedules on the original model.
public struct SpectralCompression: Sendable {
  /// The few directions, for schedules up to ``learningRateLimit``; `2/h_max` of its own may be a little more. The
  /// batch size is 1. Nodes have the multiplicity 1 where that is the largest of the original, and else the power
  /// of two below that; directions that were kept have their own.
  public let model: NoisyQuadraticModel
  /// Directions of the original model.
  public let originalDimension: Int
  /// T: steps for which the proof holds.
  public let horizon: Int
  /// A: the largest rate for which it holds.
  public let learningRateLimit: Double
  /// A bound on `|L_t − L̃_t|` between the two models, for every schedule without momentum within the limit and
  /// every step `t ≤ T`; in units of loss, for exact arithmetic.
  public let certifiedError: Double

  private let compressed: CompressedProblem
  private let original: NormalizedProblem

  /// Compresses a model for schedules of at most `horizon` steps; `nil` where there is nothing to gain or to prove:
  /// without noise, under a larger limit or none, with few directions.
  ///
  /// - Parameters:
  ///   - original: a model of at least 32 directions with curvature.
  ///   - horizon: T ≥ 1.
  ///   - learningRateLimit: at most `2/h_max`.
  ///   - tolerance: of every loss, relative to the information bound of T steps, below which no loss lies; from
  ///     1e-14 to 0.1.
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
    guard let limit = try learningRateLimit.value(for: original) else { return nil }
    let problem = NormalizedProblem(original)
    guard
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

  /// A bound on `|L_T − L̃_T|` for one schedule, by its largest rate and the sum of its rates: far below
  /// ``certifiedError`` where the start has decayed.
  ///
  /// - Parameter schedule: at most ``horizon`` steps.
  /// - Returns: the bound in units of loss; infinite for a schedule with momentum or beyond the limits.
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
