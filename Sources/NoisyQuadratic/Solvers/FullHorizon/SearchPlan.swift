/// The plan of a search for the best schedule, independent of who does the work, on one core or on many. It
/// gives out batches of jobs that do not depend on each other, and decides from their outcomes how to go on.
struct SearchPlan {
  /// A descent from one schedule. It depends on nothing else.
  struct Job: Sendable {
    enum Kind: Sendable {
      /// Sweeps until the schedule has had the given number of them.
      case sweeps(Int, tolerance: Double)
      /// A fast descent to a local optimum of a short run.
      case descend
      /// The descent from the random start with the given number, and some hops.
      case probe(Int, seed: UInt64)
      /// A run of ``ChainSearch`` from the results of its first starts.
      case run(seed: UInt64, first: [ScheduleIterate], budget: Int)
      /// A descent to a local optimum.
      case finish
    }
    let start: ScheduleIterate
    let kind: Kind
  }

  struct Result {
    var best: ScheduleIterate
    /// The result of every start.
    var outcomes: [ScheduleIterate]
    var perturbations = 0
    var improvingPerturbations = 0
    var evaluations = 0
    /// The work of runs and of the last descent, which ``outcomes`` do not contain.
    var sweeps = 0
    var newtonSteps = 0
    /// Seeded runs, and those that ended at the lowest value.
    var runs = 0
    var agreeingRuns = 0
    /// Whether independent descents ended at the lowest value.
    var agrees = false

    var termination: Termination {
      best.converged ? (agrees ? .converged : .localOptimum) : .iterationLimit
    }
  }

  /// The rules by which starts compete.
  enum Competition {
    /// All starts are finished, and so are perturbations of the best: a multi-start.
    case none
    /// All starts descend, and so do seeded runs until they agree, on problems where an evaluation is cheap.
    case chains(SearchBudget)
    /// The starts compete twice by sweeps. This is used with momentum, where sweeps are slow.
    case thinned
    /// The starts compete once by sweeps; the given number of them are then finished.
    case sweeps(finalists: Int)
  }

  private enum Phase {
    case scouting
    case heat
    case probing
    case running(Int)
    case polishing
    case finishing
    case screening(round: Int)
    case perturbing(round: Int)
    case done
  }

  /// The relative difference within which descents count as having found the same optimum.
  private static let agreement = 1e-6
  /// The number of runs that must agree.
  private static let agreeing = 3
  /// The number of random starts whose agreement makes runs superfluous: two of each kind.
  private static let probes = 8
  /// The number of sweep pairs of every start with momentum, after which the best three go on.
  private static let firstHeat = 10
  /// The number of schedules around the best that are screened for every one that is finished.
  private static let perturbationsPerRound = 16

  private let competition: Competition
  private let scouting: Int
  private let scoutingTolerance: Double
  /// The number of rounds of perturbations.
  private let rounds: Int
  /// The largest rate and momentum of a redrawn step.
  private let reference, momentum: Double
  // Its numbers differ from those of the random starts.
  private var generator: Xoshiro256StarStar

  private var phase = Phase.scouting
  private var outcomes: [ScheduleIterate]
  private var finalists: [Int]
  private var promising: ScheduleIterate?
  private var result: Result?
  private let seed: UInt64
  /// The lowest iterate so far, the results of the first random starts and the values of all runs.
  private var lowest: ScheduleIterate?
  private var first: [ScheduleIterate] = []
  private var values: [Double] = []
  private var counts = Result(
    best: ScheduleIterate(value: .infinity, KernelSchedule(rate: 0, steps: 0)), outcomes: [])
  private let negligible: Double

  /// - Parameters:
  ///   - starts: at least one start.
  ///   - competition: the rules by which they compete.
  ///   - scouting: the number of sweep pairs; they end early below the scouting tolerance of `options`.
  ///   - options: the options of the solver.
  ///   - setup: the setup, for the limits of perturbations.
  init(
    _ starts: [StartingSchedules.Start], _ competition: Competition, scouting: Int,
    _ options: FullHorizonOptions, _ setup: SolverSetup
  ) {
    self.competition = competition
    self.scouting = scouting
    scoutingTolerance = options.scoutingTolerance
    reference = setup.limits.referenceRate(setup.problem)
    momentum = setup.limits.momentum
    generator = Xoshiro256StarStar(seed: ~options.seed)
    seed = options.seed
    negligible = setup.negligibleLoss(from: setup.dynamics.makeState())
    outcomes = starts.map {
      ScheduleIterate(value: .infinity, $0.schedule)
    }
    finalists = Array(outcomes.indices)
    let steps = starts.first?.schedule.count ?? 0
    if case .none = competition, steps > 1, reference > 0 {
      rounds = options.starts ?? 0
    } else {
      rounds = 0
    }
  }

  /// The next batch; `nil` when there is a result.
  mutating func next() -> [Job]? {
    switch phase {
    case .scouting:
      let count: Int
      switch competition {
      case .chains: return jobs(.descend)
      case .none: count = min(2, scouting)
      case .thinned: count = min(Self.firstHeat, scouting)
      case .sweeps: count = scouting
      }
      return jobs(.sweeps(count, tolerance: scoutingTolerance))
    case .heat: return jobs(.sweeps(scouting, tolerance: scoutingTolerance))
    case .probing:
      return (0..<Self.probes).map { Job(start: outcomes[0], kind: .probe($0, seed: seed)) }
    case .running(let count):
      return (0..<count).map { i in
        let run = values.count + i
        return Job(
          start: outcomes[0],
          kind: .run(seed: seed &+ UInt64(run), first: run == 0 ? first : [], budget: budget.evaluations))
      }
    case .polishing:
      // The limits on sweeps and Newton steps are those of the last descent alone.
      return lowest.map {
        [Job(start: ScheduleIterate(value: $0.value, $0.schedule), kind: .finish)]
      } ?? []
    case .finishing: return jobs(.finish)
    case .screening: return perturbations()
    case .perturbing: return promising.map { [Job(start: $0, kind: .finish)] } ?? []
    case .done: return nil
    }
  }

  private func jobs(_ kind: Job.Kind) -> [Job] {
    finalists.map { Job(start: outcomes[$0], kind: kind) }
  }

  /// Takes the results of the last batch, in its order.
  mutating func receive(_ batch: [ScheduleIterate]) {
    switch phase {
    case .scouting:
      place(batch)
      switch competition {
      case .none: phase = .finishing
      case .chains:
        for outcome in batch { counts.evaluations += outcome.evaluations }
        lowest = lowestOutcome
        phase = .probing
      case .thinned:
        keep(3)
        phase = .heat
      case .sweeps(let count):
        keep(count)
        phase = .finishing
      }
    case .heat:
      place(batch)
      keep(1)
      phase = .finishing
    case .probing:
      first = batch
      note(batch)
      counts.agrees = isOver || batch.allSatisfy { agrees($0.value) }
      phase = counts.agrees ? .polishing : .running(Self.agreeing)
    case .running:
      note(batch)
      values += batch.map(\.value)
      counts.runs = values.count
      counts.agreeingRuns = values.filter(agrees).count
      counts.agrees = isOver || counts.agreeingRuns >= Self.agreeing
      let left = budget.runs - values.count
      phase = counts.agrees || left <= 0 ? .polishing : .running(min(left, 2))
    case .polishing:
      counts.sweeps += batch[0].sweeps
      counts.newtonSteps += batch[0].newtonSteps
      result = counts
      result?.best = batch[0]
      result?.outcomes = outcomes
      phase = .done
    case .finishing:
      place(batch)
      let best = lowestOutcome
      lowest = best
      let agreeing = outcomes.filter { agrees($0.value) }.count
      var found = Result(best: best, outcomes: outcomes)
      found.agrees = isOver || best.schedule.count == 1 || agreeing >= Self.agreeing
      result = found
      phase = rounds > 0 ? .screening(round: 0) : .done
    case .screening(let round):
      promising = nil
      for outcome in batch where promising.map({ outcome.isBelow($0) }) ?? true {
        // A perturbation that leads back to the known schedule is not worth finishing.
        let known = result?.best.schedule.rates ?? []
        let isNew = zip(outcome.schedule.rates, known).contains { abs($0 - $1) > 1e-3 * reference }
        if isNew { promising = outcome }
      }
      phase = promising != nil ? .perturbing(round: round) : afterRound(round)
    case .perturbing(let round):
      for outcome in batch {
        result?.perturbations += 1
        if let best = result?.best, outcome.isBelow(best) {
          result?.improvingPerturbations += 1
          if !(outcome.value >= best.value * (1 - Self.agreement)) { result?.agrees = false }
          result?.best = outcome
        }
      }
      phase = afterRound(round)
    case .done: break
    }
  }

  /// The outcome of every start, and the best one. Call this only when there is no batch left.
  func finished() -> Result {
    guard let result else { preconditionFailure("a search that has come to its end") }
    return result
  }

  /// The lowest outcome. If many schedules are optimal, as without noise, the first of those equal to rounding
  /// is the tamest.
  private var lowestOutcome: ScheduleIterate {
    var best = outcomes[0]
    for outcome in outcomes.dropFirst() where outcome.isBelow(best) { best = outcome }
    return best
  }

  private var budget: SearchBudget {
    if case .chains(let budget) = competition { return budget }
    return SearchBudget(evaluations: 0, runs: 0)
  }

  private var isOver: Bool { lowest.map { $0.value <= negligible } ?? false }
  private func agrees(_ value: Double) -> Bool {
    lowest.map { value <= $0.value * (1 + Self.agreement) } ?? false
  }

  /// Counts the work of a batch and keeps the lowest iterate.
  private mutating func note(_ batch: [ScheduleIterate]) {
    for outcome in batch {
      counts.evaluations += outcome.evaluations
      counts.sweeps += outcome.sweeps
      counts.newtonSteps += outcome.newtonSteps
      counts.perturbations += outcome.hops
      counts.improvingPerturbations += outcome.improvingHops
      if lowest.map({ outcome.isBelow($0) }) ?? true { lowest = outcome }
    }
  }

  private func afterRound(_ round: Int) -> Phase {
    round + 1 < rounds ? .screening(round: round + 1) : .done
  }

  private mutating func place(_ batch: [ScheduleIterate]) {
    for (i, outcome) in zip(finalists, batch) { outcomes[i] = outcome }
  }

  private mutating func keep(_ count: Int) {
    finalists = Array(finalists.sorted { outcomes[$0].value < outcomes[$1].value }.prefix(count))
  }

  /// Perturbations for basin hopping. Local optima of low-noise problems differ above all in the order of
  /// their steps. A few sweeps from each perturbation cost little.
  private mutating func perturbations() -> [Job] {
    guard let best = result?.best else { return [] }
    let steps = best.schedule.count
    func step() -> Int { min(Int(generator.uniform() * Double(steps)), steps - 1) }
    return (0..<Self.perturbationsPerRound).map { k in
      var start = best
      (start.sweeps, start.newtonSteps, start.secondOrder) = (0, 0, nil)
      let (from, to) = (step(), step())
      switch k % 4 {
      case 1:
        start.schedule.rates.swapAt(from, to)
        start.schedule.momenta.swapAt(from, to)
      case 3:
        start.schedule.rates[from] = reference * generator.uniform()
        start.schedule.momenta[from] = momentum * generator.uniform()
      default:
        start.schedule.rates.insert(start.schedule.rates.remove(at: from), at: to)
        start.schedule.momenta.insert(start.schedule.momenta.remove(at: from), at: to)
      }
      return Job(start: start, kind: .sweeps(6, tolerance: scoutingTolerance))
    }
  }
}

extension ScheduleIterate {
  /// Whether this iterate is lower by more than rounding.
  fileprivate func isBelow(_ other: ScheduleIterate) -> Bool {
    value < other.value * (1 - 1e-12)
  }
}
