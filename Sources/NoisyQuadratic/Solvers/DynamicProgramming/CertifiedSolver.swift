/// Chooses a schedule of plain SGD and proves how far from optimal it can be.
///
/// The lower bound comes from dynamic programming over costates (B1): the smallest value of `Σ w m` that j
/// steps can reach is concave in w, so that bounds at some costates are bounds at all of them, and one
/// step's rate can be minimized over exactly. It uses no schedule's value. The upper bound is the loss of
/// the better of ``FullHorizonSolver``'s schedule and those that the bounds led to, descended from.
///
/// Directions of equal curvature are merged, exactly. Up to ``Options/largestGroup`` distinct curvatures are
/// treated at once: the gap asked for is then usually reached. More are bounded in groups, each of which may
/// choose its own rates: a weaker bound, some per cent low, and the intrinsic-time bound (L5) takes its place where it is
/// higher. With momentum, beyond
/// ``Options/maximumWork``, and for rates whose squares overflow, the information bound (M7) is what is left.
/// ``OptimalityCertificate/method`` says which it was.
///
/// Complexity: O(T) backups per round, 10 to 100 rounds; each backup visits 10 to 100 of the cones, whose
/// number doubles with every distinct curvature.
public struct CertifiedSolver: Sendable {
  /// How hard to try.
  public struct Options: Sendable, Equatable {
    /// Rounds of refinement for each group of directions, at least 1.
    public var maximumRounds = 400
    /// Cones, over all stages, after which refinement of a group ends.
    public var maximumCones = 1_000_000
    /// The most distinct curvatures treated at once, at least 1.
    public var largestGroup = 10
    /// Limit on `T 2^k` times the number of groups, where k is the number of distinct curvatures in each:
    /// groups are made smaller until they meet it.
    public var maximumWork = 2e6

    /// The defaults.
    public init() {}
  }

  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// The relative gap between the bounds at which to stop, in [0, 1).
  public var gap: Double
  /// How hard to try.
  public var options: Options

  /// A solver that stops at a relative gap of `gap` between its bounds.
  public init(
    limits: HyperparameterLimits = HyperparameterLimits(), gap: Double = 1e-3, options: Options = Options()
  ) {
    self.limits = limits
    self.gap = gap
    self.options = options
  }

  /// Chooses a schedule of `horizon` steps and bounds what any other could gain.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  /// - Returns: both bounds, the schedule and a feedback policy. A gap that is not reached is reported in
  ///   ``OptimalityCertificate/isReached``, not thrown.
  /// - Throws: ``NoisyQuadraticError`` for a gap, horizon, limits or options outside their domain, or beyond
  ///   memory.
  public func certify(
    _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> OptimalityCertificate {
    guard gap >= 0, gap < 1 else {
      throw .invalidValue(field: "gap", value: gap, expected: "at least 0 and below 1")
    }
    for (field, value) in [
      ("maximumRounds", options.maximumRounds), ("maximumCones", options.maximumCones),
      ("largestGroup", options.largestGroup),
    ] where value < 1 {
      throw .invalidCount(field: field, value: value, expected: "at least 1")
    }
    let setup = try SolverSetup(model, horizon: horizon, limits, engineSteps: horizon)
    let merged = MergedProblem(setup.problem)
    let proof = try prove(setup, merged, horizon: horizon)
    var full = FullHorizonSolver(limits: limits)
    if let rates = proof.rates {
      full.options.additionalStarts = [
        Schedule(validRates: rates.map(setup.problem.modelRate), momenta: rates.map { _ in 0 })
      ]
    }
    let solution = try full.solve(model, horizon: horizon)
    let policy = limits.momentum > 0 ? nil : try policy(setup, model, merged, solution)
    // For the roundings of `c/B`, `m₀`, `n h` and of sums over directions (B5).
    let margin = Double(model.dimension + 4096) * 2 * RateQuadratic.unit
    var (lowerBound, method) = (
      proof.method == .information
        ? solution.informationBound * (1 - margin)
        : setup.problem.modelLoss(proof.bound * (1 - margin)),
      proof.method
    )
    if limits.momentum == 0, method == .information || method == .groupedDynamicProgramming {
      // Groups may each choose their own rates; the intrinsic-time bound knows that they cannot.
      let intrinsic = try model.intrinsicTimeBound(steps: horizon, learningRateLimit: limits.learningRate)
      if intrinsic > lowerBound { (lowerBound, method) = (intrinsic, .intrinsicTime) }
    }
    return OptimalityCertificate(
      lowerBound: lowerBound,
      upperBound: limits.momentum > 0
        ? solution.finalLoss
        : setup.problem.modelLoss(Self.roundedUp(merged, setup, solution) * (1 + margin)),
      requestedGap: gap, method: method, solution: solution, policy: policy,
      statistics: proof.statistics)
  }

  // MARK: Lower bound

  private struct Proof {
    var bound = 0.0
    var method = BoundMethod.information
    var statistics = CertificateStatistics()
    /// A schedule for all directions that the search came across.
    var rates: [Double]?
  }

  private func prove(
    _ setup: SolverSetup, _ merged: MergedProblem, horizon: Int
  ) throws(NoisyQuadraticError) -> Proof {
    var proof = Proof()
    let size = groupSize(dimension: merged.dimension, horizon: horizon)
    guard limits.momentum == 0, size > 1 || merged.dimension == 1 else { return proof }
    try MemoryRequirement.check(
      "horizon", horizon, doubles: CostateProgram.doubles(dimension: size, horizon: horizon))
    try MemoryRequirement.check(
      "maximumCones", options.maximumCones, doubles: Double(options.maximumCones) * Double(2 * size + 8))
    let groups = (merged.dimension + size - 1) / size
    for g in 0..<groups {
      // One of every band of curvatures, so that every group is torn the way the whole problem is.
      let members = Array(stride(from: g, to: merged.dimension, by: groups))
      guard
        var program = CostateProgram(
          merged, members: members, cap: setup.limits.scaledRate, horizon: horizon)
      else { return Proof() }
      program.refine(
        gap: groups == 1 ? gap : max(gap / 2, Self.groupGap), maximumRounds: options.maximumRounds,
        maximumCones: options.maximumCones)
      proof.bound += program.lowerBound
      proof.statistics.rounds += program.statistics.rounds
      proof.statistics.backups += program.statistics.backups
      proof.statistics.cones += program.statistics.cones
      if groups == 1 { proof.rates = program.rates }
    }
    proof.statistics.groups = groups
    proof.method =
      merged.dimension == 1
      ? .closedForm : groups == 1 ? .dynamicProgramming : .groupedDynamicProgramming
    return proof
  }

  /// The gap within a group below which the separation of the groups is what counts.
  private static let groupGap = 2e-3

  /// The largest number of distinct curvatures per group that the work limit allows; below 2 for none.
  private func groupSize(dimension: Int, horizon: Int) -> Int {
    var size = min(options.largestGroup, dimension)
    func work(_ size: Int) -> Double {
      Double(horizon) * Elementary.pow(2, Double(size)) * Double((dimension + size - 1) / size)
    }
    while size > 1, work(size) > options.maximumWork { size -= 1 }
    return size
  }

  // MARK: Upper bound

  /// The final loss of a schedule without momentum, every rounding upward.
  private static func roundedUp(
    _ merged: MergedProblem, _ setup: SolverSetup, _ solution: Solution
  ) -> Double {
    let outward = 16 * RateQuadratic.unit
    var moments = merged.secondMoment
    for modelRate in solution.schedule.learningRates {
      let rate = setup.problem.scaledRate(modelRate)
      for i in moments.indices {
        let g = rate * merged.curvature[i]
        let u = abs(1 - g) + outward * (1 + g)
        moments[i] = (u * u * moments[i] + rate * rate * merged.noise[i]) * (1 + outward)
      }
    }
    return zip(merged.finalCostate, moments).reduce(0) { $0 + $1.0 * $1.1 }
  }

  // MARK: Policy

  /// The policy of the solution and of schedules that are locally optimal from starts around the model's.
  private func policy(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, _ merged: MergedProblem, _ solution: Solution
  ) throws(NoisyQuadraticError) -> FeedbackPolicy {
    let horizon = solution.schedule.count
    let best = solution.schedule.learningRates.map(setup.problem.scaledRate)
    let starts = Self.policyStarts(setup.problem)
    try MemoryRequirement.check(
      "horizon", horizon,
      doubles: FeedbackPolicy.doubles(
        dimension: merged.dimension, horizon: horizon, schedules: 2 * starts.count + 1))
    let engine = SweepEngine(setup.kernels, capacity: horizon)
    let descent = SweepDescent(
      engine: engine, setup: setup, maximumSweeps: 20, tolerance: 1e-6, verifies: false,
      weights: nil)
    // Where the solution leads, and where a long way at small rates does.
    let small = best.map { _ in 0.1 * setup.limits.referenceRate(setup.problem) }
    let others = starts.flatMap { start in
      engine.start.fill(0, with: start)
      return [best, small].map { descent.descend(rates: $0, momenta: $0.map { _ in 0 }).rates }
    }
    return FeedbackPolicy(
      model, setup.problem, merged, cap: setup.limits.scaledRate, schedules: [best] + others)
  }

  /// The model's moments four times larger and smaller, all together and, of few directions, each.
  private static func policyStarts(_ problem: NormalizedProblem) -> [[Double]] {
    let m = problem.secondMoment
    let all = [0.25, 4].map { factor in m.map { factor * $0 } }
    guard m.count > 1, m.count <= 8 else { return all }
    return all
      + m.indices.flatMap { i in
        [0.25, 4].map { factor in m.indices.map { $0 == i ? factor * m[$0] : m[$0] } }
      }
  }
}
