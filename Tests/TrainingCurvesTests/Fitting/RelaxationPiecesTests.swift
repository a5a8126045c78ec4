import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct RelaxationPiecesTests {
  private func grid(_ curve: TrainingCurve) -> RelaxationGrid {
    RelaxationGrid(CurveForm(.adaptive), CurveScales([curve]))
  }

  /// The noise of every curvature at every row by the model's own steps.
  private func slow(_ curve: TrainingCurve, p: Double, d: Double) -> [Double] {
    var model = Simulated.model(exponent: p, drift: d)
    model.noise = grid(curve).curvatures.map { NoiseComponent(curvature: $0, level: 1) }
    var (state, done) = (model.start, 0)
    return curve.steps.flatMap { step in
      for rate in curve.learningRates[done..<step] { model.advance(&state, rate: rate) }
      done = step
      return state.noise
    }
  }

  private func fast(_ curve: TrainingCurve, p: Double, d: Double) -> [Double] {
    let model = Simulated.model(exponent: p, drift: d)
    return RelaxationPieces(curve, grid(curve)).noise(exponent: p, drift: model.drift)
  }

  private func curve(_ rates: [Double], every spacing: Int) throws -> TrainingCurve {
    let steps = Array(stride(from: 0, through: rates.count, by: spacing))
    return try TrainingCurve(
      name: "a", learningRates: rates, steps: steps, losses: steps.map { _ in 1 })
  }

  @Test("T2: pieces of equal rates are the model's steps", arguments: [0.7, 1])
  func equalRates(p: Double) throws {
    let rates =
      [0, 0] + Array(repeating: 0.5, count: 20) + Array(repeating: 0.1, count: 13) + [0, 0.3, 0, 0, 0]
    for spacing in [1, 5, 8, 40] {
      let curve = try curve(rates, every: spacing)
      // Times are sums with roundings of some 1e-15, and the largest 2h is 4000.
      #expect(largestScaledError(fast(curve, p: p, d: 0), slow(curve, p: p, d: 0)) <= 1e-11)
    }
    let curve = try curve(rates, every: 5)
    let pieces = RelaxationPieces(curve, grid(curve))
    let sums = curve.steps.map { rates.prefix($0).reduce(0, +) }
    #expect(largestScaledError(pieces.times, sums) <= 1e-15)
  }

  @Test("T2: a row at every step leaves one step to a piece, whatever the drift")
  func everyStep() throws {
    let curve = try curve(Simulated.cosine(0.5, 0, 40), every: 1)
    #expect(largestScaledError(fast(curve, p: 0.7, d: 0.3), slow(curve, p: 0.7, d: 0.3)) <= 1e-13)
  }

  @Test("T2: rows that are far apart do not change the drift")
  func farRows() throws {
    for rates in [Array(repeating: 0.5, count: 120), Simulated.cosine(0.5, 0.02, 120)] {
      let curve = try curve(rates, every: 40)
      let (near, exact) = (fast(curve, p: 1, d: 0.4), slow(curve, p: 1, d: 0.4))
      // The floor is within 2% of the rate's, and within 0.4 · 5% of the drift's.
      #expect(zip(near, exact).allSatisfy { abs($0 - $1) <= 0.04 * $1 })
    }
  }

  @Test("T2: within a piece the floor is that of the mean rate", arguments: [0.7, 1.5])
  func changingRates(p: Double) throws {
    for rates in [Simulated.cosine(0.5, 0.02, 200), Array(Simulated.cosine(0.5, 0, 200).reversed())] {
      let curve = try curve(rates, every: 40)
      let (near, exact) = (fast(curve, p: p, d: 0), slow(curve, p: p, d: 0))
      // Rates of a piece are within 2% of its first, so that no floor is further from that of the mean.
      let limit = Elementary.pow(1.02 / 0.98, p) - 1
      #expect(zip(near, exact).allSatisfy { abs($0 - $1) <= limit * $1 })
      #expect(near != exact)
      // Errors at the ends of pieces have either sign.
      #expect(largestScaledError(near, exact) <= limit / 4)
    }
  }
}
