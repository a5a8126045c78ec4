/// The optimal schedule, in closed form, of a model whose directions all have the same curvature (S9, Theorem
/// 3 of Wu et al. 2018, univariate and spherical).
///
/// ```
/// α_t = h m_t/(h² m_t + c),   m_t = m₀ c/(c + t h² m₀)
/// ```
/// Here `m = Σ n m_i` and `c = Σ n c_i/B`. The schedule is greedy. It is optimal for every horizon, and also
/// among schedules with momentum: it attains the information bound if `c_i/m_i` is the same in all
/// directions. If a limit is active, it is active in the first steps, which then take the limit.
///
/// Complexity: O(d + T).
public struct EqualCurvatureSolver: ScheduleSolver {
  /// Limits on rate and momentum; momentum is never used.
  public var limits: HyperparameterLimits

  /// Creates a solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits(learningRate: .none)) {
    self.limits = limits
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``. The method also throws if two positive curvatures differ.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    try model.requireAdditiveNoise(for: "the closed form for equal curvatures")
    let setup = try SolverSetup(model, horizon: horizon, limits)
    let problem = setup.problem
    let h = problem.curvature[0]
    for (i, other) in problem.curvature.enumerated() where other != h {
      throw .invalidValue(
        field: "curvature", index: problem.directions[i],
        value: model.curvature[problem.directions[i]],
        expected: "the curvature \(model.curvature[problem.directions[0]]) of the other directions")
    }
    let c = zip(problem.weight, problem.noise).reduce(0) { $0 + $1.0 * $1.1 }
    var m = zip(problem.weight, problem.secondMoment).reduce(0) { $0 + $1.0 * $1.1 }
    func greedy(_ m: Double) -> Double { m > 0 ? h * m / (h * h * m + c) : 0 }
    var rates = [Double]()
    rates.reserveCapacity(horizon)
    while rates.count < horizon, greedy(m) > setup.limits.scaledRate {
      let rate = setup.limits.scaledRate
      m = (1 - rate * h) * (1 - rate * h) * m + rate * rate * c
      rates.append(rate)
    }
    let start = rates.count
    for t in start..<horizon {
      // m₀ c/(c + t h² m₀). Without noise, one step solves the problem.
      let rest = Double(t - start) * h * h * m
      rates.append(greedy(t == start ? m : m * (c / (c + rest))))
    }
    return try Solution(
      model, setup, KernelSchedule(rates: rates, momenta: Array(repeating: 0, count: horizon)),
      termination: .closedForm)
  }
}
