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
      let termination = row.solution.termination
      table.add(
        [
          row.rank.map(String.init) ?? "-", "  " + row.name, row.solution.finalLoss.loss(8),
          row.solution.finalLoss.ratio(to: best), (schedule.learningRates.max() ?? 0).shortText,
          (schedule.learningRates.last ?? 0).shortText,
        ] + (usesMomentum ? [row.entry.map { $0.member.momentum.fixed(4) } ?? "-"] : []),
        note: termination == .iterationLimit ? "*" : termination == .localOptimum ? "~" : "")
    }
    let terminations = rows.map(\.solution.termination)
    return table.text
      + "no schedule ends below \(ranking.lowerBound.loss(8)), ratio \(ranking.lowerBound.ratio(to: best)) "
      + "(\(ranking.boundMethod.rawValue))\n"
      + (terminations.contains(.iterationLimit)
        ? "* not confirmed: the minimum lies at a kink, or only one search found it\n" : "")
      + (terminations.contains(.localOptimum)
        ? "~ a local optimum: no independent searches confirm it, and a lower one may exist\n" : "")
  }

  /// The parameters as texts, with a warning where their rounding matters.
  private var parameters: String {
    let lines = rows.compactMap { row -> String? in
      guard let family = row.family, let loss = row.familyLoss else { return nil }
      let change = loss / row.solution.finalLoss - 1
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
    let best = transfer.target.optimum.finalLoss
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
    for row in transfer.rows {
      let cells = row.outcomes.map { outcome -> String in
        isClipped = isClipped || outcome.isClipped
        let mark = outcome.isClipped ? "^" : ""
        guard outcome.finalLoss <= ranking.initialLoss else {
          isLost = true
          return "diverges" + mark
        }
        return outcome.finalLoss.ratio(to: row.retunedLoss) + mark
      }
      table.add([row.name, row.retunedLoss.ratio(to: best)] + cells)
    }
    for (name, pick) in [("median", { $0[$0.count / 2] }), ("worst", { $0[$0.count - 1] })]
      as [(String, ([Double]) -> Double)]
    {
      // Of the classic schedules, which are all but the last two rows.
      let classics = transfer.rows.dropLast(2)
      guard classics.count > 1 else { break }
      let cells = transfer.rules.indices.map { k in
        pick(classics.map { $0.ratio($0.outcomes[k]) ?? .infinity }.sorted()).shortText
      }
      table.add([name, pick(classics.map { $0.retunedLoss / best }.sorted()).shortText] + cells)
    }
    return "tuned for \(ranking.horizon) steps, used in another run: \(transfer.title)\n"
      + "anew: the loss tuned for that run over its optimum; others: the loss of the rule over that tuned anew\n"
      + table.text + (isClipped ? "^ lowered, so that no rate exceeds the limit\n" : "")
      + (isLost ? "diverges: ends above the loss at the start\n" : "")
  }
}
