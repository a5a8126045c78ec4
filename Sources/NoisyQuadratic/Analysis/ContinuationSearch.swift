/// The best continuations of a schedule from its own states (G2).
///
/// A hybrid follows the schedule up to a break point and a plan within the limits from there on. The first
/// is the optimum, the last the schedule itself. Each is sought from both neighbours: forward, from the plan
/// of the hybrid before it, and backward, from the one after it, which reaches its loss already.
struct ContinuationSearch {
  /// A whole run, in the kernels' units, its final loss evaluated from the start.
  typealias Hybrid = SweepDescent.Outcome

  let setup: SolverSetup
  /// The steps between neighbouring break points.
  let segments: [Range<Int>]
  /// One for every break point, 0 and T included.
  private(set) var hybrids: [Hybrid]
  private let given: Hybrid
  private let descent: SweepDescent
  private let states: VectorBank

  /// Doubles that a search needs beside its engine.
  static func doubles(_ setup: SolverSetup, horizon: Int, segments: Int) -> Double {
    let state = setup.kernels.stateColumns * VectorBank.paddedLength(setup.problem.dimension)
    return Double(segments + 1) * (Double(state) + 2 * Double(horizon))
  }

  /// Searches from every break point.
  ///
  /// - Parameters:
  ///   - setup: the problem, whose kernels know momentum if the schedule or the limits do.
  ///   - rates: of the schedule, in the kernels' units.
  ///   - momenta: of the schedule.
  ///   - optimum: the best schedule known.
  ///   - count: the number of segments, 1 to T.
  init(
    _ setup: SolverSetup, rates: [Double], momenta: [Double], optimum: Solution, segments count: Int
  ) {
    let horizon = rates.count
    self.setup = setup
    segments = (0..<count).map { $0 * horizon / count..<($0 + 1) * horizon / count }
    let sweeps = FullHorizonSolver.Options().sweeps(
      directions: setup.problem.dimension, horizon: horizon)
    descent = SweepDescent(
      engine: SweepEngine(setup.kernels, capacity: horizon), setup: setup,
      maximumSweeps: sweeps.maximum / 4, tolerance: 1e-12, verifies: true, weights: nil)
    let columns = setup.kernels.stateColumns
    states = setup.kernels.makeBank(columns: count * columns)
    let state = setup.kernels.makeBank(columns: columns)
    setup.kernels.reset(state)
    for (j, steps) in segments.enumerated() {
      states.copy(from: state, 0, to: j * columns, count: columns)
      for t in steps { setup.kernels.advance(state, rates[t], momenta[t]) }
    }
    given = Hybrid(value: 0, sweeps: 0, converged: true, rates: rates, momenta: momenta).evaluated(setup)
    hybrids = [
      Hybrid(
        value: 0, sweeps: 0, converged: optimum.termination == .converged,
        rates: optimum.schedule.learningRates.map(setup.problem.scaledRate),
        momenta: optimum.schedule.momenta
      ).evaluated(setup)
    ]
    for j in 1..<count { hybrids.append(continuation(of: j, like: hybrids[j - 1])) }
    hybrids.append(given)
    for j in (0..<count).reversed() {
      let exchanged = withinLimits(hybrids[j + 1], segments[j])
      for candidate in [exchanged, continuation(of: j, like: exchanged)]
      where candidate.value < hybrids[j].value { hybrids[j] = candidate }
    }
  }

  /// `∂L_T/∂α_t` of the hybrid after segment `j`, summed over the segment's steps (G3).
  func slope(of j: Int) -> Double {
    let first = begin(j)
    descent.engine.load(
      rates: Array(hybrids[j + 1].rates[first...]), momenta: Array(hybrids[j + 1].momenta[first...]))
    return descent.engine.gradient().rates.prefix(segments[j].count).reduce(0, +)
  }

  /// `L_T` with a common factor on the schedule's rates in consecutive segments, followed by the hybrid after them (G6).
  ///
  /// Rates above the limit are not raised, others not beyond it.
  func finalLoss(scaling parts: Range<Int>, by factor: Double) -> Double {
    let first = begin(parts.lowerBound)
    let end = segments[parts.upperBound - 1].upperBound
    let after = hybrids[parts.upperBound]
    let scaled = given.rates[first..<end].map { min(factor * $0, max($0, setup.limits.scaledRate)) }
    return setup.evaluator.objective(
      rates: scaled + after.rates[end...],
      momenta: Array(given.momenta[first..<end] + after.momenta[end...]),
      from: descent.engine.start)
  }

  /// The schedule up to segment `j`, and from there on what a descent makes of another hybrid's steps.
  private func continuation(of j: Int, like other: Hybrid) -> Hybrid {
    let first = begin(j)
    var outcome = descent.descend(
      rates: Array(other.rates[first...]), momenta: Array(other.momenta[first...]))
    outcome.rates = given.rates.prefix(first) + outcome.rates
    outcome.momenta = given.momenta.prefix(first) + outcome.momenta
    return outcome.evaluated(setup)
  }

  /// Puts the schedule's state before segment `j` at the start of the engine; returns its first step.
  private func begin(_ j: Int) -> Int {
    let columns = setup.kernels.stateColumns
    descent.engine.start.copy(from: states, j * columns, to: 0, count: columns)
    return segments[j].lowerBound
  }

  /// A hybrid with some of its steps brought within the limits.
  private func withinLimits(_ hybrid: Hybrid, _ steps: Range<Int>) -> Hybrid {
    var changed = hybrid
    for t in steps {
      (changed.rates[t], changed.momenta[t]) = setup.limits.clamp(hybrid.rates[t], hybrid.momenta[t])
    }
    let isChanged = changed.rates != hybrid.rates || changed.momenta != hybrid.momenta
    return isChanged ? changed.evaluated(setup) : hybrid
  }
}

extension SweepDescent.Outcome {
  /// The same run with its final loss to rounding, from the start.
  fileprivate func evaluated(_ setup: SolverSetup) -> Self {
    var run = self
    run.value = setup.evaluator.objective(rates: rates, momenta: momenta)
    return run
  }
}
