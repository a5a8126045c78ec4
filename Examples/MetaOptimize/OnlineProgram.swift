import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command `online`.
enum OnlineProgram {
  static func run(_ arguments: Online) async throws(Failure) {
    let plan = try OnlinePlan(arguments)
    let pieces = try Program.solving { () throws(NoisyQuadraticError) in try plan.pieces() }
    let directory = try Program.output(arguments.common.output)
    let (trainer, images) = (plan.common.trainer, plan.common.images)
    let (works, checkpoints) = try await plan.common.finish(
      pieces, later: [], in: directory, configuration: plan.options
    ) { work throws(NoisyQuadraticError) in try work.advance(trainer, images) }
    let order = plan.runs.map(\.name)
    let report = try Program.solving { () throws(NoisyQuadraticError) in
      try OnlineReport(
        data: plan.common.dataName, options: plan.options,
        works: order.compactMap { name in works.first { $0.name == name } })
    }
    let plots = arguments.common.training.noPlots ? [] : report.plots()
    try Program.finish(report.table, plots, in: directory, isSilent: arguments.common.training.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
      checkpoints.forEach { $0.remove() }
    }
  }
}
