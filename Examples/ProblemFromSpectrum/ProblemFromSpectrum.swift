import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Makes a problem file from a measured spectrum.
@main
enum ProblemFromSpectrum {
  static func main() { Program.main(run) }

  static func run(_ arguments: Arguments) throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.output(arguments.output)
    let progress = Progress("measuring the spectrum", isSilent: arguments.quiet)
    let report = try plan.report(progress)
    progress.end()
    for warning in report.warnings { Program.warn(warning) }
    let plots = arguments.noPlots ? [] : [report.plot]
    try Program.finish(report.table(directory), plots, in: directory, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }
}
