/// Chooses a schedule and proves how far from optimal it can be.
///
/// Without momentum, the lower bounds come from dynamic programming backward from the end. The smallest value of
/// `Σ w m` that j steps can reach is concave in the costate w, so bounds at some costates are bounds at all of
/// them. Shared exponents (B9) bound the costates of any number of directions by three sums of the rates; up to
/// ``CertificateOptions/maximumCurvatures`` distinct curvatures, cones of costates (B1) can close any gap. No
/// lower bound uses a schedule's value. The upper bound is the loss of the better of two schedules: that of
/// ``FullHorizonSolver``, and the best one found by descent from the schedules that the bounds led to.
///
/// The methods are tried from cheap to expensive until the gap is closed. The information bound (M7) and the
/// intrinsic-time bound (L5) come first. With momentum, the common-clock and path-length bounds (B14–B17)
/// follow. They hold for all rates and momenta, also beyond the limits. For rates whose squares overflow, only
/// the information bound applies. ``OptimalityCertificate/method`` tells which method gave the bound, and
/// ``OptimalityCertificate/termination`` why the bound is no higher. Directions of equal curvature are merged,
/// exactly.
///
/// If the noise grows with the error, the lower bound is that of the noise at the minimum (X2), and there is no
/// policy.
///
/// The work is counted, not timed, so it is the same on every machine. A caller with a time limit stops the
/// proof from outside and receives the best bound so far.
///
/// Complexity: shared exponents take some 10⁵ nodes for 250 steps, each with up to some hundred groups of
/// directions, and a few passes over them. Cones take O(T) backups per round, 10 to 100 rounds; each backup
/// visits 10 to 100 of the cones, whose number doubles with every distinct curvature.
public struct CertifiedSolver: ScheduleSolver {
  /// Options that limit the effort.
  public typealias Options = CertificateOptions

  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// The relative gap between the bounds at which to stop, in [0, 1).
  public var gap: Double
  /// Options that limit the effort.
  public var options: Options

  /// Creates a solver that stops at a relative gap of `gap` between its bounds.
  public init(
    limits: HyperparameterLimits = HyperparameterLimits(), gap: Double = 1e-3, options: Options = Options()
  ) {
    self.limits = limits
    self.gap = gap
    self.options = options
  }

  /// The schedule of ``certify(_:horizon:known:shouldContinue:)``, without its bounds.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try certify(model, horizon: horizon).solution
  }

  /// Chooses a schedule of `horizon` steps and bounds the gain that any other schedule could bring.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  ///   - known: a solution of the same model within the same limits, to start from instead of solving anew. A
  ///     schedule of another convention is converted exactly.
  ///   - shouldContinue: called every few milliseconds of work on the lower bound. If it returns false, the
  ///     certificate has the bounds so far. The upper bound and the policy are not part of that work.
  /// - Returns: both bounds, the schedule and a feedback policy. A gap that is not reached is reported in
  ///   ``OptimalityCertificate/isReached`` and does not throw.
  /// - Throws: ``NoisyQuadraticError`` for a gap, horizon, limits, known solution or options outside their
  ///   domain, or for a problem that does not fit into memory.
  public func certify(
    _ model: NoisyQuadraticModel, horizon: Int, known: Solution? = nil,
    shouldContinue: @escaping (CertificateProgress) -> Bool = { _ in true }
  ) throws(NoisyQuadraticError) -> OptimalityCertificate {
    try checkOptions()
    if model.noiseKind.isStateDependent {
      return try certifyByAdditiveNoise(model, horizon: horizon, known: known, shouldContinue: shouldContinue)
    }
    let setup = try SolverSetup(
      model, horizon: horizon, limits, engineSteps: options.findsPolicy ? horizon : 0)
    let known = try known?.converted(to: .velocity)
    if let known { try check(known, setup, horizon: horizon) }
    let merged = MergedProblem(setup.problem)
    // The margin is for the roundings of `c/B`, `m₀`, `n h` and of sums over directions (B5).
    let margin = Double(model.dimension + 4096) * 2 * RateQuadratic.unit
    var full = FullHorizonSolver(limits: limits)
    var solution: Solution
    if let known { solution = known } else { solution = try full.solve(model, horizon: horizon) }
    var upper = Self.upperBound(merged, setup, solution, margin: margin)
    let bounds = KnownBounds(
      lower: 0, upper: upper,
      rates: limits.momentum == 0 ? setup.problem.scaled(solution.schedule).rates : [], gap: gap)
    let proof = try prove(
      model, setup, merged, horizon: horizon, downward: 1 - margin, bounds, shouldContinue)
    if let trial = proof.best.trial,
      !bounds.isClosed(by: proof.best.value) || setup.problem.modelLoss(trial.loss) < upper
    {
      // The proof has found the basin of the optimum.
      full.options.additionalStarts = [
        setup.problem.schedule(Self.plain(trial.rates)),
        solution.schedule,
      ]
      solution = try full.solve(model, horizon: horizon)
      upper = Self.upperBound(merged, setup, solution, margin: margin)
    }
    let policy =
      limits.momentum > 0 || !options.findsPolicy ? nil : try policy(setup, model, merged, solution)
    return OptimalityCertificate(
      lowerBound: proof.best.value, upperBound: upper, requestedGap: gap, method: proof.best.method,
      ending: proof.ending, solution: solution, policy: policy, statistics: proof.best.statistics)
  }

  /// The certificate of a model whose noise grows with the error. The lower bound is that of the noise at the
  /// minimum, which every loss exceeds (X2). There is no policy.
  private func certifyByAdditiveNoise(
    _ model: NoisyQuadraticModel, horizon: Int, known: Solution?,
    shouldContinue: @escaping (CertificateProgress) -> Bool
  ) throws(NoisyQuadraticError) -> OptimalityCertificate {
    let setup = try SolverSetup(model, horizon: horizon, limits, anyNoise: true)
    let known = try known?.converted(to: .velocity)
    if let known { try check(known, setup, horizon: horizon) }
    let solution: Solution
    if let known {
      solution = known
    } else {
      solution = try FullHorizonSolver(limits: limits).solve(model, horizon: horizon)
    }
    // The limit as a number: a limit by the growth of the first step depends on the noise.
    var additive = self
    additive.limits.learningRate = setup.limits.learningRate.map(LearningRateLimit.value) ?? .none
    additive.options.findsPolicy = false
    let proof = try additive.certify(
      model.withAdditiveNoise, horizon: horizon, shouldContinue: shouldContinue)
    // Sums of positive terms: every step adds some roundings of each, and its sum over the directions.
    let margin = Double(model.dimension + 64) * Double(horizon) * RateQuadratic.unit
    let upper = limits.momentum > 0 ? solution.finalLoss : solution.finalLoss * (1 + margin)
    let ending: CertificateTermination = proof.termination == .reached ? .exhausted : proof.termination
    return OptimalityCertificate(
      lowerBound: proof.lowerBound, upperBound: upper, requestedGap: gap, method: proof.method,
      ending: ending, solution: solution, policy: nil, statistics: proof.statistics)
  }

  private func checkOptions() throws(NoisyQuadraticError) {
    guard gap >= 0, gap < 1 else {
      throw .invalidValue(field: "gap", value: gap, expected: "at least 0 and below 1")
    }
    for (field, value) in [
      ("maximumRounds", options.maximumRounds), ("maximumCones", options.maximumCones),
      ("maximumCurvatures", options.maximumCurvatures),
    ] where value < 1 {
      throw .invalidCount(field: field, value: value, expected: "at least 1")
    }
    guard options.maximumWork >= 0 else {
      throw .invalidValue(field: "maximumWork", value: options.maximumWork, expected: "at least 0")
    }
  }

  private func check(
    _ known: Solution, _ setup: SolverSetup, horizon: Int
  ) throws(NoisyQuadraticError) {
    guard known.schedule.count == horizon else {
      throw .lengthMismatch(field: "known", expected: horizon, actual: known.schedule.count)
    }
    try known.schedule.requireBatchSizeOfModel(
      "a certificate is about the batch size of the model", in: "known.")
    guard known.learningRateLimit == setup.limits.learningRate else {
      throw .invalidValue(
        field: "known.learningRateLimit", value: known.learningRateLimit ?? .infinity,
        expected: "the limit of the certificate")
    }
    guard known.momentumLimit == limits.momentum else {
      throw .invalidValue(
        field: "known.momentumLimit", value: known.momentumLimit, expected: "the limit of the certificate")
    }
    // The limits of a solution in another convention are limits on other numbers.
    if let t = known.schedule.momenta.firstIndex(where: { $0 > limits.momentum }) {
      throw .invalidValue(
        field: "known.momentum", index: t, value: known.schedule.momenta[t],
        expected: "at most the limit of the certificate, \(limits.momentum)")
    }
  }

  // MARK: Lower bound

  /// The highest bound of the methods that apply, and the reason why it is no higher. Its statistics are the
  /// sums over all methods.
  private func prove(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, _ merged: MergedProblem, horizon: Int,
    downward: Double, _ known: KnownBounds, _ shouldContinue: @escaping (CertificateProgress) -> Bool
  ) throws(NoisyQuadraticError) -> (best: LowerBound, ending: CertificateTermination) {
    var known = known
    let meter = WorkMeter(
      CertificateProgress(lowerBound: 0, upperBound: known.upper, workLimit: options.maximumWork),
      shouldContinue)
    var methods: [any LowerBoundMethod] = []
    if limits.momentum == 0 {
      if let method = try DynamicProgrammingMethod(
        setup, merged, horizon: horizon, options, downward: downward)
      {
        methods.append(method)
      }
      if let method = IntrinsicTimeMethod(setup, merged, horizon: horizon, downward: downward) {
        methods.append(method)
      }
      if let method = SharedExponentMethod(setup, merged, horizon: horizon, downward: downward) {
        methods.append(method)
      }
    } else if let method = CommonClockMethod(setup, merged, horizon: horizon, downward: downward) {
      methods.append(method)
    }
    methods.append(InformationMethod(bound: try model.informationBound(steps: horizon) * downward))
    var best = LowerBound(method: .information)
    var statistics = CertificateStatistics()
    var isLimited = false
    var trial: (rates: [Double], loss: Double)?
    // The cheapest method comes first; of equally cheap ones, the earlier one.
    let order = methods.indices.sorted {
      (methods[$0].estimatedWork, $0) < (methods[$1].estimatedWork, $1)
    }
    for (done, i) in order.enumerated() where !known.isClosed(by: best.value) && !meter.isStopped {
      // Every method may spend an equal share of the work that is left.
      meter.grant(meter.left / Double(order.count - done))
      guard methods[i].estimatedWork <= meter.granted, methods[i].estimatedWork.isFinite else {
        isLimited = true
        continue
      }
      let bound = try methods[i].prove(known, meter)
      statistics.add(bound.statistics)
      if bound.isLimited { isLimited = true }
      trial = bound.trial ?? trial
      if bound.value > best.value { best = bound }
      known.lower = best.value
      meter.progress.lowerBound = best.value
    }
    statistics.work = meter.progress.work
    (best.statistics, best.trial) = (statistics, trial)
    return (best, meter.isStopped ? .stopped : isLimited ? .limit : .exhausted)
  }

  // MARK: Upper bound

  /// The final loss of a solution. Without momentum, every rounding is taken upward.
  private static func upperBound(
    _ merged: MergedProblem, _ setup: SolverSetup, _ solution: Solution, margin: Double
  ) -> Double {
    guard solution.momentumLimit == 0 else { return solution.finalLoss }
    let outward = 16 * RateQuadratic.unit
    var moments = merged.secondMoment
    for rate in setup.problem.scaled(solution.schedule).rates {
      for i in moments.indices {
        let g = rate * merged.curvature[i]
        let u = abs(1 - g) + outward * (1 + g)
        moments[i] = (u * u * moments[i] + rate * rate * merged.noise[i]) * (1 + outward)
      }
    }
    let losses = zip(merged.finalCostate, moments).map { $0 * $1 }
    return setup.problem.modelLoss(losses.reduce(0, +) * (1 + margin))
  }

  /// A schedule without momentum.
  private static func plain(_ rates: [Double]) -> KernelSchedule {
    KernelSchedule(rates: rates, momenta: Array(repeating: 0, count: rates.count))
  }

  // MARK: Policy

  /// The policy made of the solution and of schedules that are locally optimal from starts around the
  /// model's.
  private func policy(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, _ merged: MergedProblem, _ solution: Solution
  ) throws(NoisyQuadraticError) -> FeedbackPolicy {
    let horizon = solution.schedule.count
    let best = setup.problem.scaled(solution.schedule).rates
    let starts = Self.policyStarts(setup.problem)
    try MemoryRequirement.check(
      "horizon", horizon,
      doubles: FeedbackPolicy.doubles(
        dimension: merged.dimension, horizon: horizon, schedules: 2 * starts.count + 1))
    let engine = SweepEngine(setup.dynamics, capacity: horizon)
    let descent = SweepDescent(
      engine: engine, setup: setup, maximumSweeps: 20, tolerance: 1e-6, verifies: false,
      weights: nil)
    // From every state, one descent begins at the solution's rates and one at small rates.
    let small = best.map { _ in 0.1 * setup.limits.referenceRate(setup.problem) }
    let others = starts.flatMap { start in
      engine.start.fill(0, with: start)
      return [best, small].map { descent.descend(Self.plain($0)).schedule.rates }
    }
    return FeedbackPolicy(
      model, setup.problem, merged, rateLimit: setup.limits.scaledRate, schedules: [best] + others)
  }

  /// The model's moments, four times larger and smaller. All are scaled together and, if there are few
  /// directions, each alone.
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
