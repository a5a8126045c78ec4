import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import Testing

/// What reports refuse that cannot be written.
@Suite struct ReportErrorTests {
  private func offline(_ panels: [OfflineReport.Panel], ranges: Int = 2) throws {
    _ = try OfflineReport(
      data: "", options: [], ranges: Array(repeating: 0.1...1, count: ranges), panels: panels,
      curveSteps: [1], startLoss: 1)
  }

  private func panel(at place: Double, best: [Double] = [0.5, 0.5]) throws -> OfflineReport.Panel {
    OfflineReport.Panel(
      horizon: 1,
      surface: try ScatteredSurface(places: [[place, 1]], values: [1], ranges: [0.1...1, 0.1...1]),
      descents: [], best: best, bestLoss: 1, curve: [1])
  }

  @Test func nothingToReport() {
    #expect(throws: NoisyQuadraticError.invalidCount(field: "works", value: 0, expected: "at least 1")) {
      try OnlineReport(data: "", options: [], works: [])
    }
    #expect(throws: NoisyQuadraticError.invalidCount(field: "panels", value: 0, expected: "at least 1")) {
      try offline([])
    }
  }

  @Test func panelsThatDoNotFit() throws {
    try offline([panel(at: 0.5), panel(at: 0.5)])
    let error = NoisyQuadraticError.invalidCount(
      field: "panel", value: 1, expected: "one with the samples of panel 0")
    let panels = [try panel(at: 0.5), try panel(at: 0.6)]
    #expect(throws: error) { try offline(panels) }
    #expect(throws: NoisyQuadraticError.lengthMismatch(field: "ranges", expected: 2, actual: 1)) {
      try offline([panels[0]], ranges: 1)
    }
    let short = try panel(at: 0.5, best: [0.5])
    #expect(throws: NoisyQuadraticError.lengthMismatch(field: "panels[0].best", expected: 2, actual: 1)) {
      try offline([short])
    }
  }
}
