import NoisyQuadratic
import Testing

@Suite("Certificates")
struct CertifiedSolverTests {
  private static func limits(_ limit: LearningRateLimit, momentum: Double = 0) -> HyperparameterLimits {
    HyperparameterLimits(learningRate: limit, momentum: momentum)
  }

  private static func model(
    _ h: [Double], c: [Double]? = nil, m: [Double]? = nil
  ) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: h, gradientNoise: c ?? h, initialSecondMoment: m ?? h.map { _ in 1 })
  }

  /// The lowest final loss that descents from many starts find, on plain recursions.
  private static func bruteForce(
    _ model: NoisyQuadraticModel, steps: Int, limit: Double, _ random: inout TestRandom
  ) -> Double {
    let (h, c, n) = (model.curvature, model.gradientNoise, model.multiplicity)
    func after(_ m: [Double], _ rate: Double) -> [Double] {
      m.indices.map { (1 - rate * h[$0]) * (1 - rate * h[$0]) * m[$0] + rate * rate * c[$0] }
    }
    func loss(_ rates: ArraySlice<Double>, from m: [Double]) -> Double {
      let end = rates.reduce(m, after)
      return end.indices.reduce(0) { $0 + 0.5 * n[$1] * h[$1] * end[$1] }
    }
    var best = Double.infinity
    for start in 0..<(steps == 1 ? 1 : 12) {
      var rates = random.array(steps) { limit * (start % 2 == 0 ? $0.unit() : $0.logUniform(1e-2, 1)) }
      var last = Double.infinity
      while true {
        var m = model.initialSecondMoment
        for t in 0..<steps {
          // A parabola in one rate, through three points.
          let half = limit / 2
          let values = [0, half, limit].map { loss([$0] + rates[(t + 1)...], from: m) }
          let curve = values[0] - 2 * values[1] + values[2]
          if curve > 0 {
            rates[t] = min(max(half * (3 * values[0] - 4 * values[1] + values[2]) / (2 * curve), 0), limit)
          }
          m = after(m, rates[t])
        }
        let value = loss(rates[...], from: model.initialSecondMoment)
        if last - value <= 1e-10 * value { break }
        last = value
      }
      best = min(best, last)
    }
    return best
  }

  @Test(
    "B1–B5: between the bounds lies what brute force finds, on hundreds of problems",
    arguments: LongTest.cases(Array(0..<20), otherwise: [0]))
  func sandwich(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4000)
    for _ in 0..<(LongTest.isAsked ? 30 : 12) {
      let (d, steps) = (1 + Int(random.uniform(0, 3)), 1 + Int(random.uniform(0, 4)))
      let h = [1] + random.array(d - 1) { $0.logUniform(0.01, 1) }
      let noise = random.logUniform(1e-2, 3)
      let model = try NoisyQuadraticModel(
        curvature: h, gradientNoise: h.map { noise * $0 * random.uniform(0.3, 3) },
        initialSecondMoment: random.array(d) { $0.logUniform(0.03, 10) },
        multiplicity: random.array(d) { $0.uniform(0.5, 3) })
      let limit = random.uniform(0.3, 2.5)
      let solver = CertifiedSolver(limits: Self.limits(.value(limit)), gap: 0.01)
      let certificate = try solver.certify(model, horizon: steps)
      let found = Self.bruteForce(model, steps: steps, limit: limit, &random)
      // The descents' values carry a few roundings.
      #expect(certificate.lowerBound <= found * (1 + 1e-12))
      #expect(certificate.lowerBound <= certificate.upperBound)
      #expect(certificate.isReached)
      #expect(certificate.upperBound * (1 - certificate.gap) <= found * (1 + 1e-12))
      #expect(certificate.upperBound >= certificate.solution.finalLoss * (1 - 1e-15))
      #expect(certificate.upperBound <= certificate.solution.finalLoss * (1 + 1e-10))
      #expect(try certificate.lowerBound >= model.informationBound(steps: steps) * (1 - 1e-9))
      #expect(certificate.gap == (certificate.upperBound - certificate.lowerBound) / certificate.upperBound)
    }
  }

  @Test("B1: for two steps the bounds enclose the minimum over a grid", arguments: 0..<6)
  func grid(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4010)
    let model = try Self.model(
      [1, random.logUniform(0.02, 0.5)], m: random.array(2) { $0.logUniform(0.1, 10) })
    let certificate = try CertifiedSolver(limits: Self.limits(.value(2)), gap: 1e-4).certify(
      model, horizon: 2)
    var lowest = Double.infinity
    for first in 0...80 {
      for second in 0...80 {
        var moments = PlainMoments(model)
        moments.step(Double(first) / 40, 0)
        moments.step(Double(second) / 40, 0)
        lowest = min(lowest, moments.loss)
      }
    }
    #expect(certificate.isReached)
    #expect(certificate.lowerBound <= lowest)
    #expect(certificate.upperBound <= lowest)
    // Half a spacing of 1/40 in each rate costs at most ½ L'' (1/80)² each, with L'' ≤ Σ w (h² m + c).
    let curvature = (model.initialLoss + model.curvature.reduce(0) { $0 + $1 * $1 }) * 10
    #expect(certificate.lowerBound >= lowest - curvature / 6400 - 1e-4 * lowest)
  }

  @Test("S9, B2: one curvature, and several equal ones, in closed form", arguments: [0.2, 10], [1, 7, 40])
  func closedForm(limit: Double, horizon: Int) throws {
    let model = try NoisyQuadraticModel(
      curvature: [0.7, 0.7, 0.7], gradientNoise: [1, 0.2, 0.5], initialSecondMoment: [2, 0.1, 1],
      multiplicity: [1, 2, 0.5])
    let limits = Self.limits(.value(limit))
    let certificate = try CertifiedSolver(limits: limits).certify(model, horizon: horizon)
    let closed = try EqualCurvatureSolver(limits: limits).solve(model, horizon: horizon)
    #expect(certificate.method == .closedForm)
    #expect(relativeError(certificate.lowerBound, closed.finalLoss) <= 1e-10)
    #expect(relativeError(certificate.upperBound, closed.finalLoss) <= 1e-10)
  }

  @Test(
    "B1: two, three and eight directions to the gaps that are promised", .long,
    arguments: [
      // The lowest of twelve descents on plain recursions, by a program of its own.
      ([1, 0.01], 10, 0.05028349482), ([1, 0.01], 50, 0.01449086003), ([1, 0.01], 100, 0.009562826629),
      ([1, 0.1, 0.01], 50, 0.03007688824),
      ([1, 1.0 / 2, 1.0 / 3, 0.25, 0.2, 1.0 / 6, 1.0 / 7, 0.125], 50, 0.0893080525),
    ] as [([Double], Int, Double)])
  func promised(curvature: [Double], horizon: Int, known: Double) throws {
    let certificate = try CertifiedSolver(limits: Self.limits(.value(1)), gap: 1e-3)
      .certify(Self.model(curvature), horizon: horizon)
    #expect(certificate.isReached)
    #expect(certificate.method == (curvature.count > 3 ? .sharedExponents : .dynamicProgramming))
    // Ten digits were written down.
    #expect(relativeError(certificate.solution.finalLoss, known) <= 1e-9)
    #expect(certificate.lowerBound <= known * (1 + 1e-9))
    #expect(certificate.lowerBound >= known * (1 - 1e-3))
  }

  @Test("B1: the bound knows nothing of schedules: 299 of 300 descents end 7% above it", .long)
  func trap() throws {
    let model = try Self.model([1, 0.1, 0.01], m: [0.03082635, 1.12826412, 0.38253353])
    let certificate = try CertifiedSolver(limits: Self.limits(.value(1))).certify(model, horizon: 15)
    #expect(certificate.isReached)
    #expect(certificate.upperBound <= 0.06348)
    #expect(certificate.lowerBound <= 0.0634786395 && certificate.lowerBound >= 0.0634)
  }

  @Test(
    "B1: the optimum is concave and does not fall in the moments and the noise",
    arguments: LongTest.cases(Array(0..<6)))
  func shape(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4020)
    let h = [1, random.logUniform(0.05, 1)]
    let solver = CertifiedSolver(limits: Self.limits(.value(1.5)), gap: 1e-3)
    func certify(_ m: [Double], _ c: [Double]) throws -> OptimalityCertificate {
      try solver.certify(Self.model(h, c: c, m: m), horizon: 3)
    }
    let ends = (0..<2).map { _ in
      (m: random.array(2) { $0.logUniform(0.1, 10) }, c: random.array(2) { $0.logUniform(0.01, 1) })
    }
    let middle = (
      m: zip(ends[0].m, ends[1].m).map { ($0 + $1) / 2 }, c: zip(ends[0].c, ends[1].c).map { ($0 + $1) / 2 }
    )
    let (first, second) = (try certify(ends[0].m, ends[0].c), try certify(ends[1].m, ends[1].c))
    let between = try certify(middle.m, middle.c)
    #expect(between.upperBound >= (first.lowerBound + second.lowerBound) / 2)
    let more = try certify(ends[0].m.map { $0 * 1.3 }, ends[0].c)
    let noisier = try certify(ends[0].m, ends[0].c.map { $0 * 1.3 })
    #expect(more.upperBound >= first.lowerBound)
    #expect(noisier.upperBound >= first.lowerBound)
  }

  @Test("M6: units do not matter, to the last bit when they are powers of two", arguments: [-20, 3])
  func equivariance(exponent: Int) throws {
    let (h, c, m) = ([1, 0.3, 0.03], [0.5, 0.2, 0.1], [1, 2, 3.0])
    let s = Double(sign: .plus, exponent: exponent, significand: 1)
    let base = try CertifiedSolver(limits: Self.limits(.value(1.25))).certify(
      Self.model(h, c: c, m: m), horizon: 6)
    let scaled = try CertifiedSolver(limits: Self.limits(.value(1.25 / s))).certify(
      Self.model(h.map { $0 * s }, c: c.map { $0 * s * s }, m: m), horizon: 6)
    #expect(scaled.lowerBound == base.lowerBound * s)
    #expect(scaled.upperBound == base.upperBound * s)
    #expect(scaled.statistics == base.statistics)
  }

  @Test("B2: equal curvatures are merged, in any order")
  func merging() throws {
    let merged = try NoisyQuadraticModel(
      curvature: [1, 0.125], gradientNoise: [1, 0.75], initialSecondMoment: [3, 2], multiplicity: [1, 2])
    let split = try NoisyQuadraticModel(
      curvature: [0.125, 1, 0, 0.125, 1], gradientNoise: [1.25, 0.25, 1, 0.25, 0.75],
      initialSecondMoment: [1, 2, 5, 3, 1])
    let solver = CertifiedSolver(limits: Self.limits(.oneOverMaximumCurvature))
    let (a, b) = (try solver.certify(merged, horizon: 5), try solver.certify(split, horizon: 5))
    // All sums are exact; the allowance for their rounding grows by two units for each direction.
    #expect(relativeError(a.lowerBound, b.lowerBound) <= 1e-14)
    #expect(relativeError(a.upperBound, b.upperBound) <= 1e-14)
    #expect(a.statistics == b.statistics)
    #expect(b.method == .dynamicProgramming)
  }

  @Test("B6: a direction that starts solved, and pays for the rates of another", arguments: [2, 3])
  func solvedStart(horizon: Int) throws {
    let model = try Self.model([1, 0.0016], c: [2.8, 0], m: [0, 2.4])
    let certificate = try CertifiedSolver(limits: Self.limits(.none)).certify(model, horizon: horizon)
    #expect(certificate.isReached)
    #expect(try model.informationBound(steps: horizon) == 0)
  }

  @Test("B4: without a limit on the rate")
  func unlimited() throws {
    let model = try Self.model([1, 0.1, 0.01], c: [0.01, 0.001, 0.0001])
    let certificate = try CertifiedSolver(limits: Self.limits(.none)).certify(model, horizon: 2)
    // The optimum and its rates were found by an independent search; greedy ends three times higher.
    #expect(certificate.isReached)
    #expect(relativeError(certificate.solution.finalLoss, 0.012818593203989986) <= 1e-9)
  }

  @Test("Without noise and limit as many steps as curvatures leave nothing but rounding", arguments: 1...3)
  func noNoise(dimension: Int) throws {
    let model = try Self.model(
      Array([1, 0.5, 0.2].prefix(dimension)), c: Array(repeating: 0, count: dimension))
    let certificate = try CertifiedSolver(limits: Self.limits(.none)).certify(model, horizon: dimension)
    #expect(certificate.lowerBound <= certificate.upperBound)
    #expect(certificate.lowerBound >= 0)
    if dimension == 1 { #expect(certificate.isReached) }
    let still = try CertifiedSolver().certify(Self.model([1, 0.5], m: [0, 0]), horizon: 3)
    #expect(still.upperBound == 0 && still.lowerBound == 0 && still.gap == 0 && still.isReached)
  }

  @Test("M7: beyond the work limit, the information bound is left")
  func fallback() throws {
    let model = try Self.model([1, 0.1])
    var withMomentum = CertifiedSolver(limits: Self.limits(.value(1), momentum: 0.9))
    withMomentum.options.maximumWork = 10
    let momentum = try withMomentum.certify(model, horizon: 5)
    #expect(momentum.method == .information)
    #expect(momentum.policy == nil)
    var solver = CertifiedSolver(limits: Self.limits(.value(1)))
    solver.options.maximumWork = 10
    let small = try solver.certify(model, horizon: 5)
    #expect(small.method == .information)
    for certificate in [momentum, small] {
      #expect(try relativeError(certificate.lowerBound, model.informationBound(steps: 5)) <= 1e-11)
      #expect(certificate.lowerBound <= certificate.upperBound)
      #expect(certificate.statistics.rounds == 0)
    }
  }

  @Test("Numbers at the edge of their range leave bounds that hold", .long)
  func extreme() throws {
    let tiny = 1e-300 * 1e-20
    for (h, c, m) in [
      ([1, tiny], [1, 0.0], [1, 1.0]), ([1, 1e-300], [1, 0], [1, 1]), ([1, 0.5], [1, 1], [1, tiny]),
      ([1e300, 1e-300], [1, 1], [1e-10, 1]), ([1, 0.5], [tiny, tiny], [1, 1]),
    ] {
      for limit in [LearningRateLimit.none, .firstStepGrowth, .twoOverMaximumCurvature] {
        let model = try Self.model(h, c: c, m: m)
        let certificate = try CertifiedSolver(limits: Self.limits(limit)).certify(model, horizon: 3)
        #expect(certificate.lowerBound >= 0)
        #expect(certificate.lowerBound <= certificate.upperBound)
        #expect(certificate.upperBound.isFinite)
      }
    }
  }

  @Test("A gap that the limits on work do not allow is data")
  func unreached() throws {
    let model = try Self.model([1, 0.1, 0.01])
    for limited in [(rounds: 1, cones: 1000), (rounds: 400, cones: 1)] {
      var solver = CertifiedSolver(limits: Self.limits(.value(1)), gap: 0)
      solver.options.maximumRounds = limited.rounds
      solver.options.maximumCones = limited.cones
      let certificate = try solver.certify(model, horizon: 4)
      #expect(!certificate.isReached)
      #expect(certificate.statistics.rounds == 1)
      #expect(certificate.lowerBound <= certificate.upperBound)
      #expect(try certificate.lowerBound >= model.informationBound(steps: 4) * (1 - 1e-9))
    }
  }

  @Test("Bad certificates are refused")
  func refused() throws {
    let model = try Self.model([1, 0.1])
    for gap in [-1e-3, 1, .infinity, .nan] {
      BadInput("gap", .invalidValue(field: "gap", value: gap, expected: "at least 0 and below 1")) {
        _ = try CertifiedSolver(gap: gap).certify(model, horizon: 2)
      }.check()
    }
    for horizon in [0, -3] {
      BadInput("horizon", .invalidCount(field: "horizon", value: horizon, expected: "at least 1")) {
        _ = try CertifiedSolver().certify(model, horizon: horizon)
      }.check()
    }
    BadInput(
      "limit", .invalidValue(field: "learningRateLimit", value: -1, expected: "a finite number > 0")
    ) {
      _ = try CertifiedSolver(limits: Self.limits(.value(-1))).certify(model, horizon: 2)
    }.check()
    for field in ["maximumRounds", "maximumCones", "maximumCurvatures"] {
      BadInput(field, .invalidCount(field: field, value: 0, expected: "at least 1")) {
        var solver = CertifiedSolver()
        if field == "maximumRounds" { solver.options.maximumRounds = 0 }
        if field == "maximumCones" { solver.options.maximumCones = 0 }
        if field == "maximumCurvatures" { solver.options.maximumCurvatures = 0 }
        _ = try solver.certify(model, horizon: 2)
      }.check()
    }
    for horizon in [1 << 50, .max] {
      expectExceedsMemory("horizon", horizon) { _ = try CertifiedSolver().certify(model, horizon: horizon) }
    }
    var solver = CertifiedSolver()
    solver.options.maximumCones = .max
    expectExceedsMemory("maximumCones", .max) { _ = try solver.certify(model, horizon: 2) }
  }
}
