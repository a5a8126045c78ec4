import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Ranks the schedules that people use beside the optimum.
@main
enum RankSchedules {
  static func main() async { await Program.main(run) }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    if let file = arguments.source.problem,
      Program.wouldReplace(file, in: arguments.output, RankingReport.fileNames)
    {
      throw .usage(
        "--output is \(arguments.output.cutForMessage), where it would replace \(file.cutForMessage), expected "
          + "another directory")
    }
    let directory = try Program.output(arguments.output)
    let exportDirectory = try arguments.export.directory()
    let report = try await solve(plan, arguments)
    let progress = Progress("writing", isSilent: arguments.quiet)
    let plots = arguments.noPlots ? [] : report.plots
    let exports = try Exports(
      to: exportDirectory, plan.problem, options: plan.options,
      report.rows.map { ($0.name == "full-horizon" ? nil : $0.name, $0.solution) })
    try Program.finish(report.text, plots, in: directory, exporting: exports, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
      progress.end()
    }
  }

  private static func solve(_ plan: Plan, _ arguments: Arguments) async throws(Failure) -> RankingReport {
    let model = plan.problem.model
    do throws(NoisyQuadraticError) {
      let ranking = try await observed("ranking", arguments) { () async throws(NoisyQuadraticError) in
        try await plan.study.rankConcurrently(model)
      }
      var transfers: [ScheduleTransfer] = []
      for (i, change) in plan.changes.enumerated() {
        let activity = "ranking for another run, \(i + 1) of \(plan.changes.count)"
        transfers.append(
          try await observed(activity, arguments) { () async throws(NoisyQuadraticError) in
            try await plan.study.transferConcurrently(ranking, of: model, by: change)
          })
      }
      return try RankingReport(
        problem: plan.problem, ranking: ranking, transfers: transfers, options: plan.options,
        fullSeries: arguments.fullSeries)
    } catch {
      throw Failure(error)
    }
  }

  private static func observed<Value>(
    _ activity: String, _ arguments: Arguments, _ body: () async throws(NoisyQuadraticError) -> Value
  ) async throws(NoisyQuadraticError) -> Value {
    let progress = Progress(activity, isSilent: arguments.quiet)
    defer { progress.end() }
    return try await body()
  }
}
