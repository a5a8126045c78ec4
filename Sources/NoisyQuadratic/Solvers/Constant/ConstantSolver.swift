/// The best constant learning rate, or the best constant rate and momentum, for a horizon.
///
/// With momentum, the loss has many local minima if there is little noise. The solver scans the box with two
/// grids and descends from the lowest of their minima by Newton's method with exact derivatives (C6, C7). Runs
/// are evaluated in closed form (C6), so the cost of long horizons grows like their logarithm. If the noise grows
/// with the error (X4), there is no closed form, and every run takes all its steps.
///
/// Complexity: some 50 evaluations without momentum. With momentum, some 5000 to 30 000, and at most some
/// 250 000 if little noise and many minima leave doubt. Each evaluation is O(d log T).
public struct ConstantSolver: ScheduleSolver {
  /// Options that limit the search.
  public struct Options: Sendable, Equatable {
    /// The largest number of Newton steps from each minimum of a grid, at least 1.
    public var maximumSearchSteps = ConstantMinimizer.Effort.newtonSteps

    /// Creates the default options.
    public init() {}

    func check() throws(NoisyQuadraticError) {
      guard maximumSearchSteps >= 1 else {
        throw .invalidCount(field: "maximumSearchSteps", value: maximumSearchSteps, expected: "at least 1")
      }
    }
  }

  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// Options that limit the search.
  public var options: Options

  /// Creates a solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits(), options: Options = Options()) {
    self.limits = limits
    self.options = options
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  ///
  /// The termination is ``Termination/iterationLimit`` if the descent to the best point stopped at its limit, or
  /// if only one of several descents led there. The method also throws for options outside their domain.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try options.check()
    let setup = try SolverSetup(model, horizon: horizon, limits, passes: 100, anyNoise: true)
    let (minimum, evaluations) = Self.minimum(
      setup, horizon: horizon, maximumSearchSteps: options.maximumSearchSteps)
    var statistics = SolverStatistics()
    statistics.evaluations = evaluations
    return try Solution(
      model, setup, KernelSchedule(rate: minimum.alpha, momentum: minimum.mu, steps: horizon),
      termination: minimum.converged ? .converged : .iterationLimit, statistics: statistics)
  }

  /// The best constant rate and momentum, or a point near it if `isRough`, and the number of runs evaluated.
  static func minimum(
    _ setup: SolverSetup, horizon: Int, isRough: Bool = false,
    maximumSearchSteps: Int = ConstantMinimizer.Effort.newtonSteps
  ) -> (minimum: ConstantPoint, evaluations: Int) {
    let start = setup.dynamics.makeState()
    let minimizer = ConstantMinimizer(
      setup, from: start, steps: horizon, maximumSearchSteps: maximumSearchSteps)
    return (isRough ? minimizer.scan() : minimizer.minimize(), minimizer.run.evaluations)
  }
}
