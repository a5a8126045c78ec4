/// The plan of a search for the best schedule, independent of who does the work, on one core or on many. It
/// gives out batches of jobs that do not depend on each other, and decides from their outcomes how to go on.
struct SearchPlan {
  /// A descent from one schedule. It depends on nothing else.
  struct Job: Sendable {
    enum Kind: Sendable {
      /// Sweeps until the schedule has had the given number of them.
      case sweeps(Int, tolerance: Double)
      /// Newton's method until it has made the given number of steps.
      case newton(Int)
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
  }

  /// The rules by which starts compete.
  enum Competition {
    /// All starts are finished, and so are perturbations of the best: a multi-start.
    case none
    /// The starts compete by Newton steps, on very small problems.
    case newton
    /// The starts compete twice by sweeps. This is used with momentum, where sweeps are slow.
    case thinned
    /// The starts compete once by sweeps; the given number of them are then finished.
    case sweeps(finalists: Int)
  }

  private enum Phase {
    case scouting
    case heat(Int)
    case finishing
    case screening(round: Int)
    case perturbing(round: Int)
    case done
  }

  /// The numbers of Newton steps after which the starts of a very small problem are compared, and how many go
  /// on.
  private static let heats = [(steps: 20, left: 8), (steps: 50, left: 3)]
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
    outcomes = starts.map {
      ScheduleIterate(value: .infinity, $0.schedule)
    }
    finalists = Array(outcomes.indices)
    let steps = starts.first?.schedule.count ?? 0
    rounds = steps > 1 && reference > 0 ? options.starts ?? 0 : 0
  }

  /// The next batch; `nil` when there is a result.
  mutating func next() -> [Job]? {
    switch phase {
    case .scouting:
      let count: Int
      switch competition {
      case .none, .newton: count = min(2, scouting)
      case .thinned: count = min(Self.firstHeat, scouting)
      case .sweeps: count = scouting
      }
      return jobs(.sweeps(count, tolerance: scoutingTolerance))
    case .heat(let i):
      guard case .newton = competition else {
        return jobs(.sweeps(scouting, tolerance: scoutingTolerance))
      }
      return jobs(.newton(Self.heats[i].steps))
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
      case .newton: phase = .heat(0)
      case .thinned:
        keep(3)
        phase = .heat(0)
      case .sweeps(let count):
        keep(count)
        phase = .finishing
      }
    case .heat(let i):
      place(batch)
      if case .newton = competition {
        keep(Self.heats[i].left)
        phase = i + 1 < Self.heats.count ? .heat(i + 1) : .finishing
      } else {
        keep(1)
        phase = .finishing
      }
    case .finishing:
      place(batch)
      // If many schedules are optimal, as without noise, the first of those equal to rounding is the tamest.
      var best = 0
      for i in outcomes.indices.dropFirst() where outcomes[i].isBelow(outcomes[best]) { best = i }
      result = Result(best: outcomes[best], outcomes: outcomes)
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
