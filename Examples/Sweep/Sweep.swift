import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Computes short-horizon bias over problems, horizons and limits.
@main
enum Sweep {
  static func main() async {
    // The program's own threads keep the cores busy.
    BLASThreads.enter()
    await Program.main(run)
  }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    for file in arguments.problems ?? []
    where Program.wouldReplace(file, in: arguments.output, SweepReport.fileNames) {
      throw .usage(
        "--output is \(arguments.output.cutForMessage), where it would replace \(file.cutForMessage), expected "
          + "another directory")
    }
    let directory = try arguments.units.directory(arguments.output)
    let units = UnitProgram(plan.units, arguments.units, in: directory, isSilent: arguments.quiet)
    guard let works = try await units.works() else { return }
    let report = try plan.report(works)
    if let warning = report.warning { Program.warn(warning) }
    let plots = arguments.noPlots ? [] : [report.plot].compactMap { $0 }
    try Program.finish(
      report.table, [Program.Results(plots, in: directory, report.write)], isSilent: arguments.quiet,
      then: units.discard)
  }
}
