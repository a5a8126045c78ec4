import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ScheduleGapReport {
  /// What the program prints: three losses, where the excess is lost, where it sits, and one sentence.
  var table: String {
    let (model, optimum) = (problem.model, gap.optimum)
    let horizon = gap.schedule.count
    var text =
      "\(problem.name.cutForMessage): \(model.dimension) direction\(model.dimension == 1 ? "" : "s"), "
      + "\(horizon) step\(horizon == 1 ? "" : "s"), initial loss \(model.initialLoss.shortText), "
      + (optimum.learningRateLimit.map { "learning rate at most \($0.shortText)" }
        ?? "no limit on the learning rate")
      + (optimum.momentumLimit == 0 ? ", no momentum\n" : ", momentum at most \(optimum.momentumLimit)\n")
      + convention
    if gap.stepsBeyondLimits > 0 {
      text += "the given schedule exceeds these limits in \(gap.stepsBeyondLimits) of its steps\n"
    }
    return text + "\n" + losses + "\n" + alongTheRun + bySpectrum + sentence + "\n"
  }

  /// The convention of all numbers, where that makes a difference.
  private var convention: String {
    guard gap.schedule.usesMomentum || gap.optimum.momentumLimit > 0 else { return "" }
    return
      "momentum convention \(gap.schedule.convention.rawValue): both schedules and the limits are in its numbers\n"
  }

  /// Whether there is more between the two than what a search may leave undone.
  private var hasExcess: Bool { gap.excess > 1e-6 * gap.optimum.finalLoss }

  private var losses: String {
    let best = gap.optimum.finalLoss
    var table = TextTable([.text("", 22), .numbers("final loss", 14), .numbers("ratio", 9)])
    for (name, loss) in [
      ("given schedule", gap.finalLoss), ("best schedule found", best),
      ("no schedule ends below", gap.optimum.informationBound),
    ] {
      table.add(
        [name, loss.loss(8), loss.ratio(to: best)],
        note: loss != best
          ? ""
          : gap.optimum.termination == .iterationLimit
            ? "*" : gap.optimum.termination == .localOptimum ? "~" : "")
    }
    var text = table.text
    if gap.optimum.termination == .iterationLimit {
      text += "* the search stopped at its iteration limit: a better schedule may exist close by\n"
    } else if gap.optimum.termination == .localOptimum {
      text += "~ a local optimum: no independent searches confirm it, and a lower one may exist\n"
    }
    return text
  }

  /// The fifths of the run. Rates are shown beside the best ones only without momentum, which makes them
  /// incomparable.
  private var alongTheRun: String {
    guard let regret = gap.regret, hasExcess else { return "" }
    let showsBest = !gap.schedule.usesMomentum && gap.optimum.momentumLimit == 0
    var table = TextTable(
      [.text("where it is lost", 18), .numbers("loss", 11), .numbers("share", 8), .numbers("mean rate", 12)]
        + (showsBest ? [.numbers("best rate", 12)] : []))
    for part in parts {
      let count = Double(part.steps.count)
      func mean(_ schedule: Schedule) -> String {
        (part.steps.reduce(0) { $0 + schedule[$1].learningRate } / count).shortText
      }
      table.add(
        [part.name, part.regret.shortText, "\((100 * part.share).fixed(1))%", mean(gap.schedule)]
          + (showsBest ? [mean(regret.bestResponse)] : []),
        note: part.verdict.words)
    }
    return table.text + "\n"
  }

  private var bySpectrum: String {
    // Less than that of a final loss is nothing to a reader.
    let negligible = 1e-6 * min(gap.finalLoss, gap.optimum.finalLoss)
    func cell(_ loss: Double) -> String {
      loss < negligible ? "~0" : loss.loss(3)
    }
    var table = TextTable(
      [.text("left at the end in curvatures", 30)]
        + ["signal", "noise", "signal", "noise"].map { .numbers($0, 11) },
      groups: [
        .init(columns: 1), .init("given schedule", columns: 2), .init("best schedule", columns: 2),
      ])
    func row(_ name: String, _ losses: [Double]) {
      table.add([name] + losses.map(cell))
    }
    for (given, best) in zip(gap.spectrum.bands, gap.optimalSpectrum.bands) {
      let (low, high) = (given.curvatures.lowerBound, given.curvatures.upperBound)
      row(
        low == high ? low.significant(3) : "\(low.significant(3)) to \(high.significant(3))",
        [given.signal, given.noise, best.signal, best.noise])
    }
    let (given, best) = (gap.spectrum, gap.optimalSpectrum)
    row("all", [given.signal, given.noise, best.signal, best.noise])
    return table.text + "\n"
  }

  /// How far, where, and why.
  private var sentence: String {
    let (loss, best) = (gap.finalLoss, gap.optimum.finalLoss)
    let name = name.cutForMessage
    if let step = gap.losses.divergenceStep {
      return "\(name) diverges: its loss is beyond the range of numbers from step \(step) on; "
        + "\(best.shortText) is possible."
    }
    guard best > 5e-32 * problem.model.initialLoss else {
      return "\(name) ends at \(loss.shortText); the best schedule leaves nothing of the loss but rounding."
    }
    if gap.excess < -1e-9 * best, gap.stepsBeyondLimits > 0 {
      return "\(name) exceeds the limits and ends at \(loss.shortText), "
        + "\((-100 * gap.excess / best).shortText)% below the \(best.shortText) that is possible within them."
    }
    guard hasExcess else {
      return "\(name) ends at \(loss.shortText): no better schedule is known within the limits."
    }
    guard let worst = parts.indices.max(by: { parts[$0].regret < parts[$1].regret }) else {
      return
        "\(name) ends at \(loss.shortText), \((loss / best).asMultiple) the \(best.shortText) that is possible "
        + "with its batch sizes."
    }
    let part = parts[worst]
    let fifths = ["first", "second", "third", "fourth", "last"]
    let place = parts.count == 5 ? "the \(fifths[worst]) fifth of the run" : part.name
    return "\(name) ends at \(loss.shortText), \((loss / best).asMultiple) the \(best.shortText) that is "
      + "possible; \((100 * part.share).fixed(0))% of the excess is lost in \(place), where the rate is "
      + "\(part.verdict.words)\(gap.schedule.usesMomentum && part.verdict != .mixed ? " for its momentum" : "")."
  }
}

extension ScheduleGapReport.Part {
  fileprivate var name: String {
    steps.count == 1
      ? "step \(steps.lowerBound)" : "steps \(steps.lowerBound)-\(steps.upperBound - 1)"
  }
}

extension ScheduleGapReport.Verdict {
  fileprivate var words: String {
    switch self {
    case .tooLarge: "too large"
    case .tooSmall: "too small"
    case .mixed: "neither too large nor too small as a whole"
    case .aboutRight: "about right"
    }
  }
}
