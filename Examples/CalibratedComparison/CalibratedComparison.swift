import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Measures the noisy quadratic at points of a training run, and compares it with what training does.
@main
enum CalibratedComparison {
  static func main() async {
    // The program's own threads keep the cores busy.
    BLASThreads.enter()
    await Program.main(run)
  }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    let exportDirectory = try arguments.export.directory()
    try await SeedProgram.run(plan, arguments.units, arguments.training, output: arguments.output) {
      reports throws(Failure) in
      for (seed, report) in reports where reports.count > 1 {
        if let ending = report.ending { Program.warn("seed \(seed) ended \(ending)") }
      }
      return try Exports(to: exportDirectory, optima(reports))
    }
  }

  /// The optimum of the model at every checkpoint, with the name of its directory.
  private static func optima(
    _ reports: [(seed: UInt64, report: CalibrationReport)]
  ) -> [(folder: String?, schedule: Schedule, provenance: [JSONValue.Member])] {
    reports.flatMap { seed, report in
      report.checkpoints.flatMap { checkpoint in
        checkpoint.runs.filter { $0.name == "model-optimum" }.map { run in
          (
            folder: (reports.count > 1 ? "seed-\(seed)/" : "") + "steps-before-\(checkpoint.step)",
            schedule: run.schedule,
            provenance: [
              JSONValue.Member("stepsBefore", .number(Double(checkpoint.step))),
              .init("predictedLoss", .optional(run.predicted.last)),
              .init("options", .object(report.options)),
            ]
          )
        }
      }
    }
  }
}
