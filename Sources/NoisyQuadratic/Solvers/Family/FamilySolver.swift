/// The best schedule of a family, by exact gradients with respect to its parameters.
///
/// The parameters, positive ones by their logarithms, are mapped to the unit cube (F5). The objective is
/// evaluated at points spread evenly over the cube; from the lowest of them, as far as they lie apart, a
/// projected quasi-Newton method descends (F6) along the gradient that adjoints and the chain rule give
/// (S5, F1). The schedule stays within the limits: learning-rate parameters end at the limit, which bounds
/// every rate; should a family not keep to that, what exceeds the limit is not a candidate.
///
/// The search is deterministic, and finds the global minimum where the scan meets its basin. On 1260 random
/// problems with gradient noise and families of two parameters it was never above an 81 × 81 grid. Without any
/// noise, and with momentum, there are many narrow minima: there it was in 5 of 120. ``SolverStatistics/starts``
/// tells how the descents agree.
///
/// Complexity: ``Options/scanPoints`` evaluations and ``Options/descents`` descents of some 10 to 100 gradients,
/// each O(d T).
public struct FamilySolver: ScheduleSolver {
  /// How long to search.
  public struct Options: Sendable, Equatable {
    /// Points at which the objective is evaluated first, at least 1. If `nil` 64 for every parameter, 256
    /// at most; 1024 with momentum, the source of narrow minima, for `d T` up to 10⁵, where they cost little.
    public var scanPoints: Int?
    /// Points to descend from, at least 1. If `nil` 6; 16 where there are 1024 points.
    public var descents: Int?
    /// Iterations that one descent may take.
    public var maximumIterations = 200
    /// ``FamilyFit/residual`` below which a descent counts as converged.
    public var tolerance = 1e-9

    /// The defaults.
    public init() {}

    /// The scan and the descents for one problem.
    func effort(parameters: Int, usesMomentum: Bool, size: Double) -> (points: Int, descents: Int) {
      let isWide = usesMomentum && size <= 1e5
      return (
        max(scanPoints ?? (isWide ? 1024 : min(64 * parameters, 256)), 1),
        max(descents ?? (isWide ? 16 : 6), 1)
      )
    }
  }

  /// The family.
  public var family: any ScheduleFamily
  /// Limits on rate and momentum. A family's fixed momentum must lie within them.
  public var limits: HyperparameterLimits
  /// What to minimize.
  public var objective: Objective
  /// How long to search.
  public var options: Options

  /// A solver for one family.
  public init(
    family: any ScheduleFamily, limits: HyperparameterLimits = HyperparameterLimits(),
    objective: Objective = .finalLoss, options: Options = Options()
  ) {
    self.family = family
    self.limits = limits
    self.objective = objective
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)`` and ``fit(_:horizon:)``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try fit(model, horizon: horizon).solution
  }

  /// The best member of the family, with its parameters.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  /// - Returns: parameters and solution. Not converging is reported in ``Solution/termination``.
  /// - Throws: ``NoisyQuadraticError`` for a horizon, limits, an objective or a fixed momentum outside
  ///   their domain, for work beyond memory, and whatever the family throws within its parameters' ranges.
  public func fit(
    _ model: NoisyQuadraticModel, horizon: Int
  ) throws(NoisyQuadraticError) -> FamilyFit {
    let setup = try SolverSetup(model, horizon: horizon, limits, objective, engineSteps: horizon, passes: 500)
    let search = try FamilySearch(setup, family: family, horizon: horizon)
    let effort = options.effort(
      parameters: search.axes.count, usesMomentum: setup.limits.usesMomentum && family.momentum != .fixed(0),
      size: Double(model.dimension) * Double(horizon))
    let scan = try search.scan(points: effort.points)
    var outcomes: [BoundedBFGS.Outcome] = []
    for start in search.starts(scan, count: effort.descents) {
      outcomes.append(
        try BoundedBFGS.minimize(
          search.evaluate, from: start, maximumIterations: max(options.maximumIterations, 0),
          tolerance: options.tolerance))
    }
    var statistics = SolverStatistics()
    statistics.evaluations = outcomes.reduce(scan.count + 1) { $0 + $1.evaluations }
    statistics.newtonSteps = outcomes.reduce(0) { $0 + $1.iterations }
    statistics.starts = outcomes.enumerated().map { i, outcome in
      StartReport(
        name: "scan-\(i)", finalLoss: setup.problem.modelLoss(Elementary.exp(outcome.value)), sweeps: 0,
        newtonSteps: outcome.iterations)
    }
    let best = outcomes.min { $0.value < $1.value }
    // Standing still is a member of every family, and out of a logarithm's reach.
    let rest = try search.rest()
    var (parameters, residual, isConverged) = (rest.parameters, 0.0, true)
    if let best, best.value < rest.value {
      (parameters, residual, isConverged) = (search.values(best.point), best.residual, best.converged)
    }
    let solution = try Solution(
      model, setup, try search.steps(parameters) ?? KernelSchedule(rate: 0, steps: horizon), for: objective,
      termination: isConverged ? .converged : .iterationLimit, statistics: statistics)
    return FamilyFit(parameters: parameters, residual: residual, solution: solution)
  }
}
