/// The intrinsic-time bound (L5–L7), for schedules without momentum.
struct IntrinsicTimeMethod: LowerBoundMethod {
  /// All directions, or the few that represent them.
  private let problem: NormalizedProblem
  /// The largest possible error of the losses of the few directions; 0 for all directions.
  private let error: Double
  private let rateLimit, steps: Double
  /// The factor that makes up for the roundings in the problem's own numbers.
  private let downward: Double

  /// The work of an exponential and of the operations around it, in the unit of ``WorkMeter``.
  private static let workPerVisit = 2.0
  /// The number of directions above which a few represent them, and the error of the few relative to the
  /// information bound.
  private static let (mostDirections, tolerance) = (4096, 1e-6)

  /// Creates the method; `nil` if there is no finite limit on the sum of the rates.
  init?(_ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, downward: Double) {
    let original = merged.normalized(in: setup.problem)
    self.downward = downward
    steps = Double(horizon)
    // No rate above 1/h_min needs to be considered.
    rateLimit = min(setup.limits.scaledRate, 1 / (original.curvature.min() ?? 1))
    guard rateLimit > 0, (2 * original.maximumCurvature * rateLimit * steps).isFinite else { return nil }
    let compressed =
      original.dimension > Self.mostDirections
      ? CompressedProblem(original, maximumRate: rateLimit, steps: horizon, tolerance: Self.tolerance) : nil
    problem = compressed?.problem ?? original
    error = compressed?.error(maximumRate: rateLimit, intrinsicTime: rateLimit * steps, isWorst: true) ?? 0
  }

  var estimatedWork: Double {
    Self.workPerVisit * problem.intrinsicTimeVisits(rateLimit: rateLimit, steps: steps)
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    let bound = problem.intrinsicTimeBound(rateLimit: rateLimit, steps: steps) {
      meter.spend(Self.workPerVisit * $0)
    }
    var result = LowerBound(method: .intrinsicTime)
    // The loss of a compressed problem is off by at most the error, for every schedule (Q4).
    result.value = problem.modelLoss(max(bound - error * (1 + 1e-9), 0) * downward)
    result.isLimited = !meter.goesOn
    return result
  }
}
