import Foundation
import NoisyQuadratic
import Testing

@Suite("Compressed spectra")
struct SpectralCompressionTests {
  /// Spectra of many kinds, with noise and starts to match.
  enum Kind: String, Sendable, CaseIterable {
    case powerLaw, geometric, chebyshev, uniform, clusters, fewCurvatures, tiny, bulkAndOutliers

    func model(_ random: inout TestRandom, dimension d: Int) throws -> NoisyQuadraticModel {
      let largest = random.logUniform(1e-3, 1e3)
      let h: [Double]
      switch self {
      case .powerLaw:
        let exponent = random.uniform(0.3, 2)
        h = (1...d).map { pow(Double($0), -exponent) }
      case .geometric: h = (0..<d).map { pow(1e-8, Double($0) / Double(d)) }
      case .chebyshev:
        let angle = Double.pi / Double(2 * d)
        h = (1...d).map { 0.5025 + 0.4975 * cos(angle * Double(2 * $0 - 1)) }
      case .uniform: h = random.array(d) { $0.uniform(1e-4, 1) }
      case .clusters:
        let centers = [1, 0.5, 1e-3]
        h = (0..<d).map { i -> Double in centers[i % 3] * (1 - 1e-15 * Double(i % 9)) }
      case .fewCurvatures: h = (0..<d).map { [1, 0.9, 0.2, 1e-2, 1e-30][$0 % 5] }
      case .tiny:
        h = (1...d).map { (i: Int) -> Double in
          let x = Double(i)
          return i % 10 == 1 ? 1 / x : 1e-20 * x
        }
      case .bulkAndOutliers: h = (1...d).map { i -> Double in (i < 6 ? 1 : 1e-2) / Double(i) }
      }
      let noise = random.logUniform(1e-3, 10)
      return try NoisyQuadraticModel(
        curvature: h.map { $0 * largest },
        gradientNoise: h.enumerated().map { (i: Int, h: Double) -> Double in
          i % 4 == 1 ? 0 : h * noise * largest * largest
        },
        // Curvatures next to 0 whose part of the loss is not.
        initialSecondMoment: h.map {
          self == .tiny || self == .fewCurvatures ? 1 / $0 : random.uniform(0, 2)
        },
        multiplicity: random.array(d) { $0.uniform(0.5, 3) }, batchSize: random.uniform(0.5, 4))
    }
  }

  /// Schedules within a limit that ask for different things.
  private func schedules(_ random: inout TestRandom, limit: Double, steps: Int) throws -> [Schedule] {
    let rates: [[Double]] = [
      (0..<steps).map { _ in limit },
      (0..<steps).map { _ in limit / 40 },
      (0..<steps).map { limit / Double(1 + $0) },
      random.array(steps) { $0.unit() < 0.2 ? 0 : $0.uniform(0, limit) },
      random.array(steps) { $0.logUniform(1e-6, 1) * limit },
      (0..<steps).map { _ in 0 },
      (0..<steps).map { $0 == steps / 3 ? limit : 0 },
    ]
    return try rates.map { try Schedule(learningRates: $0, momenta: $0.map { _ in 0 }) }
  }

  /// What the losses as computed may be off by, themselves and through nodes that are off by an ulp: T steps of a
  /// few roundings each of numbers up to the largest loss so far, and sums of d terms.
  private func rounding(largest: Double, steps: Int, dimension d: Int) -> Double {
    8 * Double(steps + 1 + d) * .ulpOfOne * largest
  }

  private func check(
    _ model: NoisyQuadraticModel, _ compression: SpectralCompression, _ schedules: [Schedule],
    finalAgreement: Double? = nil
  ) {
    #expect(compression.model.dimension < model.dimension)
    // Nodes lie among the directions.
    let (h, nodes) = (model.curvature, compression.model.curvature)
    #expect((nodes.min() ?? 0) >= (h.min() ?? 0) && (nodes.max() ?? 0) <= (h.max() ?? 0))
    for (k, schedule) in schedules.enumerated() {
      let expected = model.expectedLoss(under: schedule).values
      let actual = compression.model.expectedLoss(under: schedule).values
      var (beyond, largest) = (0, 0.0)
      for t in expected.indices {
        largest = max(largest, expected[t])
        let rounding = rounding(largest: largest, steps: t, dimension: model.dimension)
        if !(abs(actual[t] - expected[t]) <= compression.certifiedError + rounding) { beyond += 1 }
      }
      #expect(beyond == 0, "schedule \(k)")
      let (last, exact) = (actual[schedule.count], expected[schedule.count])
      let bound = compression.errorBound(under: schedule)
      let rounding = rounding(largest: largest, steps: schedule.count, dimension: model.dimension)
      #expect(abs(last - exact) <= bound + rounding, "schedule \(k)")
      #expect(bound <= compression.certifiedError * (1 + 1e-12), "schedule \(k)")
      if let finalAgreement { #expect(relativeError(last, exact) <= finalAgreement, "schedule \(k)") }
    }
  }

  @Test(
    "Q4: no loss of any schedule is off by more than the certificate", arguments: Kind.allCases,
    LongTest.cases([1, 9, 60], otherwise: [9]))
  func certificate(_ kind: Kind, steps: Int) throws {
    var random = TestRandom(UInt64(steps) + 8900)
    let model = try kind.model(&random, dimension: 400)
    for tolerance in [1e-2, 1e-10] {
      for limit in [LearningRateLimit.twoOverMaximumCurvature, .value(0.3 / model.maximumCurvature)] {
        let compression = try #require(
          try SpectralCompression(model, horizon: steps, learningRateLimit: limit, tolerance: tolerance))
        #expect(compression.originalDimension == 400 && compression.horizon == steps)
        #expect(compression.learningRateLimit == (try limit.value(for: model)))
        // What was asked for, and what the rules as computed are off by: roundings of all that is there at most.
        let bound = try model.informationBound(steps: steps)
        let scale = compression.learningRateLimit * compression.learningRateLimit * Double(steps)
        var mass = model.initialLoss
        for i in model.curvature.indices {
          let noise = model.gradientNoise[i] / model.batchSize
          mass += 0.5 * model.multiplicity[i] * model.curvature[i] * noise * scale
        }
        #expect(compression.certifiedError <= tolerance * bound + 1e-12 * mass)
        check(
          model, compression,
          try schedules(&random, limit: compression.learningRateLimit, steps: steps),
          finalAgreement: tolerance == 1e-10 ? 1e-10 : nil)
      }
    }
  }

  @Test("Q4: the reference cases", arguments: ReferenceCase.all)
  func references(_ reference: ReferenceCase) throws {
    var random = TestRandom(8950)
    let model = try reference.model()
    let steps = reference.expected.horizon
    let loose = try SpectralCompression(
      model, horizon: steps, learningRateLimit: .firstStepGrowth, tolerance: 1e-3)
    guard
      let compression = try SpectralCompression(model, horizon: steps, learningRateLimit: .firstStepGrowth)
    else {
      // Of a hundred directions as many would be left.
      #expect(model.dimension == 100)
      return
    }
    let schedules = try schedules(&random, limit: compression.learningRateLimit, steps: steps)
    check(model, compression, schedules, finalAgreement: 1e-10)
    check(model, try #require(loose), schedules, finalAgreement: 1e-3)
    if model.dimension == 1000 { #expect(compression.model.dimension <= 300) }
    // Low rates put in little noise, of which the certificate for all does not know.
    #expect(compression.errorBound(under: schedules[1]) < compression.certifiedError)
  }

  @Test("Q3: a tighter tolerance and a longer run never take fewer nodes", arguments: Kind.allCases)
  func monotone(_ kind: Kind) throws {
    var random = TestRandom(9000)
    let model = try kind.model(&random, dimension: 500)
    var last = 0
    for tolerance in [0.1, 1e-2, 1e-4, 1e-7, 1e-10, 1e-14] {
      let nodes = try SpectralCompression(model, horizon: 300, tolerance: tolerance)?.model.dimension ?? 500
      #expect(nodes >= last, "\(tolerance)")
      last = nodes
    }
  }

  @Test("M6, Q1: powers of two change no digit of the nodes", arguments: Kind.allCases)
  func equivariance(_ kind: Kind) throws {
    var random = TestRandom(9100)
    let model = try kind.model(&random, dimension: 300)
    let (s, k, n) = (0x1p30, 0x1p-20, 0x1p5)
    let other = try NoisyQuadraticModel(
      curvature: model.curvature.map { s * $0 }, gradientNoise: model.gradientNoise.map { s * s * k * $0 },
      initialSecondMoment: model.initialSecondMoment.map { k * $0 },
      multiplicity: model.multiplicity.map { n * $0 }, batchSize: model.batchSize)
    let first = try #require(try SpectralCompression(model, horizon: 200))
    let second = try #require(try SpectralCompression(other, horizon: 200))
    #expect(second.model.curvature == first.model.curvature.map { s * $0 })
    #expect(second.model.gradientNoise == first.model.gradientNoise.map { s * s * k * $0 })
    #expect(second.model.initialSecondMoment == first.model.initialSecondMoment.map { k * $0 })
    #expect(second.model.multiplicity == first.model.multiplicity.map { n * $0 })
    #expect(second.certifiedError == s * k * n * first.certifiedError)
    #expect(second.learningRateLimit == first.learningRateLimit / s)
  }

  @Test("Q1: the order of the directions does not matter", arguments: Kind.allCases)
  func permutation(_ kind: Kind) throws {
    var random = TestRandom(9200)
    let model = try kind.model(&random, dimension: 400)
    let order = model.curvature.indices.map { ($0 * 147 + 31) % 400 }
    let m0 = model.initialSecondMoment
    let other = try NoisyQuadraticModel(
      curvature: order.map { model.curvature[$0] }, gradientNoise: order.map { model.gradientNoise[$0] },
      initialSecondMoment: order.map { m0[$0] }, multiplicity: order.map { model.multiplicity[$0] },
      batchSize: model.batchSize)
    let first = try #require(try SpectralCompression(model, horizon: 200))
    let second = try #require(try SpectralCompression(other, horizon: 200))
    for schedule in try schedules(&random, limit: first.learningRateLimit, steps: 200) {
      let (a, b) = (first.model.expectedLoss(under: schedule), second.model.expectedLoss(under: schedule))
      // Two certificates for one model.
      let allowed =
        first.certifiedError + second.certifiedError
        + rounding(largest: a.values.max() ?? 0, steps: 200, dimension: 400)
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) <= allowed })
      #expect(relativeError(a.final, b.final) <= 1e-10)
    }
  }

  @Test("Q4: a bound for one schedule, where there is one")
  func bounds() throws {
    let model = try ReferenceProblem.wu2018.model()
    let compression = try #require(try SpectralCompression(model, horizon: 40))
    let limit = compression.learningRateLimit
    #expect(limit == 2 / model.maximumCurvature)
    func bound(_ rate: Double, _ steps: Int, _ momentum: Double = 0) throws -> Double {
      compression.errorBound(
        under: try Schedule(
          learningRates: Array(repeating: rate, count: steps),
          momenta: Array(repeating: momentum, count: steps)))
    }
    #expect(try bound(limit, 40).isFinite)
    #expect(try bound(limit * (1 + 1e-9), 40) == .infinity)
    #expect(try bound(limit / 2, 41) == .infinity)
    #expect(try bound(limit / 2, 40, 0.1) == .infinity)
  }

  @Test("Q4: nothing to gain, or nothing to prove")
  func none() throws {
    func model(_ d: Int, noise: Double, start: Double = 1) throws -> NoisyQuadraticModel {
      try NoisyQuadraticModel(
        curvature: (1...d).map { 1 / Double($0) }, gradientNoise: Array(repeating: noise, count: d),
        initialSecondMoment: Array(repeating: start, count: d))
    }
    func isNone(_ model: NoisyQuadraticModel, _ limit: LearningRateLimit = .twoOverMaximumCurvature) throws
      -> Bool
    {
      try SpectralCompression(model, horizon: 50, learningRateLimit: limit) == nil
    }
    let usual = try model(400, noise: 1)
    #expect(try !isNone(usual))
    #expect(try !isNone(usual, .value(2)) && !isNone(usual, .value(1e-300)))
    #expect(try isNone(usual, .value(2 * (1 + 1e-9))) && isNone(usual, .none))
    #expect(try isNone(model(400, noise: 0)) && isNone(model(400, noise: 1, start: 0)))
    #expect(try isNone(model(31, noise: 1)) && isNone(model(1, noise: 1)))
  }

  @Test(
    "Q1, Q3: masses and limits near the ends of the numbers", arguments: [1e-300, 1e-20, 1],
    [1e-290, 1e-9, 2])
  func extremes(noise: Double, limit: Double) throws {
    // One panel has a noise that is nothing beside the rest.
    let d = 300
    let model = try NoisyQuadraticModel(
      curvature: (1...d).map { i -> Double in (i <= 200 ? 1 : 1e-7) / Double(i) },
      gradientNoise: (0..<d).map { $0 < 200 ? 1 : noise },
      initialSecondMoment: (0..<d).map { $0 % 2 == 0 ? 1 : 0 })
    let compression = try #require(
      try SpectralCompression(model, horizon: 60, learningRateLimit: .value(limit)))
    var random = TestRandom(9300)
    check(model, compression, try schedules(&random, limit: limit, steps: 60), finalAgreement: 1e-10)
  }

  @Test(
    "Q4: horizons, limits and tolerances outside their domains",
    arguments: [
      BadInput("no steps", .invalidCount(field: "horizon", value: 0, expected: "at least 1")) {
        _ = try SpectralCompression(ReferenceProblem.wu2018.model(), horizon: 0)
      },
      BadInput(
        "no tolerance", .invalidValue(field: "tolerance", value: 0, expected: "a number from 1e-14 to 0.1")
      ) { _ = try SpectralCompression(ReferenceProblem.wu2018.model(), horizon: 1, tolerance: 0) },
      BadInput(
        "any tolerance", .invalidValue(field: "tolerance", value: 1, expected: "a number from 1e-14 to 0.1")
      ) { _ = try SpectralCompression(ReferenceProblem.wu2018.model(), horizon: 1, tolerance: 1) },
      BadInput(
        "a tolerance that is no number",
        .invalidValue(field: "tolerance", value: .nan, expected: "a number from 1e-14 to 0.1")
      ) { _ = try SpectralCompression(ReferenceProblem.wu2018.model(), horizon: 1, tolerance: .nan) },
      BadInput(
        "a negative limit",
        .invalidValue(field: "learningRateLimit", value: -1, expected: "a finite number > 0")
      ) {
        _ = try SpectralCompression(
          ReferenceProblem.wu2018.model(), horizon: 1, learningRateLimit: .value(-1))
      },
    ])
  func refused(_ input: BadInput) { input.check() }

  @Test("Q4: many directions")
  func large() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 20_000, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let compression = try #require(try SpectralCompression(model, horizon: 400))
    #expect(compression.model.dimension <= 400)
    let rates: [Double] = (0..<400).map { t in 2 / Double(1 + t / 10) }
    let momenta = [Double](repeating: 0, count: 400)
    check(model, compression, [try Schedule(learningRates: rates, momenta: momenta)], finalAgreement: 1e-10)
  }
}
