import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command `phases`.
enum PhaseProgram {
  static func run(_ arguments: Phases) async throws(Failure) {
    let plan = try PhasePlan(arguments)
    let directory = try arguments.units.directory(arguments.output)
    let units = UnitProgram(plan.units, arguments.units, in: directory, isSilent: arguments.quiet)
    guard let works = try await units.works() else { return }
    let report = try plan.report(works)
    let errors = report.rows.compactMap(\.outcome.error)
    if let first = errors.first {
      Program.warn(
        "\(errors.count) of \(report.rows.count) points cannot be computed, see the column error of phases.csv; "
          + "the first: \(first)")
    }
    try Program.finish(
      report.table,
      [Program.Results(arguments.noPlots ? [] : report.plots, in: directory, report.write)],
      isSilent: arguments.quiet, then: units.discard)
  }
}

extension PhaseReport {
  /// What the program prints, in Markdown: a table of losses and rates, and one of measured exponents beside their
  /// limits for endless runs.
  fileprivate var table: String {
    let places = ["s", "b", "phase", "mu max", "T", "method"]
    var losses = TextTable(places + ["loss", "loss/bound", "peak rate", "at limit", "2 h_max tau"])
    let kinds = ["loss", "peak", "decay", "share"]
    var powers = TextTable(places + kinds.flatMap { [$0, "\($0) theory", "\($0) dev"] })
    for row in rows {
      let place = [
        row.setting.source.jsonText, row.setting.capacity.jsonText, row.phase,
        row.setting.momentumLimit.jsonText,
        "\(row.setting.horizon)", row.method,
      ]
      guard let point = row.outcome.point, let exponents = row.exponents else {
        losses.add(place + Array(repeating: "-", count: 5))
        powers.add(place + Array(repeating: "-", count: 3 * kinds.count))
        continue
      }
      let mark = isOpen(point) ? "*" : ""
      losses.add(
        place + [
          point.loss.significant(6) + mark, point.loss.ratio(to: point.accelerationBound),
          point.peakRate.significant(3), "\((100 * point.limitedShare).fixed(1))%",
          point.fastestReach.significant(3),
        ])
      powers.add(
        place
          + [exponents.loss, exponents.peakRate, exponents.decay, exponents.decayingShare].flatMap {
            exponent in
            [exponent.measured, exponent.predicted, exponent.deviation].map { $0?.fixed(3) ?? "-" }
          })
    }
    let hasOpen = rows.contains { $0.outcome.point.map(isOpen) ?? false }
    return "losses and rates; at limit: the share of steps at the limit\n\n" + losses.markdown
      + (hasOpen ? "* the last digits are open: see termination and residual\n" : "")
      + "\nexponents from the horizon before to this one, of the loss, the peak rate and the share of the run that "
      + "decays,\nand the power of the decay; theory: for endless runs; dev: measured minus theory\n\n"
      + powers.markdown
  }

  /// Whether the search left the last digits open.
  private func isOpen(_ point: PhasePoint) -> Bool {
    [.iterationLimit, .localOptimum].contains(point.termination)
  }
}
