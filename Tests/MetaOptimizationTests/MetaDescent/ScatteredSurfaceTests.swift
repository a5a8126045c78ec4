import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Scattered surfaces")
struct ScatteredSurfaceTests {
  private let ranges = [0.001...1.0, 0.1...100.0]

  @Test("Through its samples, between its neighbours, the highest where it diverged")
  func interpolation() throws {
    let places = [[0.01, 1], [0.1, 1], [0.1, 10.0]]
    let surface = try ScatteredSurface(
      places: places, values: [0.5, 2, .infinity], ranges: ranges, width: 0.02)
    #expect(abs(surface(places[0]) - 0.5) < 1e-12 && abs(surface(places[1]) - 2) < 1e-12)
    #expect(abs(surface(places[2]) - 2) < 1e-12)
    // Half-way the weights are equal: the geometric mean.
    #expect(abs(surface([(0.001).squareRoot(), 1]) - 1) < 1e-9)
    // Far from all, the nearest decides.
    #expect(abs(surface([0.001, 0.1]) - 0.5) < 1e-12)
    #expect(surface.minimum(count: 31).value < 0.5 + 1e-12)
  }

  @Test("A smooth function of many samples is found again")
  func smooth() throws {
    var places: [[Double]] = []
    for i in 0..<20 {
      for j in 0..<20 {
        places.append(zip(ranges, [i, j]).map { ScatteredSurface.value($0, Double($1) / 19) })
      }
    }
    func f(_ p: [Double]) -> Double {
      Elementary.exp(0.3 * Elementary.log(p[0]) - 0.2 * Elementary.log(p[1]))
    }
    let surface = try ScatteredSurface(places: places, values: places.map(f), ranges: ranges)
    let middle = [0.03, 3.0]
    #expect(abs(surface(middle) / f(middle) - 1) < 0.01)
  }

  @Test("Samples that fit no surface are refused")
  func refusals() {
    #expect(throws: NoisyQuadraticError.self) {
      _ = try ScatteredSurface(places: [], values: [], ranges: ranges)
    }
    #expect(throws: NoisyQuadraticError.self) {
      _ = try ScatteredSurface(places: [[1, 1]], values: [1, 2], ranges: ranges)
    }
    #expect(throws: NoisyQuadraticError.self) {
      _ = try ScatteredSurface(places: [[0, 1]], values: [1], ranges: ranges)
    }
  }
}
