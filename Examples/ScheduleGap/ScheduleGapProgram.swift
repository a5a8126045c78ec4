import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Compares a schedule with the best one on a noisy quadratic.
@main
enum ScheduleGapProgram {
  static func main() { Program.main(run) }

  static func run(_ arguments: Arguments) throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.output(arguments.output)
    let exportDirectory = try arguments.export.directory(keeping: arguments.given.schedule)
    Program.say(plan.notes, of: Arguments.self)
    let solving = Progress("looking for the best schedule", isSilent: arguments.quiet)
    let report = ScheduleGapReport(
      problem: plan.problem, name: plan.name, options: plan.options, gap: try gap(plan, arguments, solving),
      fullSeries: arguments.fullSeries)
    solving.end()
    let plotting = Progress("writing", isSilent: arguments.quiet)
    let plots = arguments.noPlots ? [] : [report.plot]
    let exports = try Exports(
      to: exportDirectory, plan.problem, options: plan.options, [(nil, report.gap.optimum)])
    try Program.finish(report.table, plots, in: directory, exporting: exports, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
      plotting.end()
    }
  }

  private static func gap(
    _ plan: Plan, _ arguments: Arguments, _ progress: Progress
  ) throws(Failure) -> ScheduleGap {
    do throws(NoisyQuadraticError) {
      return try ScheduleGap(
        plan.problem.model, plan.schedule, limits: plan.limits, progress: progress.report)
    } catch {
      throw Plan.failure(error, arguments)
    }
  }
}
