/// Options that limit the search of ``FullHorizonSolver``.
public struct FullHorizonOptions: Sendable, Equatable {
  /// The number of sweep pairs that every start gets, at least 1.
  ///
  /// With momentum, on all but small problems, every start gets ten, and then only the best three get the
  /// full number. If `nil`, the number is 40. It rises to 400 for `d T` below 5000, where sweeps cost
  /// nothing, and falls to 5 from some 10⁷ on.
  public var scoutingSweeps: Int?
  /// The relative gain of a sweep pair below which scouting a start ends.
  public var scoutingTolerance = 1e-6
  /// The largest total number of sweep pairs for the best start.
  ///
  /// If `nil`, the number is 400. It rises to 4000 for `d T` below 5000 and falls to 40 from some 10⁷ on.
  /// Long runs therefore end after a bounded amount of work, with the last digits open.
  public var maximumSweeps: Int?
  /// The relative gain of a sweep pair below which the best start counts as converged.
  public var tolerance = 1e-13
  /// The KKT residual (S11) at which Newton's method stops.
  public var residualTolerance = 1e-11
  /// The largest number of Newton steps; 0 for sweeps alone.
  public var maximumNewtonSteps = 100
  /// The largest number of variables, rates and momenta, for which Newton's method is tried.
  ///
  /// Each step factors a matrix of that order. Newton's method is also not tried if `d` times the square of
  /// that order exceeds 10¹⁰, some minutes of work, or if derivatives would take more than 1 GiB. The memory
  /// of the machine has no influence.
  public var maximumNewtonVariables = 1200
  /// The number of schedules to start from, at least 1: the standard ones first, then random ones.
  ///
  /// Every start is carried on to its own local optimum, and so are perturbations of the best. If `nil`, the
  /// standard starts are scouted and only the best one goes on; for `d T` up to 5000, the best three go on.
  public var starts: Int?
  /// The seed of the random starts and perturbations.
  public var seed: UInt64 = 0
  /// Further schedules to start from, not counted in ``starts``. Each must have as many steps as the horizon.
  /// A step beyond the limits is moved onto them.
  public var additionalStarts: [Schedule] = []

  /// Creates the default options.
  public init() {}

  /// The largest number of doubles that Newton's method may store: 1 GiB.
  private static let mostNewtonDoubles = 0x1p27

  /// Whether Newton's method is to be tried. For a given problem, the answer is the same on every machine.
  func usesNewton(_ setup: SolverSetup, steps: Int) -> Bool {
    let (d, rule) = (setup.problem.dimension, setup.limits.rule)
    let variables = rule.controls * steps
    let doubles = ScheduleHessian.doubles(dimension: d, steps: steps, rule: rule)
    return maximumNewtonSteps > 0 && variables <= maximumNewtonVariables
      && Double(d) * Double(variables) * Double(variables) <= 1e10
      && doubles <= Self.mostNewtonDoubles
  }

  /// The limits on sweep pairs for one problem.
  func sweeps(directions: Int, horizon: Int) -> (scouting: Int, maximum: Int) {
    let size = Double(directions) * Double(horizon)
    // The number of pairs that some minutes of work allow, and a factor for problems whose pairs cost
    // nothing.
    let affordable = 2e10 / size
    let cheap = min(max(SweepEngine.smallWork / size, 1), 10)
    let maximum = maximumSweeps ?? Int(min(max(affordable / 2, 40), 400 * cheap))
    let scouting = scoutingSweeps ?? Int(min(max(affordable / 20, 5), 40 * cheap))
    return (max(min(scouting, maximum), 1), max(maximum, 1))
  }
}
