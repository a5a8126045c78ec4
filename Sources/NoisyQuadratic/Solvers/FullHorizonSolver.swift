/// The schedule that minimizes the expected loss after the last step, by exact forward–backward sweeps.
///
/// Given the costates of a schedule, the final loss is an exact quadratic in each step's rate and momentum
/// (S2), minimized within the limits (S4) step by step, forward and then backward (S6). The loss never
/// rises. There are local optima, so the sweeps start from greedy, from small constants and from the
/// continuous limit (S12), with momentum also from the best constant pair and from the optimum without, on
/// small problems from many more. Every start gets ``Options/scoutingSweeps``, the best goes on, and
/// ``SolverStatistics/starts`` reports them all.
///
/// Without momentum sweeps converge in some 10 to 50 pairs whatever the horizon. With momentum they
/// descend fast and then crawl along a valley of equal effective rate `α/(1−μ)`: expect
/// ``Termination/iterationLimit`` short of a local optimum, and read ``SolverStatistics/kktResidual``.
///
/// Complexity: O(d T) per sweep, O(d √T + T) memory beyond 16 MiB.
public struct FullHorizonSolver: ScheduleSolver {
  /// How long to search.
  public struct Options: Sendable, Equatable {
    /// Sweep pairs that every start gets, at least 1. If `nil` 40; up to 400 for `d T` below 5000, where they
    /// cost nothing, and down to 5 from some 10⁷ on.
    public var scoutingSweeps: Int?
    /// Relative gain of a sweep pair below which scouting a start ends.
    public var scoutingTolerance = 1e-6
    /// Sweep pairs that the best start may take in all. If `nil` 400; up to 4000 for `d T` below 5000, and
    /// down to 40 from some 10⁷ on: long runs end after a bounded amount of work, with the last digits
    /// open.
    public var maximumSweeps: Int?
    /// Relative gain of a sweep pair below which the best start counts as converged.
    public var tolerance = 1e-13
    /// Further schedules to start from; each must have as many steps as the horizon.
    public var additionalStarts: [Schedule] = []

    /// The defaults.
    public init() {}

    /// The limits on sweep pairs for one problem.
    func sweeps(directions: Int, horizon: Int) -> (scouting: Int, maximum: Int) {
      let size = Double(directions) * Double(horizon)
      // Pairs that some minutes of work allow, and more of them where they cost nothing.
      let affordable = 2e10 / size
      let cheap = min(max(5e3 / size, 1), 10)
      let maximum = maximumSweeps ?? Int(min(max(affordable / 2, 40), 400 * cheap))
      let scouting = scoutingSweeps ?? Int(min(max(affordable / 20, 5), 40 * cheap))
      return (max(min(scouting, maximum), 1), max(maximum, 1))
    }
  }

  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// How long to search.
  public var options: Options

  /// A solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits(), options: Options = Options()) {
    self.limits = limits
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    let setup = try SolverSetup(model, horizon: horizon, limits, engineSteps: horizon)
    var starts = try starts(setup, model, horizon: horizon)
    for (i, schedule) in options.additionalStarts.enumerated() {
      guard schedule.count == horizon else {
        throw .lengthMismatch(field: "additionalStarts[\(i)]", expected: horizon, actual: schedule.count)
      }
      starts.append(
        Start(
          name: "additional-\(i)", rates: schedule.learningRates.map(setup.problem.scaledRate),
          momenta: schedule.momenta))
    }
    let engine = SweepEngine(setup.kernels, capacity: horizon)
    let (outcome, reports) = search(setup, engine, starts)
    var statistics = SolverStatistics()
    statistics.starts = reports.map {
      StartReport(name: $0.name, finalLoss: setup.problem.modelLoss($0.loss), sweeps: $0.sweeps)
    }
    statistics.sweeps = reports.reduce(0) { $0 + $1.sweeps }
    engine.load(rates: outcome.rates, momenta: outcome.momenta)
    statistics.kktResidual = Self.residual(setup, engine)
    return Solution(
      model, setup.problem, setup.limits, scaledRates: outcome.rates, momenta: outcome.momenta,
      termination: outcome.converged ? .converged : .iterationLimit, statistics: statistics)
  }

  /// Scouts every start and carries the best one on.
  func search(
    _ setup: SolverSetup, _ engine: SweepEngine, _ starts: [Start]
  ) -> (best: SweepDescent.Outcome, reports: [(name: String, loss: Double, sweeps: Int)]) {
    let sweeps = options.sweeps(directions: setup.problem.dimension, horizon: engine.steps)
    func descent(_ sweeps: Int, _ tolerance: Double) -> SweepDescent {
      SweepDescent(engine: engine, setup: setup, maximumSweeps: sweeps, tolerance: tolerance, verifies: true)
    }
    let scout = descent(sweeps.scouting, options.scoutingTolerance)
    var outcomes = starts.map { scout.descend(rates: $0.rates, momenta: $0.momenta) }
    // Where many schedules are optimal, as without noise, the first of equals to rounding is the tamest.
    var best = 0
    for i in outcomes.indices.dropFirst() {
      if outcomes[i].loss < outcomes[best].loss * (1 - 1e-12) { best = i }
    }
    let left = sweeps.maximum - outcomes[best].sweeps
    if left > 0 {
      var further = descent(left, options.tolerance).descend(
        rates: outcomes[best].rates, momenta: outcomes[best].momenta)
      further.sweeps += outcomes[best].sweeps
      outcomes[best] = further
    }
    let reports = zip(starts, outcomes).map { (name: $0.name, loss: $1.loss, sweeps: $1.sweeps) }
    return (outcomes[best], reports)
  }

  /// A schedule to start from, in the kernels' units.
  struct Start {
    var name: String
    var rates: [Double]
    var momenta: [Double]
  }

  private func starts(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> [Start] {
    let zeros = [Double](repeating: 0, count: horizon)
    func constant(_ name: String, _ alpha: Double, _ mu: Double = 0) -> Start {
      Start(
        name: name, rates: Array(repeating: alpha, count: horizon),
        momenta: Array(repeating: mu, count: horizon))
    }
    let greedy = GreedySolver.plan(setup, steps: horizon)
    let reference = setup.limits.referenceRate(setup.problem)
    var starts = [
      Start(name: "greedy", rates: greedy.rates, momenta: greedy.momenta),
      constant("constant-0.1", 0.1 * reference),
      constant("constant-0.01", 0.01 * reference),
    ]
    if reference > 0 {
      let limit = ContinuousLimit(setup.problem, cap: reference, steps: horizon)
      starts.append(
        Start(name: "continuous-limit", rates: limit.rates(steps: horizon), momenta: zeros))
    }
    let isSmall = Double(setup.problem.dimension) * Double(horizon) <= 5e3
    if isSmall || setup.limits.usesMomentum {
      let best = ConstantSolver.minimum(setup, horizon: horizon).minimum
      starts.append(constant("best-constant", best.alpha, best.mu))
    }
    if isSmall {
      // Small problems have the most local optima and the least cost.
      for fraction in [0.3, 1] { starts.append(constant("constant-\(fraction)", fraction * reference)) }
      let ramp = (0..<horizon).map { reference * (Double($0) + 0.5) / Double(horizon) }
      starts.append(Start(name: "falling", rates: ramp.reversed(), momenta: zeros))
      starts.append(Start(name: "rising", rates: ramp, momenta: zeros))
      starts.append(
        Start(
          name: "alternating", rates: (0..<horizon).map { ($0 % 2 == 0 ? 1 : 0.1) * reference },
          momenta: zeros))
      // Rates and momenta all over the box, spread by multiples of irrational numbers.
      func fraction(_ x: Double) -> Double { x - x.rounded(.down) }
      for s in 0..<16 {
        let offset = 0.754_877_666_246_693 * Double(s)
        let steps = (0..<horizon).map(Double.init)
        starts.append(
          Start(
            name: "scattered-\(s)",
            rates: steps.map { reference * fraction(offset + 0.618_033_988_749_895 * $0) },
            momenta: setup.limits.usesMomentum
              ? steps.map { setup.limits.momentum * fraction(2 * offset + 0.414_213_562_373_095 * $0) }
              : zeros))
      }
      if setup.limits.usesMomentum {
        for mu in [0.3, 0.6, 0.95] where mu <= setup.limits.momentum {
          starts.append(constant("constant-momentum-\(mu)", 0.5 * reference, mu))
        }
      }
    }
    if setup.limits.usesMomentum {
      let mu = min(0.9, setup.limits.momentum)
      starts.append(constant("constant-momentum", 0.1 * reference * (1 - mu), mu))
      var plain = limits
      plain.momentum = 0
      var scouting = options
      scouting.additionalStarts = []
      scouting.maximumSweeps =
        options.sweeps(directions: setup.problem.dimension, horizon: horizon).scouting
      let solution = try FullHorizonSolver(limits: plain, options: scouting).solve(model, horizon: horizon)
      starts.append(
        Start(
          name: "without-momentum", rates: solution.schedule.learningRates.map(setup.problem.scaledRate),
          momenta: zeros))
    }
    return starts
  }

  /// The KKT residual of the engine's schedule (S11).
  static func residual(_ setup: SolverSetup, _ engine: SweepEngine) -> Double? {
    let (loss, rateGradient, momentumGradient) = engine.gradient()
    guard loss > 0, loss.isFinite else { return nil }
    let limit = setup.limits.scaledRate
    let rateScale = limit.isFinite ? limit : 1 / setup.problem.maximumCurvature
    func projected(_ slope: Double, _ x: Double, _ upper: Double) -> Double {
      if x <= 0 { return max(-slope, 0) }
      if x >= upper { return max(slope, 0) }
      return abs(slope)
    }
    var residual = 0.0
    for t in 0..<engine.steps {
      residual = max(residual, rateScale * projected(rateGradient[t], engine.rates[t], limit))
      if setup.limits.usesMomentum {
        let momentum = projected(momentumGradient[t], engine.momenta[t], setup.limits.momentum)
        residual = max(residual, setup.limits.momentum * momentum)
      }
    }
    return residual / loss
  }
}
