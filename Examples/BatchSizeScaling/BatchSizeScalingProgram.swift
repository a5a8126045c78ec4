import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Computes the fewest steps to a target over batch sizes.
@main
enum BatchSizeScalingProgram {
  static func main() async { await Program.main(run) }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    if let file = arguments.problem, Program.wouldReplace(file, in: arguments.output, ScalingReport.fileNames)
    {
      throw .usage(
        "--output is \(arguments.output.cutForMessage), where it would replace \(file.cutForMessage), expected "
          + "another directory")
    }
    let directory = try Program.output(arguments.output)
    var scalings: [BatchSizeScaling] = []
    for problem in plan.problems {
      let progress = Progress(problem.name.cutForMessage, isSilent: arguments.quiet)
      defer { progress.end() }
      do throws(NoisyQuadraticError) {
        scalings.append(
          try await BatchSizeScaling(
            problem.model, plan.search, courses: plan.courses, batchSizes: plan.batchSizes))
      } catch {
        throw Failure(error, problem: arguments.problem)
      }
    }
    let report = try Program.solving { () throws(NoisyQuadraticError) in
      try ScalingReport(problems: plan.problems, scalings: scalings, options: plan.options)
    }
    let plots = arguments.noPlots ? [] : report.plots
    let empty = arguments.noPlots ? [] : report.emptyPlots(beside: plots)
    let notes = empty.map { "\($0) is not drawn: it has no point to show.\n" }.joined()
    try Program.finish(
      report.tables + (notes.isEmpty ? "" : "\n" + notes), plots, in: directory, isSilent: arguments.quiet
    ) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }
}
