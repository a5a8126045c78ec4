import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Compares what schedules of different horizons achieve on a noisy quadratic.
@main
enum CompareHorizons {
  static func main() async { await Program.main(run) }

  static func run(_ arguments: Arguments) async throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try Program.output(arguments.output)
    let exportDirectory = try arguments.export.directory()
    var rows: [ComparisonReport.Row] = []
    for (i, entry) in plan.comparison.entries.enumerated() {
      let progress = Progress(
        "solving \(entry.name), \(i + 1) of \(plan.comparison.entries.count)", isSilent: arguments.quiet)
      defer { progress.end() }
      let solver = entry.solver is FullHorizonSolver ? plan.fullHorizon : nil
      rows.append(try await solve(entry, plan, with: solver))
    }
    let again = Progress("solving full-horizon from the best of the others", isSilent: arguments.quiet)
    rows = try await improved(rows, plan)
    again.end()
    let certificate = try certified(plan, &rows, arguments)
    if let limit = arguments.growthLimit, let best = rows.last {
      // From the best known, whichever row it comes from.
      var informed = plan.fullHorizon
      informed.options.additionalStarts = [best.solution.schedule]
      let entry = HorizonComparison.growthLimited(limit, informed)
      let progress = Progress("solving \(entry.name)", isSilent: arguments.quiet)
      defer { progress.end() }
      rows.append(try await solve(entry, plan))
    }
    let report = try Program.solving { () throws(NoisyQuadraticError) in
      try ComparisonReport(
        problem: plan.problem, horizon: arguments.horizon, options: plan.options, rows: rows,
        certificate: certificate, fullSeries: arguments.fullSeries)
    }
    let progress = Progress("writing", isSilent: arguments.quiet)
    let plots = arguments.noPlots ? [] : report.plots(fixedRates: fixedRates(plan))
    let exports = try Exports(
      to: exportDirectory, plan.problem, options: plan.options,
      rows.map { ($0.name == "full-horizon" ? nil : $0.name, $0.solution) })
    try Program.finish(report.table, plots, in: directory, exporting: exports, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
      progress.end()
    }
  }

  /// The rows with the full horizon solved again from whatever row beats it: there are local optima.
  private static func improved(
    _ rows: [ComparisonReport.Row], _ plan: Plan
  ) async throws(Failure) -> [ComparisonReport.Row] {
    guard let best = rows.min(by: { $0.solution.finalLoss < $1.solution.finalLoss }),
      let last = rows.last, last.entry.solver is FullHorizonSolver,
      best.solution.finalLoss < last.solution.finalLoss * (1 - 1e-10)
    else { return rows }
    var informed = plan.fullHorizon
    informed.options.additionalStarts = [best.solution.schedule]
    let again = try await solve(last.entry, plan, with: informed)
    // What it took is all of it: the first solve, the row that showed the way, the second solve.
    let seconds = last.seconds + best.seconds + again.seconds
    return rows.dropLast() + [
      ComparisonReport.Row(entry: again.entry, solution: again.solution, seconds: seconds)
    ]
  }

  private static func solve(
    _ entry: HorizonComparison.Entry, _ plan: Plan, with solver: (any ScheduleSolver)? = nil
  ) async throws(Failure) -> ComparisonReport.Row {
    let solver = solver ?? entry.solver
    let clock = ContinuousClock()
    let start = clock.now
    do throws(NoisyQuadraticError) {
      let solution: Solution
      if let many = solver as? FullHorizonSolver {
        solution = try await many.solveConcurrently(plan.problem.model, horizon: plan.horizon)
      } else {
        solution = try solver.solve(plan.problem.model, horizon: plan.horizon)
      }
      let seconds = (clock.now - start) / .seconds(1)
      return ComparisonReport.Row(
        entry: entry, solution: try checked(solution, solver, plan), seconds: seconds)
    } catch {
      throw Failure(error)
    }
  }

  /// The solution with the curvature at a full horizon's optimum, which a check of it takes and the solve does not.
  private static func checked(
    _ solution: Solution, _ solver: any ScheduleSolver, _ plan: Plan
  ) throws(NoisyQuadraticError) -> Solution {
    guard let solver = solver as? FullHorizonSolver,
      solution.statistics.optimality?.smallestEigenvalue == nil,
      let report = try solver.optimality(plan.problem.model, under: solution.schedule)
    else { return solution }
    return solution.with(optimality: report)
  }

  /// The certificate asked for, and with it the full horizon's row if the proof came upon a better schedule.
  private static func certified(
    _ plan: Plan, _ rows: inout [ComparisonReport.Row], _ arguments: Arguments
  ) throws(Failure) -> ComparisonReport.Certificate? {
    guard let gap = arguments.certify, let best = rows.last else { return nil }
    let progress = Progress("proving a lower bound", isSilent: arguments.quiet)
    defer { progress.end() }
    let clock = ContinuousClock()
    let start = clock.now
    do throws(NoisyQuadraticError) {
      var solver = CertifiedSolver(limits: plan.limits, gap: gap)
      solver.options.findsPolicy = false
      // More time is also more work: what the clock does not cut short is the same on every machine.
      solver.options.maximumWork *= arguments.certifySeconds / Arguments.certifySeconds
      let proof = try solver.certify(
        plan.problem.model, horizon: plan.horizon, known: best.solution
      ) { state in
        let share = (clock.now - start) / .seconds(arguments.certifySeconds)
        progress.report(max(share, state.work / state.workLimit))
        return share < 1
      }
      let seconds = (clock.now - start) / .seconds(1)
      if proof.solution.finalLoss < best.solution.finalLoss * (1 - 1e-10) {
        rows[rows.count - 1] = ComparisonReport.Row(
          entry: best.entry, solution: proof.solution, seconds: best.seconds + seconds)
      }
      return ComparisonReport.Certificate(
        proof, best: rows[rows.count - 1].solution.finalLoss, seconds: seconds)
    } catch {
      throw Failure(error)
    }
  }

  /// The study behind Figure 2, over rates up to the limit or to the limit of stability. If these are not finite,
  /// a warning says so, and the results remain.
  private static func fixedRates(_ plan: Plan) -> FixedRateStudy? {
    let model = plan.problem.model
    let stable = model.stabilityLimit()
    do throws(NoisyQuadraticError) {
      let limit = try plan.limits.learningRate.value(for: model) ?? stable
      return try FixedRateStudy(model, maximumRate: min(limit, stable))
    } catch {
      Program.warn("the plot fixed-rates is left out: \(error)")
      return nil
    }
  }
}
