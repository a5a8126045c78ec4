/// What schedules that were tuned for one run achieve in another: a longer one, or one with larger batches.
///
/// ``ScheduleRankingStudy/transferConcurrently(_:of:by:)`` computes it.
public struct ScheduleTransfer: Sendable, Equatable {
  /// The change from the run for which the schedules were tuned.
  public enum Change: Sendable, Equatable {
    /// The number of steps is multiplied by a factor ≥ 1 and rounded.
    case horizon(Double)
    /// The number of examples per step is multiplied by a factor ≥ 1, in as many steps.
    case batchSize(Double)
    /// The number of examples per step is multiplied by a factor ≥ 1, and the number of steps divided by it and
    /// rounded, to at least 1.
    case batchSizeOfSameExamples(Double)

    /// The factor.
    public var factor: Double {
      switch self {
      case .horizon(let factor), .batchSize(let factor), .batchSizeOfSameExamples(let factor): factor
      }
    }
  }

  /// How a schedule is carried over.
  public struct Rule: Sendable, Equatable {
    /// What becomes of the steps.
    public enum Time: String, Sendable, Equatable, CaseIterable, Codable {
      /// All lengths are the same fractions of the run (``ClassicMember/stretched(to:)``).
      case stretched
      /// The same rates at the same steps, and then on (``ClassicMember/continued(to:)``).
      case continued
    }

    /// What becomes of the steps.
    public let time: Time
    /// The factor on all rates.
    public let rateFactor: Double
  }

  /// What a rule achieves.
  public struct Outcome: Sendable, Equatable {
    /// The final loss.
    public let finalLoss: Double
    /// The factor on all rates that the limit on the learning rate left.
    public let rateFactor: Double
    /// Whether the limit on the learning rate made the factor smaller than the rule's.
    public let isClipped: Bool
  }

  /// A schedule under all rules.
  public struct Row: Sendable, Equatable {
    /// The name of the classic schedule, `greedy` or `full-horizon`.
    public let name: String
    /// The final loss of the same kind of schedule tuned for the other run.
    public let retunedLoss: Double
    /// Why the search for that schedule ended.
    public let retunedTermination: Termination
    /// What every rule achieves, in the order of ``ScheduleTransfer/rules``.
    public let outcomes: [Outcome]
  }

  /// The change from the run for which the schedules were tuned.
  public let change: Change
  /// The rules.
  public let rules: [Rule]
  /// The schedules in the order of their ranking, then the greedy one and the full-horizon optimum, which are
  /// resampled instead of stretched.
  public let rows: [Row]
  /// The ranking for the other run.
  public let target: ScheduleRanking
}

extension ScheduleTransfer.Change {
  /// The rules that are in use for the change: rates as they are, or divided by the factor or its root for more
  /// steps, and multiplied for more examples per step.
  public var rules: [ScheduleTransfer.Rule] {
    switch self {
    case .horizon(let factor):
      [1, 1 / factor.squareRoot(), 1 / factor].map { .init(time: .stretched, rateFactor: $0) }
        + [.init(time: .continued, rateFactor: 1)]
    case .batchSize(let factor), .batchSizeOfSameExamples(let factor):
      [1, factor.squareRoot(), factor].map { .init(time: .stretched, rateFactor: $0) }
    }
  }

  /// The number of steps of the other run.
  func steps(from horizon: Int) throws(NoisyQuadraticError) -> Int {
    guard factor >= 1, factor.isFinite else {
      throw .invalidValue(field: "factor", value: factor, expected: "a finite number ≥ 1")
    }
    switch self {
    case .batchSize: return horizon
    case .batchSizeOfSameExamples: return max(Int((Double(horizon) / factor).rounded()), 1)
    case .horizon:
      let steps = (factor * Double(horizon)).rounded()
      guard steps <= 0x1p53 else {
        throw .invalidValue(field: "factor", value: factor, expected: "a number of steps up to 9e15")
      }
      return Int(steps)
    }
  }

  /// The model of the other run.
  func model(_ model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    if case .horizon = self { return model }
    return try model.with(batchSize: model.batchSize * factor)
  }
}

extension ScheduleRankingStudy {
  /// Throws the errors of arguments that ``transferConcurrently(_:of:by:)`` would throw, without doing its work.
  package func check(
    _ change: ScheduleTransfer.Change, of model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) {
    _ = try change.model(model)
    _ = try with(horizon: try change.steps(from: horizon))
  }

  /// Runs the schedules of a ranking of this study under the rules of a change, and ranks anew what is tuned
  /// for it.
  ///
  /// - Parameters:
  ///   - source: a ranking by this study.
  ///   - model: the model for which it was computed.
  ///   - change: the change from that run to another.
  /// - Returns: the losses of all rules. A rate that would exceed the limit of the other run is lowered to it,
  ///   with all other rates of its schedule in proportion.
  /// - Throws: ``NoisyQuadraticError`` for a factor outside its domain, and for work that does not fit into
  ///   memory.
  /// - Complexity: a ranking of the other run, and an evaluation of it for every schedule and rule.
  public func transferConcurrently(
    _ source: ScheduleRanking, of model: NoisyQuadraticModel, by change: ScheduleTransfer.Change
  ) async throws(NoisyQuadraticError) -> ScheduleTransfer {
    let other = try change.model(model)
    let study = try with(horizon: try change.steps(from: source.horizon))
    let target = try await study.rankConcurrently(other)
    var rows: [Carried] = source.entries.map { entry in
      Carried(
        name: entry.name, schedule: entry.solution.schedule, member: entry.member,
        retuned: target.entry(entry.member.classic)?.solution ?? target.optimum)
    }
    for (name, tuned, retuned) in [
      ("greedy", source.greedy, target.greedy), ("full-horizon", source.optimum, target.optimum),
    ] {
      rows.append(
        Carried(name: name, schedule: tuned.schedule, member: nil, retuned: retuned))
    }
    let rules = change.rules
    let done = try await Parallel.map(rows) { row throws(NoisyQuadraticError) in
      var outcomes: [ScheduleTransfer.Outcome] = []
      for rule in rules { outcomes.append(try row.outcome(of: rule, other, target)) }
      return ScheduleTransfer.Row(
        name: row.name, retunedLoss: row.retuned.finalLoss, retunedTermination: row.retuned.termination,
        outcomes: outcomes)
    }
    return ScheduleTransfer(change: change, rules: rules, rows: done, target: target)
  }
}

/// A schedule that is carried over to another run.
private struct Carried: Sendable {
  let name: String
  let schedule: Schedule
  let member: ClassicMember?
  let retuned: Solution

  func outcome(
    of rule: ScheduleTransfer.Rule, _ model: NoisyQuadraticModel, _ target: ScheduleRanking
  ) throws(NoisyQuadraticError) -> ScheduleTransfer.Outcome {
    let steps = target.horizon
    let carried: Schedule
    switch (rule.time, member) {
    // The tuned schedule itself, to the last bit, if the run is as long.
    case _ where steps == schedule.count: carried = schedule
    case (.stretched, let member?): carried = try member.stretched(to: steps)
    case (.continued, let member?): carried = try member.continued(to: steps)
    case (.stretched, nil): carried = try schedule.resampled(to: steps)
    case (.continued, nil): carried = try schedule.held(to: steps)
    }
    let largest = rule.rateFactor * (carried.learningRates.max() ?? 0)
    let limit = target.optimum.learningRateLimit ?? .infinity
    // Rates at the limit may exceed it by roundings.
    let isClipped = largest > limit * (1 + 16 * .ulpOfOne)
    let factor = isClipped ? rule.rateFactor * (limit / largest) : rule.rateFactor
    let loss = model.expectedLoss(under: try carried.scaled(by: factor)).final
    return ScheduleTransfer.Outcome(finalLoss: loss, rateFactor: factor, isClipped: isClipped)
  }
}
