import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ScheduleGapReport {
  /// What the program prints: three losses, where the excess is lost, where it sits, and one sentence.
  var table: String {
    let (model, optimum) = (problem.model, gap.optimum)
    let horizon = gap.schedule.count
    var text =
      "\(problem.name.onOneLine): \(model.dimension) direction\(model.dimension == 1 ? "" : "s"), "
      + "\(horizon) step\(horizon == 1 ? "" : "s"), initial loss \(model.initialLoss.shortText), "
      + (optimum.learningRateLimit.map { "learning rate at most \($0.shortText)" }
        ?? "no limit on the learning rate")
      + (optimum.momentumLimit == 0 ? ", no momentum\n" : ", momentum at most \(optimum.momentumLimit)\n")
    if gap.stepsBeyondLimits > 0 {
      text += "the given schedule exceeds these limits in \(gap.stepsBeyondLimits) of its steps\n"
    }
    return text + "\n" + losses + "\n" + alongTheRun + bySpectrum + sentence + "\n"
  }

  /// Whether there is more between the two than what a search may leave undone.
  private var hasExcess: Bool { gap.excess > 1e-6 * gap.optimum.finalLoss }

  private var losses: String {
    let best = gap.optimum.finalLoss
    var text = "".left(22) + "final loss".right(14) + "ratio".right(9) + "\n"
    for (name, loss) in [
      ("given schedule", gap.finalLoss), ("best schedule found", best),
      ("no schedule ends below", gap.optimum.informationBound),
    ] {
      text +=
        name.left(22) + loss.significant(8).right(14) + (best > 0 ? (loss / best).shortText : "-").right(9)
      if loss == best, gap.optimum.termination == .iterationLimit { text += "  *" }
      text += "\n"
    }
    if gap.optimum.termination == .iterationLimit {
      text += "* the search stopped at its iteration limit: a better schedule may exist close by\n"
    }
    return text
  }

  /// The fifths of the run. Rates are shown beside the best ones only without momentum, which makes them
  /// incomparable.
  private var alongTheRun: String {
    guard let regret = gap.regret, hasExcess else { return "" }
    let showsBest = !gap.schedule.usesMomentum && gap.optimum.momentumLimit == 0
    var text =
      "where it is lost".left(18) + "loss".right(11) + "share".right(8) + "mean rate".right(12)
      + (showsBest ? "best rate".right(12) : "") + "\n"
    for part in parts {
      let count = Double(part.steps.count)
      func mean(_ schedule: Schedule) -> String {
        (part.steps.reduce(0) { $0 + schedule[$1].learningRate } / count).shortText
      }
      text +=
        part.name.left(18)
        + part.regret.shortText.right(11) + "\((100 * part.share).fixed(1))%".right(8)
        + mean(gap.schedule).right(12) + (showsBest ? mean(regret.bestResponse).right(12) : "")
        + "  \(part.verdict.words)\n"
    }
    return text + "\n"
  }

  private var bySpectrum: String {
    // Less than that of a final loss is nothing to a reader.
    let negligible = 1e-6 * min(gap.finalLoss, gap.optimum.finalLoss)
    func cell(_ loss: Double) -> String { loss < negligible ? "~0" : loss.significant(3) }
    let columns = ["signal", "noise", "signal", "noise"]
    var text =
      "".left(30) + "given schedule".right(22) + "best schedule".right(22) + "\n"
      + "left at the end in curvatures".left(30) + columns.map { $0.right(11) }.joined() + "\n"
    func row(_ name: String, _ losses: [Double]) {
      text += name.left(30) + losses.map { cell($0).right(11) }.joined() + "\n"
    }
    for (given, best) in zip(gap.spectrum.bands, gap.optimalSpectrum.bands) {
      let (low, high) = (given.curvatures.lowerBound, given.curvatures.upperBound)
      row(
        low == high ? low.significant(3) : "\(low.significant(3)) to \(high.significant(3))",
        [given.signal, given.noise, best.signal, best.noise])
    }
    let (given, best) = (gap.spectrum, gap.optimalSpectrum)
    row("all", [given.signal, given.noise, best.signal, best.noise])
    return text + "\n"
  }

  /// How far, where, and why.
  private var sentence: String {
    let (loss, best) = (gap.finalLoss, gap.optimum.finalLoss)
    let name = name.onOneLine
    if let step = gap.losses.divergenceStep {
      return "\(name) diverges: its loss is beyond the range of numbers from step \(step) on; "
        + "\(best.shortText) is possible."
    }
    guard best > 5e-32 * problem.model.initialLoss else {
      return "\(name) ends at \(loss.shortText); the best schedule leaves nothing of the loss but rounding."
    }
    if gap.excess < -1e-9 * best {
      return "\(name) exceeds the limits and ends at \(loss.shortText), "
        + "\((-100 * gap.excess / best).shortText)% below the \(best.shortText) that is possible within them."
    }
    guard hasExcess, let worst = parts.indices.max(by: { parts[$0].regret < parts[$1].regret })
    else { return "\(name) ends at \(loss.shortText): no better schedule is known within the limits." }
    let part = parts[worst]
    let fifths = ["first", "second", "third", "fourth", "last"]
    let place = parts.count == 5 ? "the \(fifths[worst]) fifth of the run" : part.name
    return "\(name) ends at \(loss.shortText), \((loss / best).asMultiple) the \(best.shortText) that is "
      + "possible; \((100 * part.share).fixed(0))% of the excess is lost in \(place), where the rate is "
      + "\(part.verdict.words)\(gap.schedule.usesMomentum ? " for its momentum" : "")."
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
    case .mixed: "too large at some steps and too small at others"
    case .aboutRight: "about right"
    }
  }
}
