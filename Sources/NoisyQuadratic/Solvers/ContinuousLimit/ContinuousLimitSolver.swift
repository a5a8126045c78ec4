/// The schedule of the continuous limit (``ContinuousLimit``), with its exact loss.
///
/// The schedule is nearly optimal if rates are small compared with 1/curvature, as they are with enough noise
/// or steps. It is found in a single pass. ``FullHorizonSolver`` uses it as one of its starts.
///
/// Complexity: O(d T), for the exact loss.
public struct ContinuousLimitSolver: ScheduleSolver {
  /// Limits on rate and momentum; momentum is never used. If the rate has no limit, the limit is `2/h_max`.
  public var limits: HyperparameterLimits

  /// Creates a solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits()) {
    self.limits = limits
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try model.requireAdditiveNoise(for: "the continuous limit")
    let setup = try SolverSetup(
      model, horizon: horizon, limits, passes: SolverSetup.singlePass(model, horizon))
    let limit = try ContinuousLimit(model, horizon: horizon, learningRateLimit: limits.learningRate)
    return try Solution(
      model, setup,
      KernelSchedule(rates: limit.plan.rates(), momenta: Array(repeating: 0, count: horizon)),
      termination: .closedForm)
  }
}
