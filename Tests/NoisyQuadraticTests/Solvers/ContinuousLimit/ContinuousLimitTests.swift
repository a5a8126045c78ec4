import Foundation
import NoisyQuadratic
import Testing

@Suite("Continuous limit")
struct ContinuousLimitTests {
  /// L1 and L2 by trapezoids on a fine grid, with the step count scanned instead of solved for.
  struct PlainLimit {
    private let h, noise, signal: [Double]

    init(_ model: NoisyQuadraticModel) {
      h = model.curvature
      let half = zip(model.multiplicity, model.curvature).map { 0.5 * $0 * $1 }
      noise = zip(half, model.gradientNoise).map { $0 * $1 / model.batchSize }
      signal = zip(half, model.initialSecondMoment).map { $0 * $1 }
    }

    private func sum(_ weights: [Double], _ s: Double) -> Double {
      h.indices.reduce(0) { $0 + weights[$1] * exp(-2 * h[$1] * s) }
    }

    /// K(s).
    func noise(_ s: Double) -> Double { sum(noise, s) }

    /// The losses of the best plans for all intrinsic times of a grid that reaches to `cap · steps`.
    func losses(cap: Double, steps: Double, nodes: Int) -> [(time: Double, loss: Double)] {
      let (shortest, longest) = (1e-4 / (h.max() ?? 1), cap * steps)
      let s = [0] + (0...nodes).map { shortest * pow(longest / shortest, Double($0) / Double(nodes)) }
      let k = s.map(noise)
      var (root, total) = ([0.0], [0.0])
      for j in 1..<s.count {
        root.append(root[j - 1] + (s[j] - s[j - 1]) * (k[j].squareRoot() + k[j - 1].squareRoot()) / 2)
        total.append(total[j - 1] + (s[j] - s[j - 1]) * (k[j] + k[j - 1]) / 2)
      }
      var knee = 0
      return s.indices.map { end in
        var loss = root[end] * root[end] / steps
        if root[end] > cap * steps * k[end].squareRoot() {
          // The knee moves toward the end of the run as intrinsic time grows.
          func count(_ j: Int) -> Double { root[j] / (cap * k[j].squareRoot()) + (s[end] - s[j]) / cap }
          knee = min(knee, end)
          while knee < end, count(knee) < steps { knee += 1 }
          while knee > 0, count(knee) > steps { knee -= 1 }
          let price = cap * k[knee].squareRoot()
          // To second order in what the count is off by.
          loss = price * (root[knee] + price * (count(knee) - steps)) + cap * (total[end] - total[knee])
        }
        return (s[end], loss + sum(signal, s[end]))
      }
    }
  }

  @Test("L1, L2: the predicted loss by plain integration", arguments: LongTest.cases(Array(0..<12)))
  func plain(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2600)
    let model = try random.model(dimension: 3, noise: random.logUniform(1e-3, 3))
    let steps = [3, 40, 2000][seed % 3]
    for cap in [0.05, 0.7, 2] {
      let limit = try ContinuousLimit(model, horizon: steps, learningRateLimit: .value(cap))
      let plain = PlainLimit(model).losses(cap: cap, steps: Double(steps), nodes: 6000)
      let lowest = try #require(plain.min { $0.loss < $1.loss })
      // Steps of 0.3% in s: trapezoids err by 1e-5, and the minimum and the knee are missed by as little.
      #expect(relativeError(limit.predictedLoss, lowest.loss) <= 5e-5)
    }
  }

  @Test("L2: rates sum to the intrinsic time, and off the limit α²K is constant", arguments: 0..<6)
  func stationarity(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2620)
    let model = try random.model(dimension: 4, noise: random.logUniform(1e-2, 1))
    let cap = [0.1, 0.5, 2][seed % 3]
    let limit = try ContinuousLimit(model, horizon: 300, learningRateLimit: .value(cap))
    let kernel = PlainLimit(model)
    // Time left and intrinsic time left, by Simpson's rule on unequal pieces that end at the knee.
    let (start, pieces) = (limit.limitedSteps, 400)
    let length = (300 - start) / Double(pieces)
    var left = 0.0
    var prices: [Double] = []
    for j in 0..<pieces {
      func rate(_ part: Double) -> Double {
        limit.learningRate(atStep: max(300 - (Double(j) + part) * length, start))
      }
      prices.append(rate(0) * rate(0) * kernel.noise(left))
      left += length * (rate(0) + 4 * rate(0.5) + rate(1)) / 6
    }
    // The table of K errs by up to 1e-4 where one direction hands over to the next.
    #expect(relativeError(left + cap * start, limit.intrinsicTime) <= 1e-5)
    #expect(largestRelativeError(prices, prices.map { _ in prices[0] }) <= 1e-4)
    for j in 0..<100 where start > 0 {
      #expect(limit.learningRate(atStep: start * Double(j) / 100) == cap)
    }
    let rates = try limit.schedule().learningRates
    #expect(rates.count == 300)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 * (1 - 1e-12) })
    #expect(rates.allSatisfy { $0 <= cap && $0 > 0 })
    #expect(rates[299] == limit.learningRate(atStep: 299.5))
  }

  @Test("L3: of two minima the lower is found")
  func twoMinima() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.04188695], gradientNoise: [48.41, 0.004017], initialSecondMoment: [3.172, 11.396])
    let limit = try ContinuousLimit(model, horizon: 93, learningRateLimit: .value(1e4))
    #expect(abs(limit.predictedLoss - 0.2774) <= 5e-5)
    #expect(abs(limit.intrinsicTime - 71.5) <= 0.1)
    // The other one exists, where a search from short times would end.
    let losses = PlainLimit(model).losses(cap: 1e4, steps: 93, nodes: 6000)
    let early = try #require(losses.filter { $0.time < 3 }.min { $0.loss < $1.loss })
    #expect(abs(early.loss - 0.4234) <= 5e-5)
    #expect(abs(early.time - 2.4) <= 0.05)
    #expect(losses.contains { $0.time > early.time && $0.time < 4 && $0.loss > early.loss + 0.001 })
  }

  @Test("L3: one direction attains the information bound", arguments: [10, 1000, 1_000_000_000_000])
  func oneDirection(horizon: Int) throws {
    let (h, c, m) = (0.3, 0.8, 2.5)
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [c], initialSecondMoment: [m])
    let limit = try ContinuousLimit(model, horizon: horizon)
    // Interpolation errs by 1e-6 at most where it matters.
    #expect(try relativeError(limit.predictedLoss, model.informationBound(steps: horizon)) <= 2e-6)
    #expect(limit.limitedSteps == 0)
    // After more steps the first rate matters less to the loss than rounding.
    for fraction in [0, 0.1, 0.5, 0.99, 1] where fraction > 0 || horizon <= 1000 {
      let t = fraction * Double(horizon)
      #expect(relativeError(limit.learningRate(atStep: t), h * m / (c + t * h * h * m)) <= 1e-4)
    }
    #expect(relativeError(limit.intrinsicTime, log(1 + Double(horizon) * h * h * m / c) / h) <= 1e-4)
  }

  @Test("L3: with c proportional to h the first rate is m₀ h/c", arguments: [0.5, 2, 10])
  func firstRate(scale: Double) throws {
    for exponent in [0.75, 1, 2] {
      let model = try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: 50, exponent: exponent, maximum: 1), noiseScale: scale,
        initialSecondMoment: 0.8)
      let limit = try ContinuousLimit(model, horizon: 400)
      // The minimum in τ is flat: it is found to 1e-6 or so, the rate there to its square root.
      #expect(relativeError(limit.learningRate(atStep: 0), 0.8 / scale) <= 1e-3)
    }
  }

  @Test("L3: off the limit, noise and horizon trade", arguments: [2, 10, 64])
  func trade(factor: Double) throws {
    func loss(_ factor: Double) throws -> Double {
      let model = try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: 40, exponent: 1, maximum: 1), noiseScale: 0.6 * factor,
        initialSecondMoment: 1)
      return try ContinuousLimit(model, horizon: Int(500 * factor)).predictedLoss
    }
    // Other nodes, other errors of interpolation.
    #expect(relativeError(try loss(factor), try loss(1)) <= 1e-6)
  }

  @Test(
    "L4: on power laws the sampled schedule is next to optimal, its loss a little above the predicted",
    arguments: ReferenceCase.all.filter { $0.name.hasPrefix("power-law") })
  func sampled(_ reference: ReferenceCase) throws {
    let model = try reference.model()
    let horizon = reference.expected.horizon
    let optimum = reference.expected.fullHorizon
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth)
    let solution = try ContinuousLimitSolver(limits: limits).solve(model, horizon: horizon)
    // Measured: 2.1e-4 at T = 50 and less than 4e-6 at T = 1000, at most 0.61% and 0.08% too low.
    #expect(solution.finalLoss <= optimum * (1 + (horizon < 100 ? 3e-4 : horizon < 1000 ? 5e-5 : 1e-5)))
    #expect(solution.termination == .closedForm)
    let limit = try ContinuousLimit(model, horizon: horizon, learningRateLimit: .firstStepGrowth)
    #expect(limit.predictedLoss <= optimum)
    #expect(limit.predictedLoss >= optimum * (1 - 0.45 / Double(horizon) - 1e-3))
    #expect(try limit.schedule() == solution.schedule)
  }

  @Test("L1: no noise, nothing to gain, flat directions")
  func degenerate() throws {
    let quiet = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0, 0], initialSecondMoment: [1, 2])
    let still = try ContinuousLimit(quiet, horizon: 30, learningRateLimit: .value(0.5))
    #expect(still.limitedSteps == 30)
    #expect(try still.schedule().learningRates == Array(repeating: 0.5, count: 30))
    #expect(relativeError(still.predictedLoss, 0.5 * exp(-30) + 0.1 * exp(-3)) <= 1e-14)
    let solved = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [1, 1], initialSecondMoment: [0, 0])
    let rest = try ContinuousLimit(solved, horizon: 30)
    #expect(rest.predictedLoss <= 1e-300)
    #expect(rest.intrinsicTime == 0)
    #expect(try rest.schedule().learningRates == Array(repeating: 0, count: 30))
    let with = try NoisyQuadraticModel(
      curvature: [1, 0, 0.1], gradientNoise: [0.5, 7, 0], initialSecondMoment: [1, 9, 2])
    let without = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0.5, 0], initialSecondMoment: [1, 2])
    let (a, b) = try (ContinuousLimit(with, horizon: 30), ContinuousLimit(without, horizon: 30))
    #expect(a.predictedLoss == b.predictedLoss)
    #expect(try a.schedule() == b.schedule())
    // The direction without noise is the slower one: beyond the reach of K the rate is at its limit.
    #expect(a.limitedSteps > 0)
  }

  @Test("M6: the limit follows powers of two bit for bit, and no limit stands for 2/h_max")
  func scaling() throws {
    var random = TestRandom(2660)
    let h = random.array(5) { $0.logUniform(1e-3, 1) }
    let m = random.array(5) { $0.uniform(0.5, 2) }
    let a = try ContinuousLimit(
      NoisyQuadraticModel(curvature: h, gradientNoise: h, initialSecondMoment: m), horizon: 77,
      learningRateLimit: .none)
    let b = try ContinuousLimit(
      NoisyQuadraticModel(
        curvature: h.map { 0x1p-40 * $0 }, gradientNoise: h.map { 0x1p-70 * $0 },
        initialSecondMoment: m.map { 0x1p10 * $0 }), horizon: 77)
    #expect(b.predictedLoss == a.predictedLoss * 0x1p-30)
    #expect(b.intrinsicTime == a.intrinsicTime * 0x1p40)
    #expect(b.limitedSteps == a.limitedSteps)
    #expect(try b.schedule().learningRates == a.schedule().learningRates.map { $0 * 0x1p40 })
    #expect(a.learningRateLimit == 2 / (h.max() ?? 0))
  }

  @Test("Bad input is refused with the field, the value and what was expected")
  func refused() throws {
    let model = try ReferenceProblem.powerLaw.model()
    for horizon in [0, -3, Int.max] {
      BadInput(
        "horizon", .invalidCount(field: "horizon", value: horizon, expected: "1 to 9007199254740992")
      ) { _ = try ContinuousLimit(model, horizon: horizon) }.check()
    }
    for limit in [0, -1, Double.nan, .infinity] {
      BadInput(
        "limit",
        .invalidValue(field: "learningRateLimit", value: limit, expected: "a finite number > 0")
      ) { _ = try ContinuousLimit(model, horizon: 5, learningRateLimit: .value(limit)) }.check()
    }
    BadInput(
      "limit",
      .invalidValue(
        field: "learningRateLimit", value: 1e308, expected: "at most 1e290 times 1/h_max at such a horizon")
    ) { _ = try ContinuousLimit(model, horizon: 5, learningRateLimit: .value(1e308)) }.check()
    let long = try ContinuousLimit(model, horizon: 1_000_000_000_000)
    expectExceedsMemory("horizon", 1_000_000_000_000) { _ = try long.schedule() }
  }
}
