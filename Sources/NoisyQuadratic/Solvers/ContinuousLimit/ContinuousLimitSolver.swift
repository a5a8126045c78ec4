/// The schedule of the continuous limit (``ContinuousLimit``), with its exact loss.
///
/// Next to optimal where rates are small beside 1/curvature, as with enough noise or steps, and found in a single
/// pass; ``FullHorizonSolver`` starts from it among others.
///
/// Complexity: O(d T), for the exact loss.
public struct ContinuousLimitSolver: ScheduleSolver {
  /// Limits on rate and momentum; momentum is never used. No limit on the rate stands for `2/h_max`.
  public var limits: HyperparameterLimits

  /// A solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits()) {
    self.limits = limits
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    let setup = try SolverSetup(
      model, horizon: horizon, limits, passes: SolverSetup.singlePass(model, horizon))
    let limit = try ContinuousLimit(model, horizon: horizon, learningRateLimit: limits.learningRate)
    return try Solution(
      model, setup,
      KernelSchedule(rates: limit.plan.rates(), momenta: Array(repeating: 0, count: horizon)),
      termination: .closedForm)
  }
}
