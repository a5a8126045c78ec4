import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import ProgramSupport

/// The command `online`.
enum OnlineProgram {
  static func run(_ arguments: Online) async throws(Failure) {
    let plan = try OnlinePlan(arguments)
    let training = arguments.common.training
    let directory = try arguments.common.units.directory(arguments.common.output)
    let folders = try training.folders(in: directory, for: arguments.common.units)
    let units = UnitProgram(
      plan.units, arguments.common.units, in: directory, isSilent: training.quiet)
    guard let works = try await units.works() else { return }
    let reports = try Program.solving { () throws(NoisyQuadraticError) in try plan.reports(works) }
    try SeedResults(
      reports.map { (training.noPlots ? [] : $0.report.plots(), $0.report.write) }
    ).finish(
      in: directory, folders, table: reports[0].report.table,
      summary: try Program.solving { () throws(NoisyQuadraticError) in
        try OnlineReport.summary(reports)
      }, isSilent: training.quiet, then: units.discard)
  }
}
