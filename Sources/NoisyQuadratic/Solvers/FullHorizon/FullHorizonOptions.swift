/// How long ``FullHorizonSolver`` searches.
public struct FullHorizonOptions: Sendable, Equatable {
  /// Sweep pairs that every start gets, at least 1; with momentum, on all but small problems, ten and then only the
  /// best three starts get them. If `nil` 40; up to 400 for `d T` below 5000, where they
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
  /// The KKT residual (S11) at which Newton's method stops.
  public var residualTolerance = 1e-11
  /// Newton steps at most; 0 for sweeps alone.
  public var maximumNewtonSteps = 100
  /// Largest number of variables, rates and momenta, for which Newton's method is tried: each step factors
  /// a matrix of that order. Above 10¹⁰ for `d` times its square, some minutes of work, and where derivatives
  /// would take more than 1 GiB, it is not tried either. The memory of the machine decides nothing.
  public var maximumNewtonVariables = 1200
  /// Number of schedules to start from, at least 1: the standard ones first, then random ones. Every one is
  /// carried on to its own local optimum, and so are perturbations of the best. If `nil` the standard
  /// ones are scouted and the best alone goes on, the best three for `d T` up to 5000.
  public var starts: Int?
  /// Seed of the random starts and perturbations.
  public var seed: UInt64 = 0
  /// Further schedules to start from, not counted in ``starts``; each must have as many steps as the
  /// horizon. A step beyond the limits is moved onto them.
  public var additionalStarts: [Schedule] = []

  /// The defaults.
  public init() {}

  /// Numbers in 1 GiB, that Newton's method may store.
  private static let mostNewtonDoubles = 0x1p27

  /// Whether Newton's method is to be tried: the same for a problem on every machine.
  func usesNewton(_ setup: SolverSetup, steps: Int) -> Bool {
    let (d, usesMomentum) = (setup.problem.dimension, setup.limits.usesMomentum)
    let variables = (usesMomentum ? 2 : 1) * steps
    let doubles = ScheduleHessian.doubles(dimension: d, steps: steps, usesMomentum: usesMomentum)
    return maximumNewtonSteps > 0 && variables <= maximumNewtonVariables
      && Double(d) * Double(variables) * Double(variables) <= 1e10
      && doubles <= Self.mostNewtonDoubles
  }

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
