import Foundation
import NoisyQuadratic
import Testing

@Suite("Intrinsic-time bound")
struct IntrinsicTimeBoundTests {
  @Test("L5: the two inequalities behind it")
  func inequalities() {
    for x in (1...2000).map({ 0.01 * Double($0) }) {
      // A step's noise against that of its interval of intrinsic time.
      #expect((1 + x) * -expm1(-2 * x) <= 2 * x)
    }
    for a in [0.1, 0.5, 0.999] {
      let stiffened = -log1p(-a) / a
      for part in (1...1000).map({ a * Double($0) / 1000 }) {
        #expect(log1p(-part) >= -stiffened * part * (1 + 4 * .ulpOfOne))
      }
    }
  }

  /// The lowest loss of two steps, by a grid over the first; the second has a closed form.
  private func twoSteps(_ model: NoisyQuadraticModel, cap: Double) -> Double {
    (0...200).map { i in
      var state = PlainMoments(model)
      state.step(cap * Double(i) / 200, 0)
      state.step(state.bestRate(momentum: 0, limit: cap), 0)
      return state.loss
    }.min() ?? .nan
  }

  @Test("L7: below brute force on small problems", arguments: LongTest.cases(Array(0..<40)))
  func bruteForce(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2700)
    for _ in 0..<5 {
      let model = try random.model(dimension: 1 + seed % 3, noise: random.logUniform(1e-4, 10))
      let cap = random.logUniform(0.02, 3)
      for steps in 1...2 {
        let bound = try model.intrinsicTimeBound(steps: steps, learningRateLimit: .value(cap))
        var state = PlainMoments(model)
        state.step(state.bestRate(momentum: 0, limit: cap), 0)
        #expect(bound <= (steps == 1 ? state.loss : twoSteps(model, cap: cap)))
        #expect(bound >= 0)
      }
    }
  }

  @Test("L7: below the full horizon, whatever the limit", arguments: LongTest.cases(Array(0..<12)))
  func fullHorizon(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2750)
    let model = try random.model(dimension: 4, noise: random.logUniform(1e-3, 3))
    let limit = [
      LearningRateLimit.value(0.05), .value(0.3), .oneOverMaximumCurvature, .firstStepGrowth,
      .twoOverMaximumCurvature,
      .none,
    ][seed % 6]
    var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: limit))
    solver.options.scoutingSweeps = 3
    let steps = [6, 25][seed / 6]
    let solution = try solver.solve(model, horizon: steps)
    #expect(try model.intrinsicTimeBound(steps: steps, learningRateLimit: limit) <= solution.finalLoss)
  }

  @Test("L7: how tight, on the reference cases", arguments: LongTest.cases(ReferenceCase.all))
  func tightness(_ reference: ReferenceCase) throws {
    let model = try reference.model()
    let horizon = reference.expected.horizon
    let bound = try model.intrinsicTimeBound(steps: horizon, learningRateLimit: .firstStepGrowth)
    let ratio = bound / reference.expected.fullHorizon
    #expect(ratio <= 1)
    // Measured, rounded down.
    let known = ["power-law-100": 0.91, "power-law-1000": 0.96, "wu2018": 0.81, "geometric-100-quiet": 0.5]
    #expect(ratio >= known[reference.name] ?? 0)
    #expect(try bound > model.informationBound(steps: horizon))
  }

  @Test("L7: without noise and below 1/h_max it is the optimum", arguments: [1, 7, 400])
  func quiet(steps: Int) throws {
    let (h, m) = ([1, 0.3, 1e-3], [1.0, 2, 3])
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: [0, 0, 0], initialSecondMoment: m, multiplicity: [1, 2, 5])
    let optimum = model.expectedLoss(under: try .constant(learningRate: 0.4, steps: steps)).final
    let bound = try model.intrinsicTimeBound(steps: steps, learningRateLimit: .value(0.4))
    #expect(bound <= optimum)
    // What is subtracted for rounding.
    #expect(bound >= optimum * (1 - 1e-8))
    // Above 1/h a direction can be solved in one step, and counts for nothing.
    #expect(try model.intrinsicTimeBound(steps: steps, learningRateLimit: .value(2000)) == 0)
  }

  @Test("M6: the bound follows powers of two bit for bit; edges")
  func edges() throws {
    var random = TestRandom(2790)
    let h = random.array(5) { $0.logUniform(1e-3, 1) }
    let m = random.array(5) { $0.uniform(0.5, 2) }
    let model = try NoisyQuadraticModel(curvature: h, gradientNoise: h, initialSecondMoment: m)
    let scaled = try NoisyQuadraticModel(
      curvature: h.map { 0x1p-40 * $0 }, gradientNoise: h.map { 0x1p-70 * $0 },
      initialSecondMoment: m.map { 0x1p10 * $0 })
    #expect(try scaled.intrinsicTimeBound(steps: 60) == model.intrinsicTimeBound(steps: 60) * 0x1p-30)
    #expect(try model.intrinsicTimeBound(steps: 0) == model.initialLoss)
    // Rates above 1/h_min gain nothing.
    let useful = try 1 / #require(h.min())
    #expect(
      try model.intrinsicTimeBound(steps: 60, learningRateLimit: .none)
        == model.intrinsicTimeBound(steps: 60, learningRateLimit: .value(3 * useful)))
    let solved = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [0])
    #expect(try solved.intrinsicTimeBound(steps: 5) == 0)
    let long = try ReferenceProblem.twoDimensional.model()
    let bound = try long.intrinsicTimeBound(steps: 1_000_000_000_000)
    let limit = try ContinuousLimit(long, horizon: 1_000_000_000_000)
    // Rates are then so small that the discrete problem and its limit are the same.
    #expect(bound <= limit.predictedLoss && bound >= 0.99 * limit.predictedLoss)
    BadInput(
      "limit", .invalidValue(field: "learningRateLimit", value: -1, expected: "a finite number > 0")
    ) { _ = try model.intrinsicTimeBound(steps: 5, learningRateLimit: .value(-1)) }.check()
  }
}
