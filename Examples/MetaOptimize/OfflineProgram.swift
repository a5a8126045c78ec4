import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command `offline`.
enum OfflineProgram {
  static func run(_ arguments: Offline) async throws(Failure) {
    let plan = try OfflinePlan(arguments)
    let problem = try Program.solving { () throws(NoisyQuadraticError) in
      try OfflineMetaOptimization(plan.common.trainer, plan.common.images, options: plan.problem)
    }
    let pieces = try Program.solving { () throws(NoisyQuadraticError) in try plan.pieces(problem) }
    let directory = try Program.output(arguments.common.output)
    let (works, checkpoints) = try await plan.common.finish(
      pieces, later: plan.horizons.map(curveName), in: directory,
      configuration: plan.options
    ) { work throws(NoisyQuadraticError) in try work.advance(problem) }
    let search = OfflineSearch(works, horizons: plan.horizons)
    let curves = search.best.enumerated().map { i, best in
      (
        name: curveName(plan.horizons[i]),
        // The same batches for all winners.
        work: OfflineWork.curve(.init(decay: best.decay, steps: plan.curveSteps, run: -1))
      )
    }
    let (trained, more) = try await plan.common.finish(
      curves, later: nil, in: directory, configuration: plan.options
    ) { work throws(NoisyQuadraticError) in try work.advance(problem) }
    let report = try Program.solving { () throws(NoisyQuadraticError) in
      try plan.report(problem, search, curves: trained)
    }
    let plots = arguments.common.training.noPlots ? [] : report.plots()
    try Program.finish(report.table, plots, in: directory, isSilent: arguments.common.training.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
      (checkpoints + more).forEach { $0.remove() }
    }
  }

  private static func curveName(_ horizon: Int) -> String { "curve-\(horizon)" }
}
