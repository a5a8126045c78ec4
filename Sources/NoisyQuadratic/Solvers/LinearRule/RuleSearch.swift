/// The search for the best schedule of a whole run under its own rule (S17): all starts are scouted, the best
/// five are carried on, and the best of these is finished.
struct RuleSearch {
  /// A schedule to start from.
  struct Start {
    let name: String
    let schedule: Schedule
    /// Whether it is itself the result of a search from other starts, so that it confirms none of them.
    var isResult = false
  }

  struct Result {
    var best: RuleIterate
    /// The result of every start.
    var outcomes: [RuleIterate]
    /// Whether two independent starts ended at the lowest value.
    var agrees: Bool
    /// Work, over all starts.
    var iterations, evaluations: Int
  }

  private let setup: SolverSetup
  private let convention: MomentumConvention
  private let descent: RuleDescent

  init(
    _ setup: SolverSetup, _ model: NoisyQuadraticModel, _ convention: MomentumConvention,
    _ objective: Objective, horizon: Int, tolerance: Double
  ) throws(NoisyQuadraticError) {
    self.setup = setup
    self.convention = convention
    let gradient = try LinearRuleGradient(
      setup.problem, rule: convention.rule, weights: try objective.weights(horizon: horizon))
    descent = RuleDescent(setup, convention, gradient, tolerance: tolerance)
  }

  /// Iterations for every start, and for each of the best five.
  private static let (scouting, heat) = (60, 300)
  private static let finalists = 5
  /// Values that differ relatively by less are the same optimum.
  private static let sameValue = 1e-6

  func run(_ starts: [Start], iterations: Int) -> Result {
    var outcomes = starts.map {
      descent.descend(
        RuleIterate(value: descent.value($0.schedule), $0.schedule),
        iterations: min(Self.scouting, iterations))
    }
    func rank(_ i: Int) -> Double { outcomes[i].value.isNaN ? .infinity : outcomes[i].value }
    let order = outcomes.indices.sorted { (rank($0), $0) < (rank($1), $1) }
    for i in order.prefix(Self.finalists) {
      outcomes[i] = descent.descend(outcomes[i], iterations: min(Self.heat, iterations))
    }
    let first = outcomes.indices.min { (rank($0), $0) < (rank($1), $1) } ?? 0
    outcomes[first] = descent.descend(outcomes[first], iterations: iterations)
    let best = outcomes[first]
    return Result(
      best: best, outcomes: outcomes,
      agrees: zip(starts, outcomes).count {
        !$0.isResult && $1.value <= best.value * (1 + Self.sameValue)
      } >= 2, iterations: outcomes.reduce(0) { $0 + $1.iterations },
      evaluations: outcomes.reduce(0) { $0 + $1.evaluations })
  }

  /// First-order optimality of a schedule; `nil` if its objective is 0 or not finite.
  func report(_ iterate: RuleIterate) -> OptimalityReport? {
    guard iterate.value > 0, iterate.value.isFinite else { return nil }
    let schedule = iterate.schedule
    let slopes = descent.derivatives(schedule)
    let box = ScheduleBox(setup, steps: schedule.count)
    let byVariable = schedule.indices.flatMap {
      [setup.problem.modelRate(slopes.learningRates[$0]), slopes.momenta[$0]]
    }
    return box.report(
      KernelSchedule(
        rates: schedule.learningRates.map(setup.problem.scaledRate),
        // The smallest momentum of the search is its lower bound.
        momenta: schedule.momenta.map { $0 <= Schedule.smallestMomentum ? 0 : $0 }),
      value: iterate.value, gradient: zip(byVariable, box.scale).map { $0 * $1 },
      hasEffect: byVariable.map { $0 != 0 }, freeVariables: 0)
  }

  /// The same run with as many momenta of 0 as the rule allows, instead of the smallest momentum.
  func tidied(_ schedule: Schedule) -> Schedule {
    // Zeros that are there already leave a buffer alone that a later step may need.
    guard convention.skipsBuffers, !schedule.momenta.contains(0) else { return schedule }
    var momenta = schedule.momenta
    for t in momenta.indices
    where momenta[t] <= Schedule.smallestMomentum
      && (t + 1 == momenta.count || momenta[t + 1] <= Schedule.smallestMomentum)
    {
      momenta[t] = 0
    }
    // The first momentum of heavy ball only says that there is a buffer from here on.
    if convention == .pytorch, momenta.count > 1, momenta[0] > 0, momenta[1] > 0 { momenta[0] = momenta[1] }
    return Schedule(validRates: schedule.learningRates, momenta: momenta, convention: convention)
  }

  /// A report on the compressed spectrum: the objective on its directions, compared with that on all directions.
  func compressionReport(seen: Double, exact: Double) -> CompressionReport? {
    setup.compression.map {
      CompressionReport(
        directions: setup.original.dimension, nodes: $0.problem.dimension, certifiedError: nil,
        measuredError: exact > 0 ? abs(seen - exact) / exact : nil, evaluationError: nil)
    }
  }
}
