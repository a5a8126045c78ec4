import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct RelaxationDesignTests {
  @Test("T1: the columns with their weights are the model's losses")
  func columns() throws {
    // A loss after every step, so that pieces are steps.
    let curves = try Simulated.curves(steps: 12, rows: 12)
    let grid = RelaxationGrid(CurveForm(.adaptive), CurveScales(curves))
    let design = RelaxationDesign(curves.map { RelaxationPieces($0, grid) }, grid)
    let parameters = [Elementary.log(0.6), 0.2, 0.7, 0.3]
    var weights = [Double](repeating: 0, count: design.columnCount)
    (weights[0], weights[1], weights[2], weights[20], weights[33]) = (2, 0.3, 0.1, 0.2, 0.05)
    let columns = design.columns(at: parameters)
    let rows = 36
    #expect(columns.count == rows * design.columnCount)
    let sums = product(columns, weights)
    let model = design.model(parameters, weights: weights)
    let losses = curves.flatMap { model.losses(under: $0.learningRates, at: $0.steps) }
    #expect(largestScaledError(sums, losses) <= 1e-13)
    guard case .relaxation(let relaxation) = model else {
      Issue.record("another kind of model")
      return
    }
    #expect(relaxation.noise.map(\.level) == [0.1, 0.2, 0.05])
    #expect(relaxation.noise.map(\.curvature) == [0, 18, 31].map { grid.curvatures[$0] })
    #expect(abs(relaxation.signal.exponent - 0.6) <= 1e-15 && relaxation.signal.amplitude == 0.3)
    #expect(relaxation.noiseExponent == 0.7 && relaxation.driftExponent == 0.3)
  }

  @Test("The grid's ends follow the longest run and the largest rate")
  func scales() throws {
    let curves = try Simulated.curves(steps: 40, rows: 8)
    let grid = RelaxationGrid(CurveForm(.adaptive, lowestCurvature: 2), CurveScales(curves))
    #expect(abs(grid.scales.timeScale - 20) <= 1e-14 && grid.scales.peakRate == 0.5)
    #expect(grid.curvatures.count == 32 && RelaxationDesign([], grid).columnCount == 34)
    #expect(abs(grid.curvatures[0] - 0.1) <= 1e-15)
    #expect(abs(grid.curvatures[31] - 2000) <= 1e-9)
    let ratios = zip(grid.curvatures.dropFirst(), grid.curvatures).map { $0 / $1 }
    #expect(ratios.allSatisfy { abs($0 - ratios[0]) <= 1e-12 })
  }
}
