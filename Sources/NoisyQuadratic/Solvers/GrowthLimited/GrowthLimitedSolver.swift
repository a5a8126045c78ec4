/// The schedule of least expected final loss among those under which no direction's expected loss ever
/// exceeds κ times its start: `m_it ≤ κ m_i0` for all i and t (K1).
///
/// Wu et al. cap the learning rate for that purpose, which is enough without momentum but not with it. This
/// solver uses an augmented Lagrangian (K2). Each round applies Newton's method in the box of the limits
/// (S15). The starts are the best schedule without the limit, the same scaled down to keep to it, and the best
/// without momentum. The result is a local optimum; ``SolverStatistics/growth`` tells the cost of the limit.
///
/// Complexity: O(d T² + T³) per Newton step, with up to some hundred steps; O(d T + T²) memory.
public struct GrowthLimitedSolver: ScheduleSolver {
  /// κ ≥ 1.
  public var growthLimit: Double
  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// Options of the searches for the schedules without the limit.
  public var options: FullHorizonSolver.Options
  /// The largest number of Newton steps from every start.
  public var maximumNewtonSteps = 400
  /// The largest number of rounds of multipliers.
  public var maximumRounds = 20
  /// The relative excess over κ that is tolerated.
  public var tolerance = 1e-9

  /// - Parameters:
  ///   - growthLimit: κ ≥ 1; only the schedule at rest keeps to a smaller limit.
  ///   - limits: limits on rate and momentum.
  ///   - options: options of the searches without the limit.
  public init(
    growthLimit: Double, limits: HyperparameterLimits = HyperparameterLimits(),
    options: FullHorizonSolver.Options = FullHorizonSolver.Options()
  ) {
    self.growthLimit = growthLimit
    self.limits = limits
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  ///
  /// The method also throws for κ below 1, not a number or infinite, and for a problem that does not fit into
  /// memory. It throws for a direction with noise that starts at 0, because any rate above 0 would move it.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try model.requireAdditiveNoise(for: "the limit on growth")
    guard growthLimit >= 1, growthLimit.isFinite else {
      throw .invalidValue(field: "growthLimit", value: growthLimit, expected: "finite and at least 1")
    }
    for (i, moment) in model.initialSecondMoment.enumerated()
    where moment == 0 && model.gradientNoise[i] > 0 && model.curvature[i] > 0 {
      throw .invalidValue(
        field: "initialSecondMoment", index: i, value: 0,
        expected: "above 0 where there is noise, under a growth limit")
    }
    guard maximumRounds >= 0 else {
      throw .invalidCount(field: "maximumRounds", value: maximumRounds, expected: "at least 0")
    }
    let setup = try SolverSetup(model, horizon: horizon, limits)
    try MemoryRequirement.check(
      "horizon", horizon,
      doubles: AugmentedLagrangian.doubles(
        dimension: model.dimension, steps: horizon, rule: UpdateRule(usesMomentum: limits.momentum > 0)))
    let free = try FullHorizonSolver(limits: limits, options: options).solve(model, horizon: horizon)
    let unlimited = model.largestGrowth(under: free.schedule)
    var statistics = free.statistics
    func report(_ schedule: Schedule, pulling: Int) -> GrowthReport {
      GrowthReport(
        limit: growthLimit, largest: model.largestGrowth(under: schedule), pulling: pulling,
        unlimitedLoss: free.finalLoss, unlimited: unlimited)
    }
    if unlimited.factor <= growthLimit * (1 + tolerance) {
      statistics.growth = report(free.schedule, pulling: 0)
      return try Solution(
        model, setup, setup.problem.scaled(free.schedule), termination: free.termination,
        statistics: statistics)
    }
    statistics.optimality = nil
    statistics.secondOrder = nil
    statistics.starts = []
    let found = try search(setup, model, from: free.schedule, horizon: horizon)
    statistics.newtonSteps += found.newtonSteps
    statistics.growth = report(setup.problem.schedule(found.schedule), pulling: found.pulling)
    return try Solution(
      model, setup, found.schedule,
      termination: found.converged ? .converged : .iterationLimit, statistics: statistics)
  }

  /// The lowest result of several descents. They start from the best schedule without momentum, from the best
  /// without the limit and, on small problems, from the starts of the full horizon.
  private func search(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, from unlimited: Schedule, horizon: Int
  ) throws(NoisyQuadraticError) -> Descent {
    typealias Start = StartingSchedules.Start
    func start(_ name: String, _ schedule: Schedule) -> Start {
      Start(name: name, schedule: setup.problem.scaled(schedule))
    }
    // The schedule at rest keeps to every limit.
    let rest = KernelSchedule(rate: 0, steps: horizon)
    var kept = Descent(schedule: rest, loss: setup.dynamics.objective(rest))
    var starts = [start("unlimited", unlimited)]
    if limits.momentum > 0 {
      var plain = limits
      plain.momentum = 0
      let schedule = try FullHorizonSolver(limits: plain, options: options).solve(model, horizon: horizon)
        .schedule
      if model.largestGrowth(under: schedule).factor <= growthLimit {
        let start = start("without-momentum", schedule)
        kept = Descent(schedule: start.schedule, loss: setup.dynamics.objective(start.schedule))
      }
      // This start comes first because it keeps to most limits from the outset.
      starts.insert(start("without-momentum", schedule), at: 0)
    }
    var best = kept
    func follow(_ start: Start, steps: Int) {
      let descent = descend(setup, start, keeping: kept, steps: steps)
      let sum = best.newtonSteps + descent.newtonSteps
      if descent.loss < best.loss { best = descent }
      best.newtonSteps = sum
    }
    // Rates of the free schedule, scaled down as little as the limit allows, and momenta by the same share.
    let free = setup.problem.scaled(unlimited)
    func scaled(_ rates: Double, _ momenta: Double) -> Start {
      Start(
        name: "scaled",
        schedule: KernelSchedule(
          rates: free.rates.map { $0 * rates }, momenta: free.momenta.map { $0 * momenta }))
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<20 {
      let middle = 0.5 * (low + high)
      let schedule = setup.problem.schedule(scaled(middle, 1).schedule)
      if model.largestGrowth(under: schedule).factor <= growthLimit { low = middle } else { high = middle }
    }
    if low > 0 { starts.append(scaled(low, low)) }
    for start in starts { follow(start, steps: maximumNewtonSteps) }
    if SweepEngine.isSmall(dimension: setup.problem.dimension, steps: horizon), horizon <= 32 {
      var starts = StartingSchedules(setup, steps: horizon).standard()
      for share in Self.shares {
        starts += limits.momentum > 0 ? [scaled(share, 1), scaled(share, share)] : [scaled(share, 1)]
      }
      for start in starts { follow(start, steps: min(Self.fewSteps, maximumNewtonSteps)) }
      if !best.converged {
        follow(Start(name: "best", schedule: best.schedule), steps: maximumNewtonSteps)
      }
    }
    return best
  }

  /// The shares of the free schedule that are further starts of small problems.
  private static let shares = [0.9, 0.7, 0.5, 0.3, 0.1]
  /// The Newton steps from each further start of small problems. They tell the basins apart; the best is then
  /// followed to its end.
  private static let fewSteps = 40

  private struct Descent {
    var schedule: KernelSchedule
    var loss: Double
    var converged = false
    var pulling = 0
    var newtonSteps = 0
  }

  /// Descends by rounds of Newton's method on the augmented Lagrangian.
  ///
  /// Each round is followed by new multipliers, and by a larger penalty if the violation did not fall to a
  /// quarter. If the rounds end above the limits, the result moves from a schedule that keeps to the limits
  /// towards the end of the rounds, as far as the limits allow.
  private func descend(
    _ setup: SolverSetup, _ start: StartingSchedules.Start, keeping kept: Descent, steps: Int
  ) -> Descent {
    let reference = setup.dynamics.objective(start.schedule)
    guard reference > 0, reference.isFinite else { return kept }
    let lagrangian = AugmentedLagrangian(
      setup, steps: start.schedule.count, limit: growthLimit, reference: reference)
    var result = Descent(schedule: start.schedule, loss: reference)
    var violation = Double.infinity
    for round in 0..<maximumRounds where result.newtonSteps < steps {
      let accuracy = max(1e-11, Elementary.pow(10, -6 - Double(round)))
      let newton = NewtonDescent(
        objective: lagrangian, maximumSteps: steps - result.newtonSteps, tolerance: accuracy)
      let outcome = newton.descend(
        ScheduleIterate(value: lagrangian.value(result.schedule), result.schedule))
      result.newtonSteps += outcome.newtonSteps
      result.schedule = outcome.schedule
      let next = lagrangian.updateMultipliers(result.schedule)
      if next <= 0.1 * tolerance * growthLimit, accuracy <= 1e-9 {
        result.converged = outcome.converged
        break
      }
      if next > 0.25 * violation { lagrangian.penalty = min(10 * lagrangian.penalty, 1e8) }
      violation = min(violation, next)
    }
    result.pulling = lagrangian.largestGrowth(result.schedule).pulling
    keep(&result, from: kept, lagrangian)
    result.loss = setup.dynamics.objective(result.schedule)
    return result
  }

  /// Moves a schedule that exceeds the limits towards one that does not, no farther than necessary.
  private func keep(_ result: inout Descent, from kept: Descent, _ lagrangian: AugmentedLagrangian) {
    let allowed = growthLimit * (1 + tolerance)
    func at(_ fraction: Double) -> KernelSchedule {
      KernelSchedule(
        rates: zip(result.schedule.rates, kept.schedule.rates).map { $1 + fraction * ($0 - $1) },
        momenta: zip(result.schedule.momenta, kept.schedule.momenta).map { $1 + fraction * ($0 - $1) })
    }
    var (low, high) = (0.0, 1.0)
    guard lagrangian.largestGrowth(result.schedule).growth > allowed else { return }
    result.converged = false
    for _ in 0..<50 {
      let middle = 0.5 * (low + high)
      if lagrangian.largestGrowth(at(middle)).growth <= allowed {
        low = middle
      } else {
        high = middle
      }
    }
    result.schedule = at(low)
  }
}
