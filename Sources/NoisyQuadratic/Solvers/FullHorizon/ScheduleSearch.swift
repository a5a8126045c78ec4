/// The work of a search for the best schedule of a run: sweeps, then Newton's method.
struct ScheduleSearch {
  private let setup: SolverSetup
  private let options: FullHorizonOptions
  private let engine: SweepEngine
  private let steps: Int
  /// Whether Newton's method may be used. If not, only sweeps are used.
  private let usesNewton: Bool
  private let sweeps: (scouting: Int, maximum: Int)

  init(_ setup: SolverSetup, _ options: FullHorizonOptions, steps: Int) {
    self.setup = setup
    self.options = options
    self.steps = steps
    engine = SweepEngine(setup.dynamics, capacity: steps)
    sweeps = options.sweeps(directions: setup.problem.dimension, horizon: steps)
    usesNewton = options.usesNewton(setup, steps: steps)
  }

  /// Newton's method with memory of its own, which is touched only if it is used.
  private var newton: NewtonDescent? {
    usesNewton
      ? NewtonDescent(
        objective: LossObjective(
          engine: engine, setup: setup, weights: setup.objective.weights, steps: steps),
        maximumSteps: options.maximumNewtonSteps, tolerance: options.residualTolerance) : nil
  }

  private var chains: ChainSearch {
    ChainSearch(setup, steps: steps, weights: setup.objective.weights)
  }

  /// The plan of a search for the best schedule from some starts.
  func plan(_ starts: [StartingSchedules.Start]) -> SearchPlan {
    let competition: SearchPlan.Competition
    if let budget = options.chains(setup, steps: steps) {
      competition = .chains(budget)
    } else if options.starts != nil {
      competition = .none
    } else if setup.limits.allowsMomentum, !engine.isSmall {
      competition = .thinned
    } else {
      competition = .sweeps(finalists: engine.isSmall && usesNewton ? 3 : 1)
    }
    return SearchPlan(starts, competition, scouting: sweeps.scouting, options, setup)
  }

  /// The result of every start, and the best of them.
  func run(_ starts: [StartingSchedules.Start]) -> SearchPlan.Result {
    var plan = plan(starts)
    while let jobs = plan.next() { plan.receive(jobs.map(perform)) }
    return plan.finished()
  }

  /// Does one job of a plan.
  func perform(_ job: SearchPlan.Job) -> ScheduleIterate {
    switch job.kind {
    case .sweeps(let count, let tolerance): return continued(job.start, count, tolerance)
    case .descend: return chains.descend(job.start.schedule)
    case .probe(let index, let seed): return chains.probe(index, seed: seed)
    case .run(let seed, let first, let budget): return chains.run(seed: seed, first: first, budget: budget)
    case .finish: return finished(job.start)
    }
  }

  /// The largest number of directions times steps for which derivatives are taken over all directions: a
  /// tenth of a second.
  private static let mostExactWork = 1e8

  /// First- and second-order optimality of a schedule; `nil` if its objective is 0 or not finite. If
  /// `looksAtCurvature`, the second order is also computed for many variables.
  func report(_ iterate: ScheduleIterate, looksAtCurvature: Bool = false) -> OptimalityReport? {
    guard iterate.value > 0, iterate.value.isFinite else { return nil }
    let isCheap = iterate.secondOrder != .notNeeded && iterate.schedule.count < NewtonDescent.fewVariables / 2
    let curvature = looksAtCurvature || isCheap ? newton.map { $0.report(iterate) } : nil
    var engine = engine
    if setup.compression != nil {
      guard Double(setup.original.dimension) * Double(iterate.schedule.count) <= Self.mostExactWork else {
        return curvature ?? slopes(iterate, on: engine)
      }
      let dynamics = setup.rule.dynamics(
        of: setup.original, hasRunningCosts: setup.objective.weights != nil)
      engine = SweepEngine(dynamics, capacity: iterate.schedule.count, isForOnePass: true)
    } else if let curvature {
      return curvature
    }
    return slopes(iterate, on: engine, curvature)
  }

  /// The first derivatives on an engine, together with the known second-order information.
  private func slopes(
    _ iterate: ScheduleIterate, on engine: SweepEngine, _ curvature: OptimalityReport? = nil
  ) -> OptimalityReport {
    engine.load(iterate.schedule, weights: setup.objective.weights)
    let box = ScheduleBox(setup, steps: iterate.schedule.count)
    let (gradient, hasEffect) = box.derivatives(engine)
    return box.report(
      iterate.schedule, value: setup.total(iterate.value), gradient: gradient, hasEffect: hasEffect,
      smallestEigenvalue: curvature?.smallestEigenvalue, freeVariables: curvature?.freeVariables ?? 0)
  }

  /// Whether sweeps alone take the KKT residual down as far as Newton's method would. They do without
  /// momentum. On small problems Newton's method is used all the same, because it costs nothing and looks for
  /// saddles.
  private var sweepsSuffice: Bool {
    engine.sweepsMeasureSlopes && !engine.isSmall && options.maximumNewtonSteps > 0
  }
  /// The number of sweep pairs of the best start before Newton's method is tried.
  private static let mostFinalSweeps = 100

  private func descent(_ sweeps: Int, _ tolerance: Double) -> SweepDescent {
    SweepDescent(
      engine: engine, setup: setup, maximumSweeps: sweeps, tolerance: tolerance, verifies: true,
      weights: setup.objective.weights)
  }

  /// An iterate carried on by sweeps until it has had the given number of them.
  private func continued(
    _ iterate: ScheduleIterate, _ sweeps: Int, _ tolerance: Double, residual: Double? = nil
  ) -> ScheduleIterate {
    var descent = descent(max(sweeps - iterate.sweeps, 0), tolerance)
    descent.residualTolerance = residual
    var further = descent.descend(iterate.schedule)
    further.sweeps += iterate.sweeps
    (further.newtonSteps, further.secondOrder) = (iterate.newtonSteps, iterate.secondOrder)
    return further
  }

  /// An iterate carried on to a local optimum, by Newton's method as far as it goes, otherwise by sweeps.
  private func finished(_ iterate: ScheduleIterate) -> ScheduleIterate {
    var result = iterate
    if sweepsSuffice {
      result = continued(
        result, min(sweeps.maximum, result.sweeps + Self.mostFinalSweeps), options.tolerance,
        residual: options.residualTolerance)
      if result.converged {
        result.secondOrder = .notNeeded
        return result
      }
    }
    if let newton {
      // Far from the optimum, a Newton step costs more than these sweeps and gains less.
      if !engine.isSmall, setup.limits.allowsMomentum {
        result = continued(result, min(sweeps.maximum, result.sweeps + Self.mostFinalSweeps), 1e-10)
      }
      result = newton.descend(result)
      if result.converged { return result }
    } else {
      result.secondOrder = options.maximumNewtonSteps > 0 ? .tooLarge : .skipped
    }
    return sweeps.maximum > result.sweeps ? continued(result, sweeps.maximum, options.tolerance) : result
  }
}
