import Foundation
import NoisyQuadratic
import Testing

@Suite("Loss surfaces")
struct LossSurfaceTests {
  private func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 5, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
  }

  @Test("F8: every point is the loss of its schedule, row by row")
  func values() async throws {
    let family = InverseTimeFamily(timeScale: 10, momentum: .fixed(0.5))
    let columns = try LossSurface.Axis(parameter: 0, range: 0.01...1, count: 4)
    let rows = try LossSurface.Axis(parameter: 1, range: 0.1...10, count: 3)
    let surface = try await LossSurface(
      try model(), family: family, columns: columns, rows: rows, horizon: 25)
    #expect(surface.values.map(\.count) == [4, 4, 4])
    var lowest = Double.infinity
    for (r, exponent) in rows.values.enumerated() {
      for (c, rate) in columns.values.enumerated() {
        let schedule = try family.schedule([rate, exponent], steps: 25)
        #expect(try surface.values[r][c] == model().expectedLoss(under: schedule).final)
        lowest = min(lowest, surface.values[r][c])
      }
    }
    let minimum = try #require(surface.minimum)
    #expect(surface.values[minimum.row][minimum.column] == lowest)
    // The other way round it is the transpose, with the same bits.
    let transposed = try await LossSurface(
      try model(), family: family, columns: rows, rows: columns, horizon: 25)
    for r in 0..<3 { #expect(transposed.values.map { $0[r] } == surface.values[r]) }
  }

  @Test("F8: other parameters stay at the base, other objectives count")
  func base() async throws {
    let family = LinearFamily(momentum: .fitted)
    let surface = try await LossSurface(
      try model(), family: family, columns: .init(parameter: 2, values: [0, 0.5]),
      rows: .init(parameter: 0, values: [0.25]), base: [9, 0.125, 9], horizon: 6, objective: .averageLoss)
    let expected = try [0, 0.5].map {
      try model().value(of: .averageLoss, under: family.schedule([0.25, 0.125, $0], steps: 6))
    }
    #expect(surface.values == [expected])
  }

  @Test("F8: overflow is marked as infinite and is no minimum")
  func overflow() async throws {
    let surface = try await LossSurface(
      try model(), family: InverseTimeFamily(momentum: .fixed(0.9)),
      columns: .init(parameter: 0, values: [1e30, 0.1]), rows: .init(parameter: 1, values: [1]), horizon: 100)
    #expect(surface.values[0][0] == .infinity && surface.values[0][1].isFinite)
    #expect(surface.minimum?.column == 1)
    let nowhere = try await LossSurface(
      try model(), family: InverseTimeFamily(), columns: .init(parameter: 0, values: [1e30]),
      rows: .init(parameter: 1, values: [1]), horizon: 100)
    #expect(nowhere.minimum == nil)
  }

  @Test("Axes are evenly spaced and end where they should")
  func axes() throws {
    let axis = try LossSurface.Axis(parameter: 0, range: 0.001...0.1, count: 5)
    #expect(axis.values.first == 0.001 && axis.values.last == 0.1)
    #expect(relativeError(axis.values[2], 0.01) <= 8 * .ulpOfOne)
    #expect(try LossSurface.Axis(parameter: 0, range: 0...1, count: 3, scale: .linear).values == [0, 0.5, 1])
    #expect(try LossSurface.Axis(parameter: 0, range: 2...3, count: 1).values == [2])
  }

  @Test("Bad axes and horizons are refused")
  func refused() async throws {
    BadInput("count", .invalidCount(field: "count", value: 0, expected: "at least 1")) {
      _ = try LossSurface.Axis(parameter: 0, range: 1...2, count: 0)
    }.check()
    BadInput("logarithm", .invalidValue(field: "range", value: 0, expected: "a finite number > 0")) {
      _ = try LossSurface.Axis(parameter: 0, range: 0...2, count: 2)
    }.check()
    BadInput("infinite", .invalidValue(field: "range", value: .infinity, expected: "a finite number")) {
      _ = try LossSurface.Axis(parameter: 0, range: 0...(.infinity), count: 2, scale: .linear)
    }.check()
    let one = [1.0]
    func surface(
      _ columns: Int, _ rows: Int, _ base: [Double]?, _ horizon: Int, values: [Double] = [1]
    ) async -> NoisyQuadraticError? {
      do throws(NoisyQuadraticError) {
        let model = try NoisyQuadraticModel(curvature: one, gradientNoise: one, initialSecondMoment: one)
        _ = try await LossSurface(
          model, family: LinearFamily(momentum: .fitted), columns: .init(parameter: columns, values: values),
          rows: .init(parameter: rows, values: one), base: base, horizon: horizon)
        return nil
      } catch {
        return error
      }
    }
    let base = [1, 1, 0.5]
    #expect(
      await surface(3, 0, base, 5) == .invalidCount(field: "columns.parameter", value: 3, expected: "0 to 2"))
    #expect(
      await surface(0, -1, base, 5) == .invalidCount(field: "rows.parameter", value: -1, expected: "0 to 2"))
    #expect(
      await surface(1, 1, base, 5)
        == .invalidCount(
          field: "rows.parameter", value: 1, expected: "another parameter than that of the columns"))
    #expect(
      await surface(0, 1, base, 5, values: [])
        == .lengthMismatch(field: "columns.values", expected: 1, actual: 0))
    #expect(await surface(0, 1, nil, 5) == .lengthMismatch(field: "base", expected: 3, actual: 0))
    #expect(await surface(0, 1, base, 0) == .invalidCount(field: "horizon", value: 0, expected: "at least 1"))
    #expect(
      await surface(0, 2, base, 5, values: [-1])
        == .invalidValue(field: "learningRate", index: 0, value: -1, expected: "a finite number ≥ 0"))
    guard case .exceedsMemory = await surface(0, 1, base, .max) else {
      Issue.record("an absurd horizon was accepted")
      return
    }
    #expect(await surface(0, 1, base, 5) == nil)
  }
}
