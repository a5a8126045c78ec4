/// The intrinsic-time bound (L5–L7), for schedules without momentum.
struct IntrinsicTimeMethod: LowerBoundMethod {
  /// All directions, or the few that stand for them.
  private let problem: NormalizedProblem
  /// What the losses of the few may be off by; 0 for all.
  private let error: Double
  private let cap, steps: Double
  /// The factor that makes up for the roundings of the problem's own numbers.
  private let downward: Double

  /// An exponential and what comes with it, in the unit of ``WorkMeter``.
  private static let workPerVisit = 2.0
  /// Directions above which a few stand for them, and the error of these relative to the information bound.
  private static let (mostDirections, tolerance) = (4096, 1e-6)

  /// `nil` where there is no finite limit on the sum of the rates.
  init?(_ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, downward: Double) {
    let original = merged.normalized(in: setup.problem)
    self.downward = downward
    steps = Double(horizon)
    // No rate above 1/h_min is worth considering.
    cap = min(setup.limits.scaledRate, 1 / (original.curvature.min() ?? 1))
    guard cap > 0, (2 * original.maximumCurvature * cap * steps).isFinite else { return nil }
    let compressed =
      original.dimension > Self.mostDirections
      ? CompressedProblem(original, maximumRate: cap, steps: horizon, tolerance: Self.tolerance) : nil
    problem = compressed?.problem ?? original
    error = compressed?.error(maximumRate: cap, intrinsicTime: cap * steps, isWorst: true) ?? 0
  }

  var estimatedWork: Double {
    Self.workPerVisit * problem.intrinsicTimeVisits(cap: cap, steps: steps)
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    let bound = problem.intrinsicTimeBound(cap: cap, steps: steps) { meter.spend(Self.workPerVisit * $0) }
    var result = LowerBound(method: .intrinsicTime)
    // A compressed loss is off by at most the error, whatever the schedule (Q4).
    result.value = problem.modelLoss(max(bound - error * (1 + 1e-9), 0) * downward)
    result.isLimited = !meter.goesOn
    return result
  }
}
