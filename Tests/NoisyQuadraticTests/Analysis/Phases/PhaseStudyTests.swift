import Testing

@testable import NoisyQuadratic

/// Exponents of optimal schedules and their limits.
@Suite struct PhaseStudyTests {
  @Test(
    "Z2: exponents of the continuous limit tend to the predicted ones",
    arguments: [(1.0, 1.5), (0.5, 1.25), (0.25, 2.0), (0.25, 3.0), (0.5, 2.0)])
  func limits(_ source: Double, _ capacity: Double) throws {
    let problem = try SourceCapacityProblem(source: source, capacity: capacity)
    let (study, prediction) = (try PhaseStudy(problem), PhasePrediction(problem))
    let points = try [1_000_000_000_000, 100_000_000_000_000].map {
      try study.continuousPoint(horizon: $0)
    }
    let last = points[1]
    func local(_ quantity: (PhasePoint) -> Double) throws -> Double {
      let exponent = last.exponent(of: quantity, since: points[0])
      return try #require(exponent)
    }
    let (loss, peak, share) = (try local(\.loss), try local(\.peakRate), try local(\.decayingShare))
    #expect(abs(loss - prediction.lossExponent) < 0.002)
    #expect(abs(peak - prediction.peakRateExponent) < 0.001)
    #expect(abs(share - prediction.decayingShareExponent) < 0.004)
    // The bound has a closed form: ½ T^(1/p − 1) (π/p)/sin(π/p), p = 1 + sβ.
    let p = 1 + source * capacity
    let closed =
      0.5 * Elementary.pow(Double(last.horizon), 1 / p - 1) * (Double.pi / p) / Elementary.sin(Double.pi / p)
    #expect(abs(last.informationBound / closed - 1) < 1e-3)
    // Z3: corrections to the decay's power fall like those to the kernel.
    let decays = points.map { prediction.decayExponent - ($0.decayExponent ?? .nan) }
    #expect(decays[1] > 0 && decays[1] < decays[0])
  }

  @Test("Exact optima are those of the solver, and the continuous limit is close to them")
  func exact() throws {
    let study = try PhaseStudy(try SourceCapacityProblem(source: 0.25, capacity: 2, dimension: 20))
    let (point, other) = (try study.point(horizon: 60), try study.continuousPoint(horizon: 60))
    let model = try study.problem.model()
    let solution = try FullHorizonSolver(limits: study.limits).solve(model, horizon: 60)
    let rates = solution.schedule.learningRates
    #expect(point.loss == solution.finalLoss && point.peakRate == 1)
    #expect(point.limitedShare * 60 == Double(rates.prefix { $0 == 1 }.count))
    #expect(abs(point.intrinsicTime - rates.reduce(0, +)) < 1e-12)
    #expect(abs(point.slowestReach * 400 / point.fastestReach - 1) < 1e-12)
    #expect(abs(other.loss / point.loss - 1) < 0.02)
    #expect(abs(other.limitedShare - point.limitedShare) < 0.03)
    let powers = (try #require(point.decayExponent), try #require(other.decayExponent))
    #expect(abs(powers.0 - powers.1) < 0.1)
    #expect(point.informationBound <= point.accelerationBound && point.accelerationBound < point.loss)
    #expect(point.sampledStepsLeft.first == 60 && point.sampledRates.first == rates[0])
    // Fewer than 20 steps have no power.
    #expect(try study.point(horizon: 5).decayExponent == nil)
  }

  @Test("Power laws have their exponents everywhere")
  func powers() throws {
    let study = try PhaseStudy(try SourceCapacityProblem(source: 1, capacity: 2, dimension: 2))
    let (first, last) = (try study.point(horizon: 4), try study.point(horizon: 32))
    let power = last.exponent(of: { Elementary.pow(Double($0.horizon), -1.75) }, since: first) ?? .nan
    #expect(abs(power - 1.75) < 1e-14)
    #expect(last.exponent(of: { _ in 0 }, since: first) == nil)
    #expect(last.exponent(of: \.loss, since: last) == nil)
    #expect(abs(DecayFit.exponent { 3 * Elementary.pow(1 - $0, 1.25) } - 1.25) < 1e-13)
  }

  @Test("A single direction: the loss is the information bound, whose exponent tends to 1")
  func oneDirection() throws {
    // S9: m_T = m₀ c/(c + T h² m₀), with h = c = m₀ = 1.
    let study = try PhaseStudy(try SourceCapacityProblem(source: 1, capacity: 2, dimension: 1))
    let points = try [30, 90].map { try study.point(horizon: $0) }
    for point in points {
      #expect(abs(point.loss * 2 * Double(point.horizon + 1) - 1) < 1e-9)
      #expect(abs(point.loss / point.informationBound - 1) < 1e-9)
    }
    let exponent = try #require(points[1].exponent(of: \.loss, since: points[0]))
    #expect(abs(exponent - Elementary.log(91 / 31) / Elementary.log(3)) < 1e-9)
  }

  @Test("Z4: no path with rates within the limit falls below the acceleration bound")
  func acceleration() throws {
    let limit = 0.7
    var random = TestRandom(5)
    // The path of the extreme case, all rates at the limit and μ = 1 with gradients of the other sign, has a closed form.
    for h in [1e-4, 1e-2, 1.3] {
      var (q, v) = (1.0, 0.0)
      for _ in 0..<40 {
        v += limit * h * q
        q += v
      }
      let phi =
        2
        * Elementary.log(
          (limit * h).squareRoot() / 2 + (1 + limit * h / 4).squareRoot())
      func cosh(_ x: Double) -> Double { (Elementary.exp(x) + Elementary.exp(-x)) / 2 }
      #expect(abs(q * cosh(phi / 2) / cosh(40.5 * phi) - 1) < 1e-12)
    }
    let model = try NoisyQuadraticModel(
      curvature: [1, 1e-2, 1e-4, 1e-5], gradientNoise: [0, 0, 0, 1e-9], initialSecondMoment: [0, 1, 3, 2])
    for steps in [0, 1, 5, 12, 40] {
      let bound = try model.accelerationBound(steps: steps, learningRateLimit: limit)
      for _ in 0..<20 {
        let momenta = (0..<steps).map { _ in random.unit() < 0.5 ? 1 - 1e-9 : random.unit() }
        let rates = (0..<steps).map { _ in random.unit() < 0.7 ? limit : limit * random.unit() }
        let schedule = try Schedule(learningRates: rates, momenta: momenta)
        #expect(model.expectedLoss(under: schedule).final >= bound * (1 - 1e-12))
      }
      #expect(try model.informationBound(steps: steps) <= bound * (1 + 1e-12))
      // The fastest of all schedules is close to the bound where directions hardly move.
      let fastest = try Schedule(
        learningRates: Array(repeating: limit, count: steps),
        momenta: Array(repeating: 1 - 1e-12, count: steps))
      let slow = try NoisyQuadraticModel(
        curvature: [1e-4], gradientNoise: [0], initialSecondMoment: [1])
      let (least, left) = (
        try slow.accelerationBound(steps: steps, learningRateLimit: limit),
        slow.expectedLoss(under: fastest).final
      )
      #expect(least <= left * (1 + 1e-9) && left < least * 1.01, "\(steps)")
    }
    // Slow directions are nearly untouched: not so by the information bound, without noise.
    #expect(try model.accelerationBound(steps: 12, learningRateLimit: limit) > 1e-4)
    #expect(throws: NoisyQuadraticError.self) {
      try model.accelerationBound(steps: 3, learningRateLimit: 0)
    }
  }

  @Test("Noise that grows with the error has its own limit, and costs more")
  func growingNoise() throws {
    let additive = try PhaseStudy(SourceCapacityProblem(source: 0.25, capacity: 2, dimension: 6))
    let problem = try SourceCapacityProblem(
      source: 0.25, capacity: 2, dimension: 6, noise: .gaussianFeatures)
    let study = try PhaseStudy(problem)
    let stable = try problem.model().stabilityLimit()
    let (point, plain) = (try study.point(horizon: 12), try additive.point(horizon: 12))
    #expect(point.learningRateLimit == stable / 2 && stable < 1 && point.peakRate <= stable / 2)
    #expect(point.loss > plain.loss && point.informationBound == plain.informationBound)
    let whole = try PhaseStudy(
      problem, limits: HyperparameterLimits(learningRate: .twoOverMaximumCurvature))
    #expect(try whole.point(horizon: 12).learningRateLimit == stable)
    #expect(throws: NoisyQuadraticError.self) { try study.continuousPoint(horizon: 12) }
  }

  @Test("Z4: effective rates are how far a gradient moves the parameter")
  func effective() throws {
    let schedule = try Schedule(learningRates: [0.5, 0.2, 0.1], momenta: [0.9, 0.5, 0.25])
    // 0.5 (1 + 0.5 + 0.5 · 0.25), 0.2 (1 + 0.25), 0.1.
    let expected = [0.8125, 0.25, 0.1]
    for (found, rate) in zip(PhaseStudy.effectiveRates(schedule), expected) {
      #expect(abs(found - rate) < 1e-15)
    }
  }

  @Test("Z4: in the hard phase momentum follows the law of the easy one beyond the limit", .long)
  func momentum() throws {
    let problem = try SourceCapacityProblem(source: 0.25, capacity: 2)
    let study = try PhaseStudy(
      problem, limits: HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: 0.9999))
    let plain = try PhaseStudy(problem)
    let (first, last) = (try study.point(horizon: 100), try study.point(horizon: 300))
    let loss = try #require(last.exponent(of: \.loss, since: first))
    let without = try #require(
      try plain.point(horizon: 300).exponent(of: \.loss, since: try plain.point(horizon: 100)))
    let prediction = PhasePrediction(problem)
    #expect(loss > without + 0.02 && loss < prediction.momentumExponent)
    #expect(last.loss > last.accelerationBound)
    let peak = try #require(last.exponent(of: \.peakRate, since: first))
    #expect(abs(peak - prediction.momentumPeakExponent) < 0.1)
  }
}
