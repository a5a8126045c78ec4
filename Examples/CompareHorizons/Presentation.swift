import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ComparisonReport {
  /// The table that the program prints, with what the bias cost in one sentence.
  var table: String {
    let best = row("full-horizon")?.solution.finalLoss ?? .nan
    let model = problem.model
    var text =
      "\(problem.name.onOneLine): \(model.dimension) direction\(model.dimension == 1 ? "" : "s"), "
      + "\(horizon) step\(horizon == 1 ? "" : "s"), initial loss \(model.initialLoss.shortText), "
      + (rows[0].solution.learningRateLimit.map { "learning rate at most \($0.shortText)" }
        ?? "no limit on the learning rate")
      + (rows[0].solution.momentumLimit == 0
        ? ", no momentum\n\n" : ", momentum at most \(rows[0].solution.momentumLimit)\n\n")
    let width = max(12, rows.map(\.name.count).max() ?? 0)
    text += "".right(width + 26) + "learning rate".center(33) + "momentum".center(25) + "\n"
    text +=
      "schedule".left(width) + "final loss".right(15) + "ratio".right(11)
      + "first".right(11) + "middle".right(11) + "last".right(11)
      + "first".right(9) + "middle".right(8) + "last".right(8) + "seconds".right(10) + "\n"
    for row in rows {
      let schedule = row.solution.schedule
      let shown = [0, horizon / 2, horizon - 1].map { schedule[$0] }
      let ratio = row.solution.finalLoss / best
      text +=
        row.name.left(width) + row.solution.finalLoss.significant(8).right(15)
        + (best > 0 ? ratio.shortText : "-").right(11)
      for step in shown { text += step.learningRate.shortText.right(11) }
      for (i, step) in shown.enumerated() { text += step.momentum.fixed(4).right(i == 0 ? 9 : 8) }
      text += row.seconds.fixed(4).right(10)
      if row.solution.termination == .iterationLimit { text += "  *" }
      if let step = row.solution.losses.divergenceStep { text += "  diverged at step \(step)" }
      text += "\n"
    }
    if rows.contains(where: { $0.solution.termination == .iterationLimit }) {
      text += "* stopped at the iteration limit: a better schedule may exist close by\n"
    }
    text += "\n" + sentence + "\n"
    if let growth = row("growth-limited")?.solution.statistics.growth { text += sentence(growth) + "\n" }
    guard let certificate else { return text }
    let how =
      certificate.method == .information && solutionUsesMomentum
      ? "the information bound, all that is proven with momentum" : certificate.method.rawValue
    text +=
      "Proven: every schedule ends at \(certificate.lower.significant(8)) or above, this one at "
      + "\(certificate.upper.significant(8)), a gap of \((100 * certificate.gap).shortText)% (\(how))."
    if certificate.gap > certificate.requestedGap {
      text += " The \((100 * certificate.requestedGap).shortText)% asked for was not reached."
    }
    return text + "\n"
  }

  /// What a limit on growth costs.
  private func sentence(_ growth: GrowthReport) -> String {
    guard let limited = row("growth-limited")?.solution.finalLoss else { return "" }
    let limit = "With no direction's loss above \(growth.limit.shortText) times its start"
    guard growth.unlimited.factor > growth.limit * (1 + 1e-9) else {
      return "\(limit): nothing changes, the full horizon lets none exceed "
        + "\(growth.unlimited.factor.shortText) times its start."
    }
    let cost = limited / growth.unlimitedLoss
    return "\(limit) the run ends at \(limited.significant(8)), \(cost.asMultiple)"
      + "\(cost < 1.995 ? "" : " that"): without the limit one direction reaches \(growth.unlimited.factor.shortText) times its start."
  }

  private var solutionUsesMomentum: Bool { rows[0].solution.momentumLimit > 0 }

  /// What short-horizon bias cost here.
  private var sentence: String {
    guard let greedy = row("greedy"), let constant = row("constant"), let full = row("full-horizon") else {
      return ""
    }
    let (short, fixed, best) = (
      greedy.solution.finalLoss, constant.solution.finalLoss, full.solution.finalLoss
    )
    guard short.isFinite, fixed.isFinite, best.isFinite else {
      return "A schedule diverged: its losses cannot be compared."
    }
    guard best > 0, short > 5e-32 * problem.model.initialLoss else {
      return "Greedy ends at \(short.shortText) and the full horizon at \(best.shortText): "
        + "nothing is left of the loss but rounding."
    }
    let bound = full.solution.informationBound
    let floor = bound > 0 ? " No schedule can end below \(bound.shortText)." : ""
    if short <= best * (1 + 1e-6) {
      return "Looking one step ahead costs nothing here: greedy ends at the full-horizon loss, "
        + "\(best.shortText).\(floor)"
    }
    let what = full.solution.momentumLimit > 0 ? "best constant rate and momentum" : "best constant rate"
    let verdict = fixed < short ? "worse than" : fixed > short ? "better than" : "no better than"
    return "Looking one step ahead ends at \(short.shortText), \((short / best).asMultiple) the "
      + "\(best.shortText) that the whole horizon allows, and \(verdict) the \(what), "
      + "\(fixed.shortText).\(floor)"
  }
}
