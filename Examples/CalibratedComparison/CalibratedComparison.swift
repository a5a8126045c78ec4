import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Measures the noisy quadratic at points of a training run, and compares it with what training does.
@main
enum CalibratedComparison {
  static func main() { Program.main(run) }

  static func run(_ arguments: Arguments) throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.output(arguments.output)
    BLASThreads.enter()
    defer { BLASThreads.leave() }
    var progress: Progress?
    defer { progress?.end() }
    let result = try Program.solving { () throws(NoisyQuadraticError) in
      try plan.study.run(checkpoints: arguments.stepsBefore) { activity in
        progress?.end()
        progress = Progress(activity, isSilent: arguments.training.quiet)
      }
    }
    let report = CalibrationReport(
      source: plan.source, options: plan.options, checkpoints: result.comparisons, end: result.end)
    let plots = arguments.training.noPlots ? [] : report.plots()
    try Program.finish(report.tables, plots, in: directory, isSilent: arguments.training.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }
}
