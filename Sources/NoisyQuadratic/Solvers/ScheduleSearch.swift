/// A search for the best schedule of a run from several starts: sweeps, then Newton's method, and around the
/// best of many starts perturbations that move, exchange or redraw single steps.
struct ScheduleSearch {
  struct Result {
    var best: SweepDescent.Outcome
    /// What every start led to.
    var outcomes: [SweepDescent.Outcome]
    var perturbations = 0
    var improvingPerturbations = 0
  }

  /// Newton steps after which the starts of a very small problem are compared, and how many go on.
  private static let heats = [(steps: 20, left: 8), (steps: 50, left: 3)]

  private let setup: SolverSetup
  private let options: FullHorizonSolver.Options
  private let engine: SweepEngine
  /// `nil` where sweeps alone must do.
  private let newton: NewtonDescent?
  private let sweeps: (scouting: Int, maximum: Int)

  init(_ setup: SolverSetup, _ options: FullHorizonSolver.Options, steps: Int) {
    self.setup = setup
    self.options = options
    engine = SweepEngine(setup.kernels, capacity: steps)
    sweeps = options.sweeps(directions: setup.problem.dimension, horizon: steps)
    newton =
      options.usesNewton(setup, steps: steps)
      ? NewtonDescent(
        landscape: LossLandscape(
          engine: engine, setup: setup, weights: setup.objective.weights, steps: steps),
        maximumSteps: options.maximumNewtonSteps, tolerance: options.residualTolerance) : nil
  }

  private var usesHeats: Bool { newton != nil && engine.capacity <= 32 && engine.isSmall }

  /// The outcome of every start, and the best.
  func run(_ starts: [StartingSchedules.Start]) -> Result {
    // Newton's method tells basins apart better than many sweeps do: these run far along each other's valleys.
    let heats = options.starts == nil && usesHeats
    let isThinned = options.starts == nil && !heats && !engine.isSmall && setup.limits.usesMomentum
    let scouting =
      newton != nil && (heats || options.starts != nil)
      ? min(2, sweeps.scouting) : isThinned ? min(Self.firstHeat, sweeps.scouting) : sweeps.scouting
    let scout = descent(scouting, options.scoutingTolerance)
    var outcomes = starts.map { scout.descend(rates: $0.rates, momenta: $0.momenta) }
    var finalists = Array(outcomes.indices)
    func keep(_ count: Int) {
      finalists = Array(finalists.sorted { outcomes[$0].value < outcomes[$1].value }.prefix(count))
    }
    if heats, let newton {
      for heat in Self.heats {
        for i in finalists { outcomes[i] = newton.descend(outcomes[i], steps: heat.steps) }
        keep(heat.left)
      }
    } else if isThinned {
      keep(3)
      for i in finalists where !outcomes[i].converged {
        outcomes[i] = continued(outcomes[i], sweeps.scouting, options.scoutingTolerance)
      }
      keep(1)
    } else if options.starts == nil {
      keep(engine.isSmall && newton != nil ? 3 : 1)
    }
    for i in finalists { outcomes[i] = finished(outcomes[i]) }
    // Where many schedules are optimal, as without noise, the first of equals to rounding is the tamest.
    var best = 0
    for i in outcomes.indices.dropFirst() where outcomes[i].isBelow(outcomes[best]) { best = i }
    var result = Result(best: outcomes[best], outcomes: outcomes)
    if let count = options.starts { perturb(&result, count: count) }
    return result
  }

  /// Directions times steps up to which derivatives are taken over all directions: a tenth of a second.
  private static let mostExactWork = 1e8

  /// How good a schedule is to first and second order, with `looksAtCurvature` also where sweeps did without second
  /// derivatives; `nil` if its objective is 0 or not finite.
  func report(_ outcome: SweepDescent.Outcome, looksAtCurvature: Bool = false) -> OptimalityReport? {
    guard outcome.value > 0, outcome.value.isFinite else { return nil }
    let curvature =
      looksAtCurvature || outcome.secondOrder != .notNeeded ? newton.map { $0.report(outcome) } : nil
    var engine = engine
    if setup.compression != nil {
      guard Double(setup.original.dimension) * Double(outcome.rates.count) <= Self.mostExactWork else {
        return curvature ?? slopes(outcome, on: engine)
      }
      let kernels = MomentKernels(
        setup.original, usesMomentum: setup.kernels.usesMomentum,
        hasRunningCosts: setup.kernels.hasRunningCosts)
      engine = SweepEngine(kernels, capacity: outcome.rates.count)
    } else if let curvature {
      return curvature
    }
    return slopes(outcome, on: engine, curvature)
  }

  /// The first derivatives on an engine, with what is known of the second.
  private func slopes(
    _ outcome: SweepDescent.Outcome, on engine: SweepEngine, _ curvature: OptimalityReport? = nil
  ) -> OptimalityReport {
    engine.load(rates: outcome.rates, momenta: outcome.momenta, weights: setup.objective.weights)
    let box = ScheduleBox(setup, steps: outcome.rates.count)
    let (gradient, hasEffect) = box.derivatives(engine)
    return box.report(
      outcome, value: setup.total(outcome.value), gradient: gradient, hasEffect: hasEffect,
      smallestEigenvalue: curvature?.smallestEigenvalue, freeVariables: curvature?.freeVariables ?? 0)
  }

  /// Whether sweeps alone take the KKT residual down as far as Newton's method would: without momentum. On small
  /// problems Newton's method costs nothing, and it looks for saddles.
  private var sweepsSuffice: Bool {
    engine.hasKernelSweeps && !engine.isSmall && options.maximumNewtonSteps > 0
  }
  /// Sweep pairs of every start, after which the best three go on.
  private static let firstHeat = 20
  /// Sweep pairs of the best start before Newton's method is asked.
  private static let mostFinalSweeps = 100

  private func descent(_ sweeps: Int, _ tolerance: Double) -> SweepDescent {
    SweepDescent(
      engine: engine, setup: setup, maximumSweeps: sweeps, tolerance: tolerance, verifies: true,
      weights: setup.objective.weights)
  }

  /// An outcome carried on by sweeps until it has had a number of them.
  private func continued(
    _ outcome: SweepDescent.Outcome, _ sweeps: Int, _ tolerance: Double, residual: Double? = nil
  ) -> SweepDescent.Outcome {
    var descent = descent(max(sweeps - outcome.sweeps, 0), tolerance)
    descent.residualTolerance = residual
    var further = descent.descend(rates: outcome.rates, momenta: outcome.momenta)
    further.sweeps += outcome.sweeps
    (further.newtonSteps, further.secondOrder) = (outcome.newtonSteps, outcome.secondOrder)
    return further
  }

  /// An outcome carried on to a local optimum: by Newton's method as far as it goes, by sweeps otherwise.
  private func finished(_ outcome: SweepDescent.Outcome) -> SweepDescent.Outcome {
    var result = outcome
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
      // Far from the optimum a Newton step costs more than what these sweeps cost, and gains less.
      if !engine.isSmall, setup.limits.usesMomentum {
        result = continued(result, min(sweeps.maximum, result.sweeps + Self.mostFinalSweeps), 1e-10)
      }
      result = newton.descend(result)
      if result.converged { return result }
    } else {
      result.secondOrder = options.maximumNewtonSteps > 0 ? .tooLarge : .skipped
    }
    return sweeps.maximum > result.sweeps ? continued(result, sweeps.maximum, options.tolerance) : result
  }

  /// Basin hopping: local optima of low-noise problems differ in the order of their steps above all.
  private func perturb(_ result: inout Result, count: Int) {
    // Other numbers than those of the random starts.
    var generator = Xoshiro256StarStar(seed: ~options.seed)
    let reference = setup.limits.referenceRate(setup.problem)
    let steps = result.best.rates.count
    guard steps > 1, reference > 0 else { return }
    func step() -> Int { min(Int(generator.uniform() * Double(steps)), steps - 1) }
    for _ in 0..<count {
      // Perturbations are screened by a few sweeps, which cost little; the most promising one is finished.
      var promising: SweepDescent.Outcome?
      for k in 0..<16 {
        var (rates, momenta) = (result.best.rates, result.best.momenta)
        let (from, to) = (step(), step())
        switch k % 4 {
        case 1:
          rates.swapAt(from, to)
          momenta.swapAt(from, to)
        case 3:
          rates[from] = reference * generator.uniform()
          momenta[from] = setup.limits.momentum * generator.uniform()
        default:
          rates.insert(rates.remove(at: from), at: to)
          momenta.insert(momenta.remove(at: from), at: to)
        }
        let outcome = descent(6, options.scoutingTolerance).descend(rates: rates, momenta: momenta)
        // The way back to where it came from is not worth the walk.
        let isNew = zip(outcome.rates, result.best.rates).contains { abs($0 - $1) > 1e-3 * reference }
        if isNew, promising.map({ outcome.isBelow($0) }) ?? true { promising = outcome }
      }
      guard let promising else { continue }
      let outcome = finished(promising)
      result.perturbations += 1
      if outcome.isBelow(result.best) {
        result.improvingPerturbations += 1
        result.best = outcome
      }
    }
  }
}

extension SweepDescent.Outcome {
  /// Whether this is lower by more than rounding.
  fileprivate func isBelow(_ other: SweepDescent.Outcome) -> Bool {
    value < other.value * (1 - 1e-12)
  }
}
