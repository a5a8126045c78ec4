import NoisyQuadratic
import Testing

@Suite("Stationary moments and stability")
struct StationaryMomentsTests {
  private struct Oracle: Decodable {
    struct Row: Decodable {
      let h, c, alpha, mu, p, q, r, loss: Double
    }

    let stationary: [Row]
  }

  @Test("C4: against a linear system solved to 80 digits")
  func highPrecision() throws {
    for row in try Fixture.load(Oracle.self, "spectra").stationary {
      let model = try NoisyQuadraticModel(
        curvature: [row.h], gradientNoise: [row.c], initialSecondMoment: [1])
      let moments = try #require(model.stationaryMoments(learningRate: row.alpha, momentum: row.mu))
      // 1 − μ loses what μ = 0.9999 has behind the fourth digit, 2(1+μ) − αh half as much.
      let allowed = 64 * Double.ulpOfOne / (1 - row.mu) / 10 + 16 * .ulpOfOne
      let actual = [moments.position[0], moments.cross[0], moments.velocity[0], moments.expectedLoss]
      #expect(largestRelativeError(actual, [row.p, row.q, row.r, row.loss]) <= allowed)
    }
  }

  @Test("C4: the moments are a fixed point of one step", arguments: [0, 0.3, 0.9, 0.99])
  func fixedPoint(_ mu: Double) throws {
    var random = TestRandom(12)
    let model = try random.model(dimension: 8)
    for alpha in [1e-4, 0.1, 1, 1.99 * (1 + mu)] {
      let s = try #require(model.stationaryMoments(learningRate: alpha, momentum: mu))
      var loss = 0.0
      for i in 0..<model.dimension {
        let (h, c) = (model.curvature[i], model.gradientNoise[i] / model.batchSize)
        let (p, q, r) = (s.position[i], s.cross[i], s.velocity[i])
        let x = mu * q - alpha * h * p
        let next = mu * mu * r - 2 * alpha * mu * h * q + alpha * alpha * (h * h * p + c)
        // Rounding of the terms that cancel.
        let size = r + 2 * alpha * h * mu * q + alpha * alpha * (h * h * p + c)
        #expect(abs(next - r) <= 16 * .ulpOfOne * size)
        #expect(abs(x + next - q) <= 16 * .ulpOfOne * (size + abs(x)))
        #expect(abs(2 * x + next) <= 16 * .ulpOfOne * (size + abs(x)))
        loss += 0.5 * model.multiplicity[i] * h * p
      }
      #expect(relativeError(s.expectedLoss, loss) <= 1e-14)
    }
  }

  @Test("C4: long runs arrive there from anywhere", arguments: [0, 0.9])
  func limit(_ mu: Double) throws {
    var random = TestRandom(13)
    let model = try random.model(dimension: 5)
    let moments = try #require(model.stationaryMoments(learningRate: 0.5, momentum: mu))
    var state = MomentState(model)
    try state.advance(steps: 1_000_000, learningRate: 0.5, momentum: mu)
    #expect(largestRelativeError(state.secondMoment, moments.position) <= 1e-11)
    #expect(largestRelativeError(state.crossMoment, moments.cross) <= 1e-11)
    #expect(largestRelativeError(state.velocitySecondMoment, moments.velocity) <= 1e-11)
    #expect(relativeError(state.expectedLoss, moments.expectedLoss) <= 1e-11)
  }

  @Test("C5: just below the limit moments settle, just above they explode", arguments: [0, 0.5, 0.9])
  func stability(_ mu: Double) throws {
    let model = try NoisyQuadraticModel(
      curvature: [4, 1], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    let limit = model.stabilityLimit(momentum: mu)
    #expect(limit == 2 * (1 + mu) / 4)
    var (below, above) = (MomentState(model), MomentState(model))
    try below.advance(steps: 100_000, learningRate: limit * (1 - 1e-3), momentum: mu)
    try above.advance(steps: 100_000, learningRate: limit * (1 + 1e-3), momentum: mu)
    let settled = try #require(model.stationaryMoments(learningRate: limit * (1 - 1e-3), momentum: mu))
    #expect(relativeError(below.expectedLoss, settled.expectedLoss) <= 1e-9)
    #expect(!(above.expectedLoss <= 1e8 * below.expectedLoss))
    #expect(model.stationaryMoments(learningRate: limit, momentum: mu) == nil)
    #expect(model.stationaryMoments(learningRate: limit * (1 + 1e-3), momentum: mu) == nil)
  }

  @Test("C4: nothing to settle at outside the domain, flat directions reported")
  func domain() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0, 0], gradientNoise: [1, 1, 0], initialSecondMoment: [1, 2, 3])
    #expect(model.stationaryMoments(learningRate: 0) == nil)
    #expect(model.stationaryMoments(learningRate: -1) == nil)
    #expect(model.stationaryMoments(learningRate: .nan) == nil)
    #expect(model.stationaryMoments(learningRate: 0.5, momentum: 1) == nil)
    #expect(model.stationaryMoments(learningRate: 0.5, momentum: -0.1) == nil)
    let moments = try #require(model.stationaryMoments(learningRate: 0.5))
    #expect(moments.position[1] == .infinity)
    #expect(moments.position[2] == 3)
    #expect(moments.expectedLoss.isFinite)
  }
}
