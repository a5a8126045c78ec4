import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Shows what a meta-optimizer with a short horizon makes of a learning rate and its decay.
@main
enum MetaSurface {
  static func main() async { await Program.main(run) }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.output(arguments.output)
    let exportDirectory = try arguments.export.directory()
    var panels: [MetaSurfaceReport.Panel] = []
    for (i, horizon) in arguments.horizons.enumerated() {
      let progress = Progress(
        "horizon \(horizon), \(i + 1) of \(arguments.horizons.count)", isSilent: arguments.quiet)
      defer { progress.end() }
      do throws(NoisyQuadraticError) {
        panels.append(
          try await panel(plan, horizon, longest: arguments.horizons[arguments.horizons.count - 1]))
      } catch {
        throw Failure(error)
      }
    }
    let report = try Program.solving { () throws(NoisyQuadraticError) in
      try MetaSurfaceReport(
        problem: plan.problem, family: plan.family, options: plan.options, panels: panels)
    }
    let plots = arguments.noPlots ? [] : report.plots()
    let exports = try Exports(
      to: exportDirectory, plan.problem, options: plan.options,
      panels.map { ("horizon-\($0.surface.horizon)", $0.best.solution) })
    try Program.finish(report.table, plots, in: directory, exporting: exports, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }

  /// Surface, best parameters and meta-descents for one horizon, side by side.
  private static func panel(
    _ plan: Plan, _ horizon: Int, longest: Int
  ) async throws(NoisyQuadraticError) -> MetaSurfaceReport.Panel {
    let (model, family, descent) = (plan.problem.model, plan.family, plan.descent)
    var limits = HyperparameterLimits()
    if case .fixed(let momentum) = family.momentum { limits.momentum = momentum }
    let solver = FamilySolver(family: family, limits: limits)
    // A result, since `async let` forgets the type of an error.
    async let fit = Result { () throws(NoisyQuadraticError) in try solver.fit(model, horizon: horizon) }
    let surface = try await LossSurface(
      model, family: family, columns: plan.rates, rows: plan.exponents, horizon: horizon)
    let starts = descent.options.steps > 0 ? plan.starts : []
    let descents = try await Parallel.map(starts) { start throws(NoisyQuadraticError) in
      try descent.run(model, horizon: horizon, from: start)
    }
    let best = try await fit.get()
    let longest = try family.schedule(best.parameters, steps: longest)
    return MetaSurfaceReport.Panel(
      surface: surface, best: best, lossAtLongest: model.expectedLoss(under: longest).final,
      descents: descents)
  }
}
