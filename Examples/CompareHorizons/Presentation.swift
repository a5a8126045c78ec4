import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ComparisonReport {
  /// The table that the program prints, with what the bias cost in one sentence.
  var table: String {
    let best = row("full-horizon")?.solution.finalLoss ?? .nan
    let model = problem.model
    var text =
      "\(problem.name.cutForMessage): \(model.dimension) direction\(model.dimension == 1 ? "" : "s"), "
      + "\(horizon) step\(horizon == 1 ? "" : "s"), initial loss \(model.initialLoss.shortText), "
      + (rows[0].solution.learningRateLimit.map { "learning rate at most \($0.shortText)" }
        ?? "no limit on the learning rate")
      + (rows[0].solution.momentumLimit == 0
        ? ", no momentum\n\n" : ", momentum at most \(rows[0].solution.momentumLimit)\n\n")
    var losses = TextTable(
      [.text("schedule", max(12, rows.map(\.name.count).max() ?? 0)), .numbers("final loss", 15)]
        + [.numbers("ratio", 11), .numbers("first", 11), .numbers("middle", 11), .numbers("last", 11)]
        + [.numbers("first", 9), .numbers("middle", 8), .numbers("last", 8), .numbers("seconds", 10)],
      groups: [
        .init(columns: 3), .init("learning rate", columns: 3, isCentered: true),
        .init("momentum", columns: 3, isCentered: true),
      ])
    for row in rows {
      let schedule = row.solution.schedule
      let shown = [0, horizon / 2, horizon - 1].map { schedule[$0] }
      let notes = [
        row.solution.termination == .iterationLimit ? "*" : nil,
        row.solution.termination == .localOptimum ? "~" : nil,
        row.solution.losses.divergenceStep.map { "diverged at step \($0)" },
      ]
      losses.add(
        [row.name, row.solution.finalLoss.loss(8), row.solution.finalLoss.ratio(to: best)]
          + shown.map(\.learningRate.shortText) + shown.map { $0.momentum.fixed(4) }
          + [row.seconds.fixed(4)],
        note: notes.compactMap(\.self).joined(separator: "  "))
    }
    text += losses.text
    if rows.contains(where: { $0.solution.termination == .iterationLimit }) {
      text += "* stopped at the iteration limit: a better schedule may exist close by\n"
    }
    if rows.contains(where: { $0.solution.termination == .localOptimum }) {
      text += "~ a local optimum: no independent searches confirm it, and a lower one may exist\n"
    }
    text += "\n" + sentence + "\n"
    if let growth = row("growth-limited")?.solution.statistics.growth { text += sentence(growth) + "\n" }
    guard let certificate else { return text }
    text +=
      "Proven: every schedule ends at \(certificate.lower.significant(8)) or above, this one at "
      + "\(certificate.upper.significant(8)), a gap of \((100 * certificate.gap).shortText)% "
      + "(\(certificate.method.rawValue))."
    if certificate.gap > certificate.requestedGap {
      let time = certificate.termination == .stopped ? " in the time of --certify-seconds" : ""
      text += " The \((100 * certificate.requestedGap).shortText)% asked for was not reached\(time)."
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
