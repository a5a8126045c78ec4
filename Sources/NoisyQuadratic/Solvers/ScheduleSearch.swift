/// A search for the best schedule of a run from several starts: sweeps, then Newton's method.
struct ScheduleSearch {
  private let setup: SolverSetup
  private let options: FullHorizonSolver.Options
  private let engine: SweepEngine
  private let usesNewton: Bool

  init(_ setup: SolverSetup, _ options: FullHorizonSolver.Options, steps: Int) {
    self.setup = setup
    self.options = options
    engine = SweepEngine(setup.kernels, capacity: steps)
    let variables = setup.limits.usesMomentum ? 2 * steps : steps
    usesNewton = options.maximumNewtonSteps > 0 && variables <= options.maximumNewtonVariables
  }

  /// The outcome of every start, and the best.
  func run(
    _ starts: [StartingSchedules.Start]
  ) -> (best: SweepDescent.Outcome, outcomes: [SweepDescent.Outcome]) {
    let sweeps = options.sweeps(directions: setup.problem.dimension, horizon: engine.capacity)
    let scout = descent(sweeps.scouting, options.scoutingTolerance)
    var outcomes = starts.map { scout.descend(rates: $0.rates, momenta: $0.momenta) }
    if options.starts != nil {
      for i in outcomes.indices { outcomes[i] = finished(outcomes[i], sweeps.maximum) }
    }
    // Where many schedules are optimal, as without noise, the first of equals to rounding is the tamest.
    var best = 0
    for i in outcomes.indices.dropFirst() {
      if outcomes[i].value < outcomes[best].value * (1 - 1e-12) { best = i }
    }
    outcomes[best] = finished(outcomes[best], sweeps.maximum)
    return (outcomes[best], outcomes)
  }

  private func descent(_ sweeps: Int, _ tolerance: Double) -> SweepDescent {
    SweepDescent(
      engine: engine, setup: setup, maximumSweeps: sweeps, tolerance: tolerance, verifies: true,
      weights: setup.objective.weights)
  }

  /// An outcome carried on to a local optimum: by Newton's method as far as it goes, by sweeps otherwise.
  private func finished(_ outcome: SweepDescent.Outcome, _ maximumSweeps: Int) -> SweepDescent.Outcome {
    if usesNewton {
      let newton = NewtonDescent(
        engine: engine, setup: setup, weights: setup.objective.weights,
        maximumSteps: options.maximumNewtonSteps, tolerance: options.residualTolerance
      ).descend(outcome)
      if newton.converged { return newton }
      return swept(newton, maximumSweeps)
    }
    return swept(outcome, maximumSweeps)
  }

  private func swept(_ outcome: SweepDescent.Outcome, _ maximumSweeps: Int) -> SweepDescent.Outcome {
    let left = maximumSweeps - outcome.sweeps
    guard left > 0 else { return outcome }
    var further = descent(left, options.tolerance).descend(rates: outcome.rates, momenta: outcome.momenta)
    further.sweeps += outcome.sweeps
    further.newtonSteps = outcome.newtonSteps
    return further
  }

  /// Fills in how good a schedule is to first and second order.
  func certify(_ outcome: SweepDescent.Outcome, _ statistics: inout SolverStatistics) {
    engine.load(rates: outcome.rates, momenta: outcome.momenta, weights: setup.objective.weights)
    let box = ScheduleBox(setup, steps: outcome.rates.count)
    let (gradient, hasEffect) = box.derivatives(engine)
    guard outcome.value > 0, outcome.value.isFinite else { return }
    statistics.kktResidual = box.residual(box.pack(outcome), gradient, hasEffect) / outcome.value
  }
}
