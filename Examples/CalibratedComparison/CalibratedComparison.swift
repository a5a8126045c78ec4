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
    let exportDirectory = try arguments.export.directory()
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
    let optima = result.comparisons.flatMap { checkpoint in
      checkpoint.runs.filter { $0.name == "model-optimum" }.map { run in
        (
          folder: "steps-before-\(checkpoint.step)" as String?, schedule: run.schedule,
          provenance: [
            JSONValue.Member("stepsBefore", .number(Double(checkpoint.step))),
            .init("predictedLoss", .optional(run.predicted.last)), .init("options", .object(plan.options)),
          ]
        )
      }
    }
    let exports = try Exports(to: exportDirectory, optima)
    try Program.finish(
      report.tables, plots, in: directory, exporting: exports, isSilent: arguments.training.quiet
    ) { () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }
}
