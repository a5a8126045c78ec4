/// Options that limit the search of ``FullHorizonSolver``.
public struct FullHorizonOptions: Sendable, Equatable {
  /// How much a search may do to find the lowest of many local optima. Efforts count work, not time.
  public enum Effort: String, Sendable, Equatable, CaseIterable {
    /// Some seconds at most.
    case standard
    /// Under a minute on two cores. The result is never above that of ``standard``.
    case thorough
  }

  /// The effort of the search for the lowest of many local optima (S16). It applies to problems whose
  /// evaluations are cheap enough for it; on others the standard starts compete.
  public var effort = Effort.standard
  /// The number of sweep pairs that every start gets where evaluations are dear, at least 1.
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
  /// The largest number of Newton steps of the last descent; 0 for sweeps alone, without the search that
  /// ``effort`` limits.
  public var maximumNewtonSteps = 100
  /// The largest number of variables, rates and momenta, for which Newton's method is tried.
  ///
  /// Each step factors a matrix of that order. Newton's method is also not tried if `d` times the square of
  /// that order exceeds 10¹⁰, some minutes of work, or if derivatives would take more than 1 GiB. The memory
  /// of the machine has no influence.
  public var maximumNewtonVariables = 1200
  /// The number of schedules to start from, at least 1: the standard ones first, then random ones.
  ///
  /// Every start is carried on to its own local optimum. The runs that ``effort`` limits come on top; where
  /// evaluations are too dear for them, perturbations of the best do. If `nil`, all standard starts are taken;
  /// where evaluations are dear, they are scouted and only the best one to three go on.
  public var starts: Int?
  /// The seed of the random starts, runs and perturbations.
  public var seed: UInt64 = 0
  /// Further schedules to start from, not counted in ``starts``. Each must have as many steps as the horizon.
  /// A schedule of another convention is converted exactly. A step beyond the limits is moved onto them.
  public var additionalStarts: [Schedule] = []

  /// Whether seeded runs may be made.
  var allowsRuns = true

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

  /// The budget of seeded runs (S16); `nil` if an evaluation is too dear for them.
  func chains(_ setup: SolverSetup, steps: Int) -> SearchBudget? {
    guard allowsRuns else { return nil }
    guard usesNewton(setup, steps: steps), setup.limits.referenceRate(setup.problem) > 0 else { return nil }
    let isStandard = effort == .standard
    let work = isStandard ? SearchBudget.standardWork : SearchBudget.thoroughWork
    let evaluations = work / SearchBudget.work(setup, steps: steps)
    // The starts of a run take some ten Newton steps each.
    let descent = 10 * (LocalDescent.hessianEvaluations(steps: steps, rule: setup.rule) + 6)
    guard evaluations >= Double((isStandard ? 3 : 1) * ChainSearch.starts * descent) else { return nil }
    return SearchBudget(evaluations: Int(evaluations), runs: isStandard ? 3 : 12)
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
