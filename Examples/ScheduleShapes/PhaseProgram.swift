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
  /// The table that the program prints, in Markdown: measured exponents and their deviations from the limits.
  fileprivate var table: String {
    var table = TextTable(
      [
        "s", "b", "phase", "mu max", "T", "method", "loss", "loss/bound", "peak rate", "at limit",
        "2 h_max tau",
      ]
        + ["loss exp", "limit", "dev", "peak exp", "limit", "dev", "decay exp", "limit", "dev"]
        + ["share exp", "limit", "dev"])
    for row in rows {
      let place = [
        row.setting.source.jsonText, row.setting.capacity.jsonText, row.phase,
        row.setting.momentumLimit.jsonText,
        "\(row.setting.horizon)", row.method,
      ]
      guard let point = row.outcome.point, let exponents = row.exponents else {
        table.add(place + Array(repeating: "-", count: 17))
        continue
      }
      let isOpen = [.iterationLimit, .localOptimum].contains(point.termination)
      table.add(
        place + [
          point.loss.significant(6) + (isOpen ? "*" : ""), point.loss.ratio(to: point.accelerationBound),
          point.peakRate.significant(3), "\((100 * point.limitedShare).fixed(1))%",
          point.fastestReach.significant(3),
        ]
          + [exponents.loss, exponents.peakRate, exponents.decay, exponents.decayingShare].flatMap {
            exponent in
            [exponent.measured, exponent.predicted, exponent.deviation].map { $0?.fixed(3) ?? "-" }
          })
    }
    let isOpen = rows.contains {
      $0.outcome.point.map { [.iterationLimit, .localOptimum].contains($0.termination) } ?? false
    }
    return table.markdown + (isOpen ? "* the last digits are open: see termination and residual\n" : "")
  }
}
