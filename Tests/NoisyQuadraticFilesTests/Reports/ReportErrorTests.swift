import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

/// What reports refuse that cannot be written.
@Suite struct ReportErrorTests {
  private func expect(_ error: NoisyQuadraticError, _ make: () throws -> Void) {
    #expect(throws: error, performing: make)
  }

  @Test func comparisons() throws {
    let problem = try NamedProblem(ReferenceProblem.twoDimensional)
    let comparison = try HorizonComparison(horizon: 5, lookaheads: [], limits: HyperparameterLimits())
    let entry = try #require(comparison.entries.first)
    let row = ComparisonReport.Row(
      entry: entry, solution: try entry.solver.solve(problem.model, horizon: 5), seconds: 0)
    #expect(try ComparisonReport(problem: problem, horizon: 5, options: [], rows: [row]).rows.count == 1)
    expect(.invalidCount(field: "rows", value: 0, expected: "at least 1")) {
      _ = try ComparisonReport(problem: problem, horizon: 5, options: [], rows: [])
    }
    expect(.invalidCount(field: "horizon", value: 0, expected: "at least 1")) {
      _ = try ComparisonReport(problem: problem, horizon: 0, options: [], rows: [row])
    }
    expect(.lengthMismatch(field: row.name, expected: 4, actual: 5)) {
      _ = try ComparisonReport(problem: problem, horizon: 4, options: [], rows: [row])
    }
  }

  @Test func surfaces() async throws {
    let problem = try NamedProblem(ReferenceProblem.twoDimensional)
    let family = InverseTimeFamily(timeScale: 5)
    func panel(grid: Int) async throws -> MetaSurfaceReport.Panel {
      let surface = try await LossSurface(
        problem.model, family: family,
        columns: LossSurface.Axis(parameter: 0, range: 0.001...0.01, count: grid),
        rows: LossSurface.Axis(parameter: 1, range: 0.5...2, count: grid), horizon: 3)
      return MetaSurfaceReport.Panel(
        surface: surface, best: try FamilySolver(family: family).fit(problem.model, horizon: 3),
        lossAtLongest: 1, descents: [])
    }
    expect(.invalidCount(field: "panels", value: 0, expected: "at least 1")) {
      _ = try MetaSurfaceReport(problem: problem, family: family, options: [], panels: [])
    }
    let panels = [try await panel(grid: 2), try await panel(grid: 3)]
    expect(.invalidCount(field: "panel", value: 1, expected: "one with the grid of panel 0")) {
      _ = try MetaSurfaceReport(problem: problem, family: family, options: [], panels: panels)
    }
  }
}
