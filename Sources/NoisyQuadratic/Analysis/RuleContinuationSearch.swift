/// The best continuations of a schedule from its own states, buffers included, under its own update rule (G7).
///
/// Plans and hybrids are those of ``ContinuationSearch``. The minimizer is that of ``LinearRuleSolver``.
struct RuleContinuationSearch: ContinuationPlans {
  let segments: [Range<Int>]
  /// One whole run for every break point, 0 and T included.
  private(set) var hybrids: [RuleIterate]
  private let setup: SolverSetup
  /// The few directions or all of them, as a model.
  private let model: NoisyQuadraticModel
  private let given: Schedule
  /// The state of the schedule before every segment.
  private let states: [RuleMomentState]

  /// The tolerance of a continuation, and the number of iterations of each.
  private static let tolerance = 1e-6
  private static let iterations = 300

  /// The default number of segments: every step of a short run, otherwise 20, down to 10 where evaluations are
  /// dear.
  static func defaultSegments(_ setup: SolverSetup, horizon: Int) -> Int {
    let work = Double(setup.problem.dimension) * Double(horizon)
    return min(horizon, work > 1e5 ? 10 : 20)
  }

  /// The number of doubles that a search needs.
  static func doubles(_ setup: SolverSetup, horizon: Int, segments: Int) -> Double {
    let directions = Double(setup.problem.dimension)
    return Double(segments + 1) * (8 * directions + 2 * Double(horizon)) + 16 * directions * Double(horizon)
  }

  /// Searches from every break point.
  ///
  /// - Parameters:
  ///   - setup: the problem and the limits, in the schedule's own convention.
  ///   - original: the model of all directions.
  ///   - schedule: the schedule to examine.
  ///   - optimum: the best schedule known, in the same convention.
  ///   - count: the number of segments, 1 to T.
  ///   - progress: called after every search with the share that is done.
  /// - Throws: ``NoisyQuadraticError`` if the computation does not fit into memory.
  init(
    _ setup: SolverSetup, _ original: NoisyQuadraticModel, _ schedule: Schedule, optimum: Solution,
    segments count: Int, progress: (Double) -> Void
  ) throws(NoisyQuadraticError) {
    let horizon = schedule.count
    self.setup = setup
    model = try setup.compression?.problem.model() ?? original
    given = schedule
    segments = (0..<count).map { $0 * horizon / count..<($0 + 1) * horizon / count }
    var state = RuleMomentState(model, rule: schedule.convention.rule, totalSteps: horizon)
    var states: [RuleMomentState] = []
    for steps in segments {
      states.append(state)
      for t in steps {
        state.advance(learningRate: schedule.learningRates[t], momentum: schedule.momenta[t])
      }
    }
    self.states = states
    hybrids = []
    var (best, whole) = (RuleIterate(value: 0, optimum.schedule), RuleIterate(value: 0, schedule))
    (best.value, best.converged) = (value(best.schedule), optimum.termination != .iterationLimit)
    (whole.value, whole.converged) = (value(schedule), true)
    hybrids.append(best)
    let work = Double(count) * Double(count + 1)
    var searched = 0.0
    func report(_ j: Int) {
      searched += Double(count - j)
      progress(min(searched / work, 1))
    }
    for j in 1..<count {
      hybrids.append(try continuation(of: j, like: hybrids[j - 1]))
      report(j)
    }
    hybrids.append(whole)
    for j in (0..<count).reversed() {
      let exchanged = withinLimits(hybrids[j + 1], segments[j])
      for candidate in [exchanged, try continuation(of: j, like: exchanged)]
      where candidate.value < hybrids[j].value { hybrids[j] = candidate }
      report(j)
    }
    if setup.compression != nil { evaluate(on: original) }
    progress(1)
  }

  var attainable: [Double] { hybrids.map(\.value) }
  var unconvergedSearches: Int { hybrids.count { !$0.converged } }

  func steps(of j: Int) -> Schedule { hybrids[j].schedule.part(segments[j]) }

  func slope(of j: Int) -> Double {
    let slopes = try? LinearRuleGradient(
      model, rule: given.convention.rule, horizon: given.count - segments[j].lowerBound, from: states[j])(
        hybrids[j + 1].schedule.part(segments[j].lowerBound..<given.count))
    return slopes?.learningRates.prefix(segments[j].count).reduce(0, +) ?? .nan
  }

  func finalLoss(scaling parts: Range<Int>, by factor: Double) -> Double {
    let steps = segments[parts.lowerBound].lowerBound..<segments[parts.upperBound - 1].upperBound
    let limit = setup.limits.learningRate ?? .infinity
    var run = hybrids[parts.upperBound].schedule
    let rates = run.indices.map { t in
      let rate = run.learningRates[t]
      return steps.contains(t) ? min(factor * rate, max(rate, limit)) : rate
    }
    run = Schedule(validRates: rates, momenta: run.momenta, convention: run.convention)
    return value(run)
  }

  /// The final loss of a whole run, on the directions of the search.
  private func value(_ schedule: Schedule) -> Double { model.expectedLoss(under: schedule).final }

  /// Computes the loss of every hybrid on all directions. A hybrid that turns out higher than the next is replaced
  /// by it, if the replacement keeps to the limits.
  private mutating func evaluate(on original: NoisyQuadraticModel) {
    for j in hybrids.indices { hybrids[j].value = original.expectedLoss(under: hybrids[j].schedule).final }
    for j in segments.indices.reversed() where hybrids[j + 1].value < hybrids[j].value {
      let next = hybrids[j + 1]
      if withinLimits(next, segments[j]).schedule == next.schedule { hybrids[j] = next }
    }
  }

  /// The schedule up to segment `j`, followed by the result of a descent from another hybrid's steps.
  private func continuation(
    of j: Int, like other: RuleIterate
  ) throws(NoisyQuadraticError) -> RuleIterate {
    let first = segments[j].lowerBound
    let descent = RuleDescent(
      setup, given.convention,
      try LinearRuleGradient(
        model, rule: given.convention.rule, horizon: given.count - first, from: states[j]),
      tolerance: Self.tolerance)
    let start = setup.limits.nearest(to: other.schedule.part(first..<given.count))
    var found = descent.descend(
      RuleIterate(value: descent.value(start), start), iterations: Self.iterations)
    found.schedule = given.part(0..<first).followed(by: found.schedule)
    found.value = value(found.schedule)
    return found
  }

  /// A hybrid with some of its steps moved to within the limits.
  private func withinLimits(_ hybrid: RuleIterate, _ steps: Range<Int>) -> RuleIterate {
    let schedule = hybrid.schedule
    let moved = schedule.part(0..<steps.lowerBound)
      .followed(by: setup.limits.nearest(to: schedule.part(steps)))
      .followed(by: schedule.part(steps.upperBound..<schedule.count))
    guard moved != schedule else { return hybrid }
    var changed = hybrid
    (changed.schedule, changed.value) = (moved, value(moved))
    return changed
  }
}

extension Schedule {
  /// Some of the steps.
  fileprivate func part(_ steps: Range<Int>) -> Schedule {
    Schedule(
      validRates: Array(learningRates[steps]), momenta: Array(momenta[steps]), convention: convention)
  }

  /// These steps, followed by others of the same convention.
  fileprivate func followed(by rest: Schedule) -> Schedule {
    Schedule(
      validRates: learningRates + rest.learningRates, momenta: momenta + rest.momenta, convention: convention)
  }
}
