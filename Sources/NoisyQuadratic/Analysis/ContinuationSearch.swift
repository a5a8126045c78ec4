/// The best continuations of a schedule from its own states (G2).
///
/// A hybrid follows the schedule up to a break point, and from there on a plan within the limits. The first
/// hybrid is the optimum, and the last is the schedule itself. Each hybrid is sought from both neighbours.
/// The forward search starts from the plan of the hybrid before it. The backward search starts at the next
/// hybrid, so its result is never higher.
///
/// If the setup has compressed the spectrum, the search uses the losses of the few directions. The result is
/// evaluated on all directions at the end.
struct ContinuationSearch: ContinuationPlans {
  /// A whole run, in the kernels' units, and its final loss.
  typealias Hybrid = ScheduleIterate

  let setup: SolverSetup
  /// The steps between neighbouring break points.
  let segments: [Range<Int>]
  /// One hybrid for every break point, 0 and T included.
  private(set) var hybrids: [Hybrid]
  private let given: Hybrid
  private let descent: SweepDescent
  /// A descent of a few sweeps, which shows whether they lead to a known result; `nil` if it saves nothing.
  private let scout: SweepDescent?
  private let states: AlignedColumns

  /// The number of doubles that a search needs in addition to its engine.
  static func doubles(_ setup: SolverSetup, horizon: Int, segments: Int) -> Double {
    let state = setup.dynamics.stateColumns * AlignedColumns.paddedLength(setup.problem.dimension)
    return Double(segments + 1) * (Double(state) + 2 * Double(horizon))
  }

  /// Searches from every break point.
  ///
  /// - Parameters:
  ///   - setup: the problem. Its dynamics track momentum if the schedule or the limits use it.
  ///   - schedule: the schedule to examine.
  ///   - optimum: the best schedule known.
  ///   - count: the number of segments, 1 to T.
  ///   - progress: called after every search with the share that is done.
  init(
    _ setup: SolverSetup, _ schedule: KernelSchedule, optimum: Solution, segments count: Int,
    progress: (Double) -> Void
  ) {
    let horizon = schedule.count
    self.setup = setup
    segments = (0..<count).map { $0 * horizon / count..<($0 + 1) * horizon / count }
    let sweeps = FullHorizonSolver.Options().sweeps(
      directions: setup.problem.dimension, horizon: horizon)
    descent = SweepDescent(
      engine: SweepEngine(setup.dynamics, capacity: horizon), setup: setup,
      maximumSweeps: sweeps.maximum / 4, tolerance: 1e-12, verifies: true, weights: nil)
    scout =
      setup.compression == nil
      ? nil
      : SweepDescent(
        engine: descent.engine, setup: setup, maximumSweeps: Self.scoutingSweeps, tolerance: 1e-12,
        verifies: true, weights: nil)
    let columns = setup.dynamics.stateColumns
    states = setup.dynamics.makeColumns(columns: count * columns)
    let state = setup.dynamics.makeColumns(columns: columns)
    setup.dynamics.reset(state)
    for (j, steps) in segments.enumerated() {
      states.copy(from: state, 0, to: j * columns, count: columns)
      for t in steps { setup.dynamics.advance(state, schedule.rates[t], schedule.momenta[t]) }
    }
    given = Hybrid(value: 0, schedule, converged: true).evaluated(setup)
    hybrids = [
      Hybrid(
        value: 0, setup.problem.scaled(optimum.schedule), converged: optimum.termination != .iterationLimit
      ).evaluated(setup)
    ]
    // The number of segments searched. From every break, all later segments are searched twice, the second
    // time mostly by the scout.
    let (first, second) = (scout == nil ? 1.0 : 3.0, 1.0)
    let work = 0.5 * (first + second) * Double(count) * Double(count + 1)
    var searched = 0.0
    func report(_ j: Int, _ weight: Double) {
      searched += weight * Double(count - j)
      progress(min(searched / work, 1))
    }
    for j in 1..<count {
      hybrids.append(continuation(of: j, like: hybrids[j - 1]))
      report(j, first)
    }
    hybrids.append(given)
    for j in (0..<count).reversed() {
      let exchanged = withinLimits(hybrids[j + 1], segments[j])
      for candidate in [exchanged, continuation(of: j, like: exchanged, unless: hybrids[j])]
      where candidate.value < hybrids[j].value { hybrids[j] = candidate }
      report(j, second)
    }
    if setup.compression != nil { evaluateExactly() }
    progress(1)
  }

  /// Computes the loss of every hybrid on all directions.
  ///
  /// Up to the error of compression, the search knew that the earlier of two neighbours is not the higher
  /// one. A hybrid that turns out higher than the next is replaced by it, if the replacement keeps to the
  /// limits.
  private mutating func evaluateExactly() {
    let dynamics = setup.exactKernels(steps: given.schedule.count)
    let state = dynamics.makeState()
    for j in hybrids.indices {
      let first = j < segments.count ? segments[j].lowerBound : 0
      // The schedule itself is evaluated from its start, like any other.
      hybrids[j].value = dynamics.objective(
        hybrids[j].schedule.suffix(from: first), from: first > 0 ? state : nil)
      if j < segments.count {
        for t in segments[j] { dynamics.advance(state, given.schedule.rates[t], given.schedule.momenta[t]) }
      }
    }
    for j in segments.indices.reversed() where hybrids[j + 1].value < hybrids[j].value {
      let next = hybrids[j + 1]
      if withinLimits(next, segments[j]).schedule == next.schedule { hybrids[j] = next }
    }
  }

  var attainable: [Double] { hybrids.map { setup.problem.modelLoss($0.value) } }
  var unconvergedSearches: Int { hybrids.count { !$0.converged } }

  func steps(of j: Int) -> Schedule {
    let steps = segments[j]
    return setup.problem.schedule(hybrids[j].schedule.prefix(steps.upperBound).suffix(from: steps.lowerBound))
  }

  func slope(of j: Int) -> Double {
    let first = begin(j)
    descent.engine.load(hybrids[j + 1].schedule.suffix(from: first))
    let slope = descent.engine.gradient().rates.prefix(segments[j].count).reduce(0, +)
    // d/dα = d/dα̃ · dα̃/dα.
    return setup.problem.scaledRate(setup.problem.modelLoss(slope))
  }

  func finalLoss(scaling parts: Range<Int>, by factor: Double) -> Double {
    let first = begin(parts.lowerBound)
    let end = segments[parts.upperBound - 1].upperBound
    var part = given.schedule.prefix(end).suffix(from: first)
    part.rates = part.rates.map { min(factor * $0, max($0, setup.limits.scaledRate)) }
    let after = hybrids[parts.upperBound].schedule.suffix(from: end)
    return setup.problem.modelLoss(setup.dynamics.objective(part + after, from: descent.engine.start))
  }

  /// The number of sweeps after which plans of one basin are alike.
  private static let scoutingSweeps = 4

  /// The schedule up to segment `j`, followed by the result of a descent from another hybrid's steps.
  ///
  /// In long runs the descent ends early if it leads to the steps of the `known` hybrid.
  private func continuation(of j: Int, like other: Hybrid, unless known: Hybrid? = nil) -> Hybrid {
    let first = begin(j)
    func joined(_ rest: Hybrid) -> Hybrid {
      var whole = rest
      whole.schedule = given.schedule.prefix(first) + rest.schedule
      return whole.evaluated(setup)
    }
    var start = other.schedule.suffix(from: first)
    if let known, let scout {
      let outcome = scout.descend(start)
      let distance = setup.limits.referenceRate(setup.problem) * 1e-3
      let whole = joined(outcome)
      let isKnown =
        whole.value >= known.value
        && zip(outcome.schedule.rates, known.schedule.rates[first...]).allSatisfy { abs($0 - $1) <= distance }
        && zip(outcome.schedule.momenta, known.schedule.momenta[first...]).allSatisfy { abs($0 - $1) <= 1e-3 }
      if isKnown || outcome.converged { return whole }
      start = outcome.schedule
    }
    return joined(descent.descend(start))
  }

  /// Puts the schedule's state before segment `j` at the start of the engine. Returns the first step of the
  /// segment.
  private func begin(_ j: Int) -> Int {
    let columns = setup.dynamics.stateColumns
    descent.engine.start.copy(from: states, j * columns, to: 0, count: columns)
    return segments[j].lowerBound
  }

  /// A hybrid with some of its steps moved to within the limits.
  private func withinLimits(_ hybrid: Hybrid, _ steps: Range<Int>) -> Hybrid {
    var changed = hybrid
    for t in steps {
      (changed.schedule.rates[t], changed.schedule.momenta[t]) = setup.limits.clamp(
        hybrid.schedule.rates[t], hybrid.schedule.momenta[t])
    }
    return changed.schedule != hybrid.schedule ? changed.evaluated(setup) : hybrid
  }
}

extension ScheduleIterate {
  /// The same run with its final loss evaluated to rounding, from the start.
  fileprivate func evaluated(_ setup: SolverSetup) -> Self {
    var run = self
    run.value = setup.dynamics.objective(schedule)
    return run
  }
}
