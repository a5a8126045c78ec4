import NoisyQuadratic
import Testing

@Suite("Expected losses")
struct ExpectedLossTests {
  @Test(
    "D2–D4: fast kernels, the step-by-step state and the plain recursion agree",
    arguments: [1, 7, 8, 9, 64, 1000], [0, 0.9])
  func threeRoutes(_ dimension: Int, _ momentum: Double) throws {
    var random = TestRandom(UInt64(dimension) + 100)
    let model = try random.model(dimension: dimension)
    let schedule = try random.schedule(steps: dimension > 100 ? 20 : 60, momentum: momentum)
    let fast = model.expectedLoss(under: schedule)
    #expect(fast.divergenceStep == nil)
    #expect(fast.values.count == schedule.count + 1)
    #expect(fast.final == fast.values[schedule.count])
    var state = MomentState(model)
    var twin = [state.expectedLoss]
    for step in schedule {
      state.advance(learningRate: step.learningRate, momentum: step.momentum)
      twin.append(state.expectedLoss)
    }
    // The same form in another order: sixty steps and d terms of a few ulp each, all terms positive.
    #expect(largestRelativeError(fast.values, twin) <= 1e-12)
    // Second moments alone cancel relative to the largest loss.
    #expect(largestScaledError(fast.values, PlainMoments.losses(model, schedule)) <= 1e-13)
  }

  @Test("M1: losses over subsets add up at every step", arguments: [0, 0.8])
  func subsets(_ momentum: Double) throws {
    var random = TestRandom(101)
    let model = try random.model(dimension: 20)
    let schedule = try random.schedule(steps: 30, momentum: momentum)
    let whole = model.expectedLoss(under: schedule).values
    let high = model.expectedLoss(under: schedule, over: model.highestCurvatures(5)).values
    let middle = model.expectedLoss(
      under: schedule, over: Array(model.lowestCurvatures(15).dropFirst(6))
    ).values
    let low = model.expectedLoss(under: schedule, over: model.lowestCurvatures(6)).values
    let sum = zip(high, zip(middle, low)).map { $0 + $1.0 + $1.1 }
    // Twenty positive terms in another order.
    #expect(largestRelativeError(sum, whole) <= 32 * .ulpOfOne)
    #expect(model.expectedLoss(under: schedule, over: []).values.allSatisfy { $0 == 0 })
    var state = MomentState(model)
    try state.advance(schedule)
    let last = state.expectedLoss(over: model.highestCurvatures(5))
    #expect(relativeError(high[30], last) <= 1e-12)
  }

  @Test("S10: an empty schedule leaves the initial loss")
  func empty() throws {
    var random = TestRandom(102)
    let model = try random.model(dimension: 3)
    let curve = model.expectedLoss(under: try Schedule(learningRates: []))
    #expect(curve.values.count == 1)
    #expect(relativeError(curve.final, model.initialLoss) <= 4 * .ulpOfOne)
  }

  @Test("Divergence is reported at the first loss that overflows")
  func divergence() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [0, 0], initialSecondMoment: [1, 0])
    // ½·81^t exceeds 1.8e308 first at t = 162.
    let plain = model.expectedLoss(under: try .constant(learningRate: 10, steps: 200))
    #expect(plain.divergenceStep == 162)
    #expect(plain.values[161].isFinite)
    #expect(!plain.final.isFinite)
    var path = 1.0
    var velocity = 0.0
    var first: Int?
    for t in 1...400 where first == nil {
      velocity = 0.5 * velocity - 10 * path
      path += velocity
      if !(0.5 * path * path).isFinite { first = t }
    }
    let heavy = model.expectedLoss(under: try .constant(learningRate: 10, momentum: 0.5, steps: 400))
    #expect(heavy.divergenceStep == first)
    #expect(model.expectedLoss(under: try .constant(learningRate: 1, steps: 9)).divergenceStep == nil)
  }
}

/// Runs in which momentum all but annihilates directions, in exact rational arithmetic.
struct AnnihilationOracle: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let h, c, m0, alpha, mu, losses, p, q, r: [Double]

  var testDescription: String { name }

  static let all = (try? Fixture.load([AnnihilationOracle].self, "annihilation")) ?? []
}

@Suite("Annihilation")
struct AnnihilationTests {
  @Test("D4: correct to rounding also after the loss has fallen by 1e-14", arguments: AnnihilationOracle.all)
  func exact(_ oracle: AnnihilationOracle) throws {
    let model = try NoisyQuadraticModel(
      curvature: oracle.h, gradientNoise: oracle.c, initialSecondMoment: oracle.m0)
    let schedule = try Schedule(learningRates: oracle.alpha, momenta: oracle.mu)
    let losses = model.expectedLoss(under: schedule).values
    #expect(losses.allSatisfy { $0 >= 0 })
    // Every step leaves an error of a few ulp of the path's size in the path, so a loss L is wrong by
    // δ√(L L₀) + δ² L₀; the schedules here keep paths of the order of the start.
    let start = losses[0]
    let delta = 16 * Double.ulpOfOne * Double(schedule.count)
    for (actual, expected) in zip(losses.dropFirst(), oracle.losses) {
      let allowed = delta * (expected * start).squareRoot() + delta * delta * start
      #expect(abs(actual - expected) <= allowed)
    }
    var state = MomentState(model)
    try state.advance(schedule)
    #expect(state.secondMoment.allSatisfy { $0 >= 0 })
    #expect(state.velocitySecondMoment.allSatisfy { $0 >= 0 })
    for i in oracle.h.indices {
      // Position and velocity are each wrong by δ.
      let (x, v) = (oracle.p[i].squareRoot(), oracle.r[i].squareRoot())
      #expect(abs(state.secondMoment[i] - oracle.p[i]) <= delta * (2 * x + delta))
      #expect(abs(state.crossMoment[i] - oracle.q[i]) <= delta * (x + v + delta))
      #expect(abs(state.velocitySecondMoment[i] - oracle.r[i]) <= delta * (2 * v + delta))
    }
  }

  @Test("D4: second moments alone turn negative on the same run")
  func plainFails() throws {
    let oracle = try #require(AnnihilationOracle.all.first)
    let model = try NoisyQuadraticModel(
      curvature: oracle.h, gradientNoise: oracle.c, initialSecondMoment: oracle.m0)
    let schedule = try Schedule(learningRates: oracle.alpha, momenta: oracle.mu)
    let exact = try #require(oracle.losses.last)
    #expect(exact < 1e-29)
    #expect(model.expectedLoss(under: schedule).final < 1e-27)
    let plain = try #require(PlainMoments.losses(model, schedule).last)
    #expect(abs(plain) > 1e-17)
  }

  @Test("D4: no second moment is ever negative", arguments: 0..<6)
  func neverNegative(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 300)
    let h = random.array(6) { $0.logUniform(1e-2, 1) }
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { $0 * [0, 1e-20, 1e-10][seed % 3] },
      initialSecondMoment: random.array(6) { $0.uniform(0.5, 2) })
    let solution = try GreedySolver(limits: HyperparameterLimits(learningRate: .none, momentum: 0.9999))
      .solve(model, horizon: 12)
    var state = MomentState(model)
    for step in solution.schedule {
      state.advance(learningRate: step.learningRate, momentum: step.momentum)
      #expect(state.secondMoment.allSatisfy { $0 >= 0 })
      #expect(state.variance.allSatisfy { $0 >= 0 })
    }
    #expect(solution.losses.values.allSatisfy { $0 >= 0 })
  }
}
