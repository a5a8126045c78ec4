import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import ProgramSupport

/// The command `online`.
enum OnlineProgram {
  static func run(_ arguments: Online) async throws(Failure) {
    let plan = try OnlinePlan(arguments)
    let directory = try Program.output(arguments.common.output)
    let training = arguments.common.training
    let units = try UnitProgram(
      plan.units, arguments.common.units, in: directory, isSilent: training.quiet)
    guard let works = try await units.works() else { return }
    let reports = try Program.solving { () throws(NoisyQuadraticError) in try plan.reports(works) }
    try SeedResults(
      reports.map { seed, report in
        (seed, training.noPlots ? [] : report.plots(), report.write)
      }
    ).finish(
      in: directory, table: reports[0].report.table,
      summary: try Program.solving { () throws(NoisyQuadraticError) in
        try OnlineReport.summary(reports)
      }, isSilent: training.quiet, then: units.discard)
  }
}
