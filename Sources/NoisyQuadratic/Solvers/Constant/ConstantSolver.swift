/// The best constant learning rate, or the best constant rate and momentum, for a horizon.
///
/// The solver evaluates a grid over the whole box and refines the lowest of its local minima. Runs are
/// evaluated step by step as long as that is cheaper, otherwise by the closed forms C1–C3. The cost of long
/// horizons therefore grows like their logarithm.
///
/// Complexity: some 50 evaluations without momentum. With momentum, some 1000 to 3000, and up to 8000
/// for at most 64 steps, where the grid is finer. Each evaluation is O(d min(T, log T)).
public struct ConstantSolver: ScheduleSolver {
  /// Options that limit the search.
  public struct Options: Sendable, Equatable {
    /// The largest number of steps of each search that refines a point of the grid, at least 1.
    public var maximumSearchSteps = NelderMead.maximumSteps

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
  /// The termination is ``Termination/iterationLimit`` if one of the searches stopped at its limit. The
  /// method also throws for options outside their domain.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try options.check()
    let setup = try SolverSetup(model, horizon: horizon, limits, passes: 100)
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
    maximumSearchSteps: Int = NelderMead.maximumSteps
  ) -> (minimum: ConstantMinimizer.Minimum, evaluations: Int) {
    let dynamics = setup.dynamics
    let start = dynamics.makeColumns(columns: dynamics.stateColumns)
    dynamics.reset(start)
    let run = ConstantRun(setup, from: start)
    var evaluations = 0
    let minimizer = ConstantMinimizer(
      setup, moments: start, steps: horizon, maximumSearchSteps: maximumSearchSteps
    ) { alpha, mu in
      evaluations += 1
      return horizon <= (setup.limits.allowsMomentum ? 2000 : 300)
        ? run.simulate(alpha, mu, steps: horizon) : closedForm(setup.problem, alpha, mu, horizon)
    }
    return (isRough ? minimizer.scan() : minimizer.minimize(), evaluations)
  }

  /// The loss after `steps` constant steps from rest, in the kernels' units.
  static func closedForm(_ problem: NormalizedProblem, _ alpha: Double, _ mu: Double, _ steps: Int) -> Double
  {
    var sum = 0.0
    for i in problem.curvature.indices {
      let h = problem.curvature[i]
      let decay: Double
      let noise: Double
      if mu == 0 {
        (decay, noise) = SGDPower.factors(alpha: alpha, h: h, steps: steps)
      } else {
        let power = HeavyBallPower(g: alpha * h, mu: mu)
        let xx = power.power(steps).xx
        decay = xx * xx
        noise = problem.noise[i] > 0 ? alpha * alpha * power.noise(steps).p : 0
      }
      sum += problem.weight[i] * (decay * problem.secondMoment[i] + noise * problem.noise[i])
    }
    return 0.5 * sum
  }
}
