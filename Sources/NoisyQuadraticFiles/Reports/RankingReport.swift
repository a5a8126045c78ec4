import NoisyQuadratic

/// Classic schedules with their best parameters beside the optimum, and what they achieve in other runs, ready to
/// be written.
///
/// The files are described in Docs/RankSchedules.md.
public struct RankingReport: Sendable {
  /// A schedule of the ranking.
  public struct Row: Sendable {
    /// The name of the classic schedule, `greedy` or `full-horizon`.
    public let name: String
    /// The place among the classic schedules, from 1; `nil` for the other two.
    public let rank: Int?
    /// The schedule.
    public let solution: Solution
    /// The entry of the ranking; `nil` for the other two.
    public let entry: ScheduleRanking.Entry?
    /// The text that states the schedule for ``FamilyText``; `nil` for the other two.
    public let family: String?
    /// The final loss of the text's schedule, whose numbers are rounded; `nil` for the other two.
    public let familyLoss: Double?
  }

  /// The names of all plots that a report may have.
  static let plotNames = ["ranking", "schedules", "transfer"]

  /// The names of the files that a report has.
  package static let fileNames =
    ["ranking.csv", "transfer.csv", "ranking.json"]
    + plotNames.flatMap { [$0 + ".gp", $0 + ".svg", $0 + ".png"] }

  /// The problem.
  public let problem: NamedProblem
  /// The ranking.
  public let ranking: ScheduleRanking
  /// What the schedules achieve in other runs.
  public let transfers: [ScheduleTransfer]
  /// The options needed to repeat the ranking, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The schedules, the lowest final loss first.
  public let rows: [Row]
  /// The steps that the files list.
  public let sampled: SampledSteps

  /// Creates a report.
  ///
  /// With `fullSeries` the files list every step, otherwise at most ``SampledSteps/maximum``.
  ///
  /// - Throws: `NoisyQuadraticError` if the ranking has no step.
  public init(
    problem: NamedProblem, ranking: ScheduleRanking, transfers: [ScheduleTransfer] = [],
    options: [JSONValue.Member], fullSeries: Bool = false
  ) throws(NoisyQuadraticError) {
    guard ranking.horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: ranking.horizon, expected: "at least 1")
    }
    self.problem = problem
    self.ranking = ranking
    self.transfers = transfers
    self.options = options
    var rows = ranking.entries.enumerated().map { i, entry in
      let text = entry.member.familyText(learningRateLimit: entry.solution.learningRateLimit)
      let schedule = try? FamilyText(text).schedule(steps: ranking.horizon)
      return Row(
        name: entry.name, rank: i + 1, solution: entry.solution, entry: entry, family: text,
        familyLoss: schedule.map { problem.model.expectedLoss(under: $0).final })
    }
    for (name, solution) in [("greedy", ranking.greedy), ("full-horizon", ranking.optimum)] {
      let place = rows.firstIndex { solution.finalLoss <= $0.solution.finalLoss } ?? rows.count
      let row = Row(name: name, rank: nil, solution: solution, entry: nil, family: nil, familyLoss: nil)
      rows.insert(row, at: name == "full-horizon" ? 0 : place)
    }
    self.rows = rows
    sampled = SampledSteps(horizon: ranking.horizon, fullSeries: fullSeries)
  }

  /// The row with the given name.
  public func row(_ name: String) -> Row? { rows.first { $0.name == name } }

  /// Writes `ranking.csv`, `transfer.csv` if there is any, the plot scripts, and finally `ranking.json`. Scripts
  /// and pictures of an earlier run are removed. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames,
      before: [("ranking.csv", writeCSV)] + (transfers.isEmpty ? [] : [("transfer.csv", writeTransferCSV)]),
      after: [("ranking.json", writeJSON)])
  }

  /// Writes `ranking.csv`: a row for every schedule.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: [
        "rank", "schedule", "finalLoss", "ratio", "peakRate", "lastRate", "momentum", "termination",
        "residual", "familyLoss", "family",
      ])
    for row in rows {
      csv.addRow { line in
        line.add(row.rank.map(Double.init))
        line.add(row.name)
        line.add(row.solution.finalLoss)
        line.add(ranking.ratio(row.solution.finalLoss))
        line.add(row.solution.schedule.learningRates.max())
        line.add(row.solution.schedule.learningRates.last)
        line.add(row.entry?.member.momentum)
        line.add(row.solution.termination.rawValue)
        line.add(row.entry?.residual)
        line.add(row.familyLoss)
        line.add(row.family ?? "")
      }
    }
  }

  /// Writes `transfer.csv`: a row for every schedule, change and rule.
  public func writeTransferCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: [
        "change", "factor", "horizon", "batchSize", "schedule", "time", "rule", "rateFactor", "clipped",
        "finalLoss", "retunedLoss", "ratioToRetuned", "ratioToOptimum",
      ])
    for transfer in transfers {
      for row in transfer.rows {
        for (rule, outcome) in zip(transfer.rules, row.outcomes) {
          csv.addRow { line in
            line.add(transfer.change.name)
            line.add(transfer.change.factor)
            line.add(transfer.target.horizon)
            line.add(transfer.target.batchSize)
            line.add(row.name)
            line.add(rule.time.rawValue)
            line.add(rule.rateFactor)
            line.add(outcome.rateFactor)
            line.add(outcome.isClipped ? 1 : 0)
            line.add(outcome.finalLoss)
            line.add(row.retunedLoss)
            line.add(row.ratio(outcome))
            line.add(transfer.target.ratio(outcome.finalLoss))
          }
        }
      }
    }
  }

  /// Writes `ranking.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/ranking")
      json.add("version", 1)
      json.add(problem, informationBound: ranking.optimum.informationBound)
      json.add("options", options)
      json.add("horizon", ranking.horizon)
      json.add("batchSize", ranking.batchSize)
      json.add("stepIndexBase", 0)
      json.add("momentumConvention", "velocity")
      json.add("learningRateLimit", ranking.optimum.learningRateLimit)
      json.add("momentumLimit", ranking.optimum.momentumLimit)
      json.add("lowerBound", ranking.lowerBound)
      json.add("boundMethod", ranking.boundMethod.rawValue)
      if sampled.isThinned { json.add(sampled) }
      json.addArray("schedules", onLines: true) { json in
        for row in rows { json.addObject { fill(&$0, row) } }
      }
      json.addArray("transfers", onLines: true) { json in
        for transfer in transfers { json.addObject { Self.fill(&$0, transfer) } }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ row: Row) {
    json.add("rank", row.rank)
    json.add("ratio", ranking.ratio(row.solution.finalLoss))
    if let entry = row.entry {
      json.add(
        "parameters", zip(entry.member.names, entry.member.values).map { .init($0, .optional($1)) })
      json.add("count", entry.member.count)
      json.add("residual", entry.residual)
      json.add("family", row.family)
      json.add("familyLoss", row.familyLoss)
    }
    json.add(row.name, row.solution.schedule, row.solution.losses, at: sampled, row.solution.termination)
  }

  private static func fill(_ json: inout JSONObjectWriter, _ transfer: ScheduleTransfer) {
    json.add("change", transfer.change.name)
    json.add("factor", transfer.change.factor)
    json.add("horizon", transfer.target.horizon)
    json.add("batchSize", transfer.target.batchSize)
    json.add("optimalLoss", transfer.target.optimum.finalLoss)
    json.add("lowerBound", transfer.target.lowerBound)
    json.add("boundMethod", transfer.target.boundMethod.rawValue)
    json.addArray("rules") { json in
      for rule in transfer.rules {
        json.addObject { json in
          json.add("time", rule.time.rawValue)
          json.add("rateFactor", rule.rateFactor)
        }
      }
    }
    json.addArray("schedules") { json in
      for row in transfer.rows {
        json.addObject { json in
          json.add("name", row.name)
          json.add("retunedLoss", row.retunedLoss)
          json.add("finalLoss", numbers: row.outcomes.map(\.finalLoss))
          json.add("rateFactor", numbers: row.outcomes.map(\.rateFactor))
          json.add("clipped", .array(row.outcomes.map { .bool($0.isClipped) }))
        }
      }
    }
  }
}

extension ScheduleTransfer.Change {
  /// The name in files.
  package var name: String {
    switch self {
    case .horizon: "horizon"
    case .batchSize: "batch-size"
    case .batchSizeOfSameExamples: "batch-size-same-examples"
    }
  }
}

extension ScheduleTransfer.Row {
  /// A rule's final loss over that of the schedule tuned anew; `nil` if there is no such ratio.
  package func ratio(_ outcome: ScheduleTransfer.Outcome) -> Double? {
    retunedLoss > 0 && outcome.finalLoss.isFinite ? outcome.finalLoss / retunedLoss : nil
  }
}
