/// The schedule that minimizes the expected loss after each next step: horizon one.
///
/// Without momentum the rate is `Σ n h² m / Σ n h (h² m + c)` (S1, Schaul et al. 2013). With momentum, rate
/// and momentum are the solution of a 2×2 system (S3, Theorem 2 of Wu et al. 2018), or the best point of the
/// box if a limit is active (S4).
///
/// A greedy step looks only at the next loss. The schedule therefore does not depend on the ``objective``.
///
/// Complexity: O(d T) time, O(d + T) memory.
public struct GreedySolver: ScheduleSolver {
  /// Limits on rate and momentum.
  public var limits: HyperparameterLimits
  /// The objective that ``Solution/objectiveValue`` reports.
  public var objective: Objective

  /// Creates a greedy solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits(), objective: Objective = .finalLoss) {
    self.limits = limits
    self.objective = objective
  }

  /// See ``ScheduleSolver/solve(_:horizon:)``.
  public func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution {
    let setup = try SolverSetup(
      model, horizon: horizon, limits, objective, passes: SolverSetup.singlePass(model, horizon),
      anyNoise: true)
    let plan = Self.plan(setup, steps: horizon)
    return try Solution(model, setup, plan.schedule, for: objective, termination: .closedForm)
  }

  /// The greedy steps from a state, and the loss after them. If no state is given, they begin at the start of
  /// the run.
  static func plan(
    _ setup: SolverSetup, steps: Int, from start: AlignedColumns? = nil
  ) -> (schedule: KernelSchedule, loss: Double) {
    let dynamics = setup.dynamics
    let state = dynamics.makeColumns(columns: dynamics.stateColumns)
    let moments = dynamics.makeColumns(columns: dynamics.momentColumns)
    let costate = dynamics.makeColumns(columns: dynamics.costateColumns)
    if let start {
      state.copy(from: start, 0, to: 0, count: dynamics.stateColumns)
    } else {
      dynamics.reset(state)
    }
    dynamics.terminalAdjoint(costate)
    var rates = [Double]()
    var momenta = [Double]()
    rates.reserveCapacity(steps)
    momenta.reserveCapacity(steps)
    for _ in 0..<steps {
      dynamics.record(state, into: moments, at: 0)
      let step = setup.limits.step.minimizer(
        dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0))
      dynamics.advance(state, step.alpha, step.mu)
      rates.append(step.alpha)
      momenta.append(step.mu)
    }
    return (KernelSchedule(rates: rates, momenta: momenta), dynamics.loss(state))
  }
}

extension SolverSetup {
  /// A plan for the steps that count, continued greedily to the horizon.
  func continued(_ schedule: KernelSchedule, horizon: Int) -> KernelSchedule {
    guard schedule.count < horizon else { return schedule }
    let state = dynamics.makeState()
    for t in 0..<schedule.count { dynamics.advance(state, schedule.rates[t], schedule.momenta[t]) }
    return schedule + GreedySolver.plan(self, steps: horizon - schedule.count, from: state).schedule
  }
}
