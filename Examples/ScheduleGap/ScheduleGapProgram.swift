import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Compares a schedule with the best one on a noisy quadratic.
@main
enum ScheduleGapProgram {
  static func main() { Program.main(run) }

  static func run(_ arguments: Arguments) throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.files { () throws(FileError) in try OutputDirectory(plan.output) }
    let solving = Progress("looking for the best schedule", isSilent: arguments.quiet)
    let report = ScheduleGapReport(
      problem: plan.problem, name: plan.name, options: plan.options, gap: try gap(plan),
      fullSeries: arguments.fullSeries)
    solving.end()
    let plotting = Progress("plotting and writing", isSilent: arguments.quiet)
    let renderer = arguments.noPlots ? nil : PlotRenderer()
    try Program.files { () throws(FileError) in
      try report.write(
        to: directory, plots: arguments.noPlots ? [] : [report.plot], renderer: renderer)
    }
    plotting.end()
    guard !arguments.quiet else { return }
    try Program.say(report.table)
    if !arguments.noPlots, renderer == nil {
      try Program.say("gnuplot is not installed: plot script written (*.gp), no picture drawn")
    }
    try Program.say("Written to \(directory.path)")
  }

  private static func gap(_ plan: Plan) throws(Failure) -> ScheduleGap {
    do throws(NoisyQuadraticError) {
      return try ScheduleGap(plan.problem.model, plan.schedule, limits: plan.limits)
    } catch {
      throw .usage("\(plan.name): \(error)")
    }
  }
}
