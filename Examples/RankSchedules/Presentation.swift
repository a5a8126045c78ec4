import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension RankingReport {
  /// What the program prints: the ranking, the parameters, what warmup brings, and the other runs.
  var text: String {
    let model = problem.model
    let head =
      "\(problem.name.cutForMessage): \(model.dimension) direction\(model.dimension == 1 ? "" : "s"), "
      + "\(ranking.horizon) step\(ranking.horizon == 1 ? "" : "s"), initial loss \(model.initialLoss.shortText), "
      + (ranking.optimum.learningRateLimit.map { "learning rate at most \($0.shortText)" }
        ?? "no limit on the learning rate")
      + (ranking.optimum.momentumLimit == 0
        ? ", no momentum\n\n" : ", momentum at most \(ranking.optimum.momentumLimit)\n\n")
    return head + table + "\n" + parameters + "\n" + warmup
      + transfers.map { "\n" + transferTable($0) }.joined()
  }

  private var table: String {
    let best = ranking.optimum.finalLoss
    let usesMomentum = ranking.optimum.momentumLimit > 0
    var table = TextTable(
      [.numbers("rank", 4), .text("  schedule", 21), .numbers("final loss", 14), .numbers("ratio", 9)]
        + [.numbers("peak rate", 11), .numbers("last rate", 11)]
        + (usesMomentum ? [.numbers("momentum", 10)] : []))
    for row in rows {
      let schedule = row.solution.schedule
      table.add(
        [
          row.rank.map(String.init) ?? "-", "  " + row.name, row.solution.finalLoss.loss(8),
          row.solution.finalLoss.ratio(to: best), (schedule.learningRates.max() ?? 0).shortText,
          (schedule.learningRates.last ?? 0).shortText,
        ] + (usesMomentum ? [row.entry.map { $0.member.momentum.fixed(4) } ?? "-"] : []),
        note: Self.mark(row.solution.termination))
    }
    return table.text
      + "no schedule ends below \(ranking.lowerBound.loss(8)), ratio \(ranking.lowerBound.ratio(to: best)) "
      + "(\(ranking.boundMethod.rawValue))\n"
      + Self.legend(rows.map(\.solution.termination))
  }

  /// The mark of a loss whose search is not confirmed.
  private static func mark(_ termination: Termination) -> String {
    termination == .iterationLimit ? "*" : termination == .localOptimum ? "~" : ""
  }

  private static func legend(_ terminations: [Termination]) -> String {
    (terminations.contains(.iterationLimit)
      ? "* not confirmed: the minimum lies at a kink, or only one search found it\n" : "")
      + (terminations.contains(.localOptimum)
        ? "~ a local optimum: no independent searches confirm it, and a lower one may exist\n" : "")
  }

  /// The parameters as texts, with a warning where their rounding matters.
  private var parameters: String {
    let lines = rows.compactMap { row -> String? in
      guard let family = row.family, let loss = row.familyLoss else { return nil }
      // Beside an optimum of 0, a loss is nothing but rounding.
      let change = ranking.ratio(loss) == nil || loss == 0 ? 0 : loss / row.solution.finalLoss - 1
      let note = abs(change) > 1e-3 ? "  (rounded: \(change > 0 ? "+" : "")\(change.percentText))" : ""
      return "  " + family + note + "\n"
    }
    return
      "the best parameters, for schedule-gap --horizon \(ranking.horizon) --family:\n" + lines.joined()
  }

  /// What the schedules that may begin with a rise make of it.
  private var warmup: String {
    let all = ranking.entries.compactMap { entry -> (name: String, steps: Double)? in
      let steps = Double(ranking.horizon)
      if let fraction = entry.member["warmupFraction"], entry.member["decayFraction"] != nil {
        return (entry.name, fraction * steps)
      }
      guard let fraction = entry.member["riseFraction"], let start = entry.member["initialFraction"]
      else { return nil }
      return (entry.name, start > 0.99 ? 0 : fraction * (steps - 1))
    }
    let used = all.filter { $0.steps >= 0.5 }
    if all.isEmpty { return "" }
    if used.isEmpty {
      return "warmup gains nothing: the best is 0 steps in \(all.map(\.name).joined(separator: ", "))\n"
    }
    let names = used.map { "\($0.name) \($0.steps.fixed(0))" }.joined(separator: ", ")
    return "warmup of the best, in steps: \(names)"
      + (used.count < all.count ? "; 0 in the other \(all.count - used.count)\n" : "\n")
  }

  private func transferTable(_ transfer: ScheduleTransfer) -> String {
    var table = TextTable(
      [.text("schedule", 20), .numbers("anew", 10)]
        + transfer.rules.map { .numbers("× \($0.rateFactor.significant(3))", 10) },
      groups: [.init(columns: 2)]
        + ScheduleTransfer.Rule.Time.allCases.compactMap { time in
          let count = transfer.rules.count { $0.time == time }
          return count > 0
            ? .init(time.rawValue, columns: count, isCentered: count > 1 && count < transfer.rules.count)
            : nil
        })
    var (isClipped, isLost) = (false, false)
    // Beside an optimum of 0, every loss is nothing but rounding.
    func ratio(_ row: ScheduleTransfer.Row, _ outcome: ScheduleTransfer.Outcome) -> Double? {
      transfer.target.ratio(row.retunedLoss) == nil ? nil : row.ratio(outcome)
    }
    for row in transfer.rows {
      let cells = row.outcomes.map { outcome -> String in
        isClipped = isClipped || outcome.isClipped
        let mark = outcome.isClipped ? "^" : ""
        guard outcome.finalLoss <= ranking.initialLoss else {
          isLost = true
          return "diverges" + mark
        }
        return (ratio(row, outcome)?.shortText ?? "-") + mark
      }
      let anew = transfer.target.ratio(row.retunedLoss).map {
        $0.shortText + Self.mark(row.retunedTermination)
      }
      table.add([row.name, anew ?? "-"] + cells)
    }
    for (name, pick) in [("median", \.median), ("worst", \.last)] as [(String, KeyPath<[Double], Double?>)] {
      // Of the classic schedules, which are all but the last two rows.
      let classics = transfer.rows.dropLast(2)
      guard classics.count > 1 else { break }
      // A run that overflows is the worst. What has no ratio is left out.
      let cells = transfer.rules.indices.map { k in
        classics.compactMap { row in
          row.outcomes[k].finalLoss.isFinite ? ratio(row, row.outcomes[k]) : .infinity
        }
      }
      let anew = classics.compactMap { transfer.target.ratio($0.retunedLoss) }
      table.add(
        [name] + ([anew] + cells).map { $0.sorted()[keyPath: pick].map(\.shortText) ?? "-" })
    }
    return "tuned for \(ranking.horizon) steps, used in another run: \(transfer.title)\n"
      + "anew: the loss tuned for that run over its optimum; others: the loss of the rule over that tuned anew\n"
      + "stretched: lengths are the same fractions of the run; continued: the same rates at the same steps\n"
      + "× is the factor on all rates\n"
      + table.text + Self.legend(transfer.rows.map(\.retunedTermination))
      + (isClipped ? "^ lowered, so that no rate exceeds the limit\n" : "")
      + (isLost ? "diverges: ends above the loss at the start\n" : "")
  }
}

extension [Double] {
  /// The median of sorted numbers, the mean of the middle two of an even number; `nil` if there are none.
  fileprivate var median: Double? {
    isEmpty ? nil : count % 2 == 1 ? self[count / 2] : (self[count / 2 - 1] + self[count / 2]) / 2
  }
}
