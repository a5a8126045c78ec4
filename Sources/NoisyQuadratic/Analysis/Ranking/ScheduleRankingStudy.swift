/// Computes a ``ScheduleRanking``: the best member of every classic schedule by ``FamilySolver``, the greedy
/// schedule, and the full-horizon optimum with a lower bound, all within the same limits.
///
/// A schedule that contains another is searched from that one's best parameters as well where they are better
/// than what its own search found, and a fitted momentum from the best without momentum.
///
/// Without momentum, the bound is the higher of the information bound (M7) and the intrinsic-time bound (L5),
/// and with momentum the information bound, unless a certificate is asked for.
public struct ScheduleRankingStudy: Sendable {
  /// Options of the search.
  public struct Options: Sendable, Equatable {
    /// The number of constant pieces, at least 1. A run of fewer steps has a piece per step.
    public var pieces = 3
    /// The largest number of drops of a step decay, at least 1. Every number up to it is tried.
    public var maximumDrops = 6
    /// Options of the search for the parameters of a family.
    public var family = FamilySolver.Options()
    /// Options of the search for the optimum.
    public var fullHorizon = FullHorizonOptions()
    /// The relative gap, in [0, 1), at which the proof of a lower bound by ``CertifiedSolver`` ends; `nil` for
    /// the bounds that cost nothing.
    public var gap: Double?

    /// Creates the default options.
    public init() {}
  }

  /// The number of steps T.
  public let horizon: Int
  /// The classic schedules, each once.
  public let schedules: [ClassicSchedule]
  /// The momentum of the classic schedules.
  public let momentum: FamilyMomentum
  /// Limits on every schedule. The optimum and the greedy schedule may use all of the momentum that they allow.
  public let limits: HyperparameterLimits
  /// Options of the search.
  public let options: Options

  /// Creates a study.
  ///
  /// - Parameters:
  ///   - horizon: T ≥ 1.
  ///   - schedules: the classic schedules to rank, at least one. One that is given twice counts once.
  ///   - momentum: the momentum of every classic schedule, fixed or fitted for each.
  ///   - limits: limits on every schedule. They must allow a fixed momentum.
  ///   - options: options of the search.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain, or for a horizon that does not fit
  ///   into memory.
  public init(
    horizon: Int, schedules: [ClassicSchedule] = ClassicSchedule.allCases,
    momentum: FamilyMomentum = .fixed(0),
    limits: HyperparameterLimits = HyperparameterLimits(), options: Options = Options()
  ) throws(NoisyQuadraticError) {
    for (field, value) in [
      ("horizon", horizon), ("schedules", schedules.count), ("pieces", options.pieces),
      ("maximumDrops", options.maximumDrops),
    ] where value < 1 {
      throw .invalidCount(field: field, value: value, expected: "at least 1")
    }
    if case .fixed(let value) = momentum, !(0...limits.momentum).contains(value) {
      throw .invalidValue(
        field: "momentum", value: value, expected: "0 to the momentum limit, \(limits.momentum)")
    }
    if let gap = options.gap, !(gap >= 0 && gap < 1) {
      throw .invalidValue(field: "gap", value: gap, expected: "at least 0 and below 1")
    }
    self.schedules = ClassicSchedule.allCases.filter(schedules.contains)
    self.horizon = horizon
    self.momentum = momentum
    self.limits = limits
    self.options = options
    let jobs = Double(self.schedules.count + options.maximumDrops + 2)
    // Three series for every result, and what two searches at once take, as in ``HorizonComparison``.
    try MemoryRequirement.check("horizon", horizon, doubles: Double(horizon) * (3 * jobs + 88))
  }

  /// The same study for another number of steps.
  func with(horizon: Int) throws(NoisyQuadraticError) -> ScheduleRankingStudy {
    try ScheduleRankingStudy(
      horizon: horizon, schedules: schedules, momentum: momentum, limits: limits, options: options)
  }

  /// A part of the work that one core does.
  private enum Job: Sendable {
    case family(ClassicSchedule, count: Int)
    case greedy
    case optimum
  }

  private enum Outcome: Sendable {
    case entry(ScheduleRanking.Entry)
    case solution(Solution)
  }

  /// All jobs, the longest first.
  private var jobs: [Job] {
    [.optimum, .greedy]
      + schedules.flatMap { classic -> [Job] in
        switch classic {
        case .piecewiseConstant: return [.family(classic, count: min(options.pieces, horizon))]
        case .stepDecay:
          // More drops than these would change nothing.
          let most = min(options.maximumDrops, max(horizon - 1, 1))
          return (1...most).map { .family(classic, count: $0) }
        default: return [.family(classic, count: 0)]
        }
      }
  }

  private func run(_ job: Job, _ model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> Outcome {
    switch job {
    case .greedy: return .solution(try GreedySolver(limits: limits).solve(model, horizon: horizon))
    case .optimum: return .solution(try fullHorizon().solve(model, horizon: horizon))
    case .family(let classic, let count):
      let family = try classic.family(count: count, momentum: momentum)
      let fit = try solver(family).fit(model, horizon: horizon)
      let entry = try entry(classic, count, fit)
      guard momentum == .fitted else { return .entry(entry) }
      // Among many narrow minima, a search may miss those without momentum.
      var plain = solver(try classic.family(count: count, momentum: .fixed(0)))
      plain.limits.momentum = 0
      let still = try plain.fit(model, horizon: horizon)
      return .entry(
        try better(entry, still.parameters + [0], of: still.solution.finalLoss, model))
    }
  }

  private func solver(_ family: any ScheduleFamily) -> FamilySolver {
    FamilySolver(family: family, limits: limits, options: options.family)
  }

  private func entry(
    _ classic: ClassicSchedule, _ count: Int, _ fit: FamilyFit
  ) throws(NoisyQuadraticError) -> ScheduleRanking.Entry {
    let member = try ClassicMember(
      classic, count: count, momentum: momentum, horizon: horizon, values: fit.parameters)
    return ScheduleRanking.Entry(member: member, residual: fit.residual, solution: fit.solution)
  }

  /// An entry, or what a descent from other values of its parameters finds if these have a lower loss.
  private func better(
    _ entry: ScheduleRanking.Entry, _ values: [Double], of loss: Double, _ model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) -> ScheduleRanking.Entry {
    guard ScheduleRanking.isLower(loss, entry.finalLoss) else { return entry }
    var solver = solver(entry.member.family.family)
    (solver.options.scanPoints, solver.options.descents) = (1, 1)
    let fit = try solver.fit(model, horizon: horizon, from: [values])
    guard fit.solution.finalLoss < entry.finalLoss else { return entry }
    return try self.entry(entry.member.classic, entry.member.count, fit)
  }

  /// The entries in the order of ``ClassicSchedule``, none above one that it contains.
  private func nested(
    _ entries: [ScheduleRanking.Entry], _ model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) -> [ScheduleRanking.Entry] {
    var nested = entries
    for i in nested.indices {
      for j in nested.indices where j != i {
        let (entry, other) = (nested[i], nested[j])
        if let values = entry.member.classic.values(containing: other.member, count: entry.member.count) {
          nested[i] = try better(entry, values, of: other.finalLoss, model)
        }
      }
    }
    return nested
  }

  private func fullHorizon(from start: Schedule? = nil) -> FullHorizonSolver {
    var solver = FullHorizonSolver(limits: limits, options: options.fullHorizon)
    if let start { solver.options.additionalStarts.append(start) }
    return solver
  }

  /// Ranks the classic schedules on one core.
  ///
  /// - Parameter model: the noisy quadratic, started at rest.
  /// - Returns: the ranking.
  /// - Throws: ``NoisyQuadraticError`` for limits outside their domain, and for work that does not fit into memory.
  /// - Complexity: some hundred evaluations of a run for every parameter of every family, and a full-horizon
  ///   solve.
  public func rank(_ model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> ScheduleRanking {
    var outcomes: [Outcome] = []
    for job in jobs { outcomes.append(try run(job, model)) }
    return try ranking(outcomes, model)
  }

  /// Does the same as ``rank(_:)`` off the caller's actor, on all cores.
  ///
  /// - Returns: the ranking, which is the same to the last bit.
  public func rankConcurrently(
    _ model: NoisyQuadraticModel
  ) async throws(NoisyQuadraticError) -> ScheduleRanking {
    let outcomes = try await Parallel.map(jobs) { job throws(NoisyQuadraticError) in try run(job, model) }
    return try ranking(outcomes, model)
  }

  /// The entries by their losses. Those that agree in what a search can tell stay in the order in which they are,
  /// so that roundings do not decide.
  private static func ranked(_ entries: [ScheduleRanking.Entry]) -> [ScheduleRanking.Entry] {
    let order = entries.indices.sorted { (entries[$0].finalLoss, $0) < (entries[$1].finalLoss, $1) }
    var ranked: [Int] = []
    var first = 0
    for (i, index) in order.enumerated() {
      let lowest = entries[order[first]].finalLoss
      if ScheduleRanking.isLower(lowest, entries[index].finalLoss) {
        ranked += order[first..<i].sorted()
        first = i
      }
    }
    return (ranked + order[first...].sorted()).map { entries[$0] }
  }

  private func ranking(
    _ outcomes: [Outcome], _ model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) -> ScheduleRanking {
    var (entries, solutions) = ([ScheduleRanking.Entry](), [Solution]())
    for outcome in outcomes {
      switch outcome {
      case .entry(let entry):
        // Of all numbers of drops, the best stays; of equal ones the fewest.
        if let last = entries.last, last.member.classic == entry.member.classic {
          if ScheduleRanking.isLower(entry.finalLoss, last.finalLoss) { entries[entries.count - 1] = entry }
        } else {
          entries.append(entry)
        }
      case .solution(let solution): solutions.append(solution)
      }
    }
    entries = Self.ranked(try nested(entries, model))
    var (optimum, greedy) = (solutions[0], solutions[1])
    // The search for the optimum may have ended in another basin.
    let lowest = ([greedy] + entries.prefix(1).map(\.solution)).min { $0.finalLoss < $1.finalLoss } ?? greedy
    if lowest.finalLoss < optimum.finalLoss * (1 - 1e-10) {
      optimum = try fullHorizon(from: lowest.schedule).solve(model, horizon: horizon)
    }
    var (bound, method) = (optimum.informationBound, BoundMethod.information)
    if let gap = options.gap {
      var solver = CertifiedSolver(limits: limits, gap: gap)
      solver.options.findsPolicy = false
      let proof = try solver.certify(model, horizon: horizon, known: optimum)
      (bound, method, optimum) = (proof.lowerBound, proof.method, proof.solution)
    } else if limits.momentum == 0 {
      let other = try model.intrinsicTimeBound(steps: horizon, learningRateLimit: limits.learningRate)
      if other > bound { (bound, method) = (other, .intrinsicTime) }
    }
    return ScheduleRanking(
      horizon: horizon, batchSize: model.batchSize, initialLoss: model.initialLoss, entries: entries,
      greedy: greedy, optimum: optimum, lowerBound: bound, boundMethod: method)
  }
}
