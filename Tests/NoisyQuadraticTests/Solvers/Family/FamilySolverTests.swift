import Foundation
import NoisyQuadratic
import Testing

@Suite("Best member of a family")
struct FamilySolverTests {
  private static let cap = HyperparameterLimits(learningRate: .oneOverMaximumCurvature)

  @Test(
    "S9, F6: one curvature, where the optimum of every schedule is an inverse-time decay", arguments: 0..<6)
  func equalCurvature(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7000)
    let (h, c, m) = (random.uniform(0.5, 2), random.uniform(0.5, 4), random.uniform(0.2, 2))
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [c], initialSecondMoment: [m])
    // α_t = h m₀/(h² m₀ (1 + t) + c) = α₀/(1 + t/K).
    let timeScale = 1 + c / (h * h * m)
    let solver = FamilySolver(family: InverseTimeFamily(timeScale: timeScale), limits: Self.cap)
    let fit = try solver.fit(model, horizon: 20)
    let best = try EqualCurvatureSolver(limits: Self.cap).solve(model, horizon: 20)
    #expect(relativeError(fit.solution.finalLoss, best.finalLoss) <= 1e-14)
    // A minimum is flat: half the digits, less for the exponent, on which little depends.
    #expect(relativeError(fit.parameters[0], h * m / (h * h * m + c)) <= 1e-6)
    #expect(abs(fit.parameters[1] - 1) <= 1e-5)
    // Values stall at the last digit, slopes at its root.
    #expect(fit.residual <= 1e-6)
    #expect(fit.solution.termination == .converged)
  }

  @Test(
    "C1, C2, F6: the best constant is that of the constant solver", .long, arguments: [0, 0.95],
    LongTest.cases(Array(0..<4)))
  func constant(momentum: Double, seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7100)
    let model = try random.model(dimension: 3, noise: 0.3)
    let limits = HyperparameterLimits(momentum: momentum)
    let family = ConstantFamily(momentum: momentum > 0 ? .fitted : .fixed(0))
    for horizon in [1, 7, 40] {
      let fit = try FamilySolver(family: family, limits: limits).fit(model, horizon: horizon)
      let best = try ConstantSolver(limits: limits).solve(model, horizon: horizon)
      #expect(fit.solution.finalLoss <= best.finalLoss * (1 + 1e-12))
      #expect(fit.solution.finalLoss >= best.finalLoss * (1 - 1e-8))
    }
  }

  @Test("S6, F6: as many pieces as steps are the full horizon", arguments: 0..<4)
  func everyStep(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7200)
    let model = try random.model(dimension: 3)
    let family = try PiecewiseConstantFamily(pieces: 6)
    let fit = try FamilySolver(family: family, limits: Self.cap).fit(model, horizon: 6)
    let best = try FullHorizonSolver(limits: Self.cap).solve(model, horizon: 6)
    // Rates at zero are out of a logarithm's reach, but for the last digits.
    #expect(relativeError(fit.solution.finalLoss, best.finalLoss) <= 1e-6)
  }

  static let families: [any ScheduleFamily] = [
    LinearFamily(), CosineFamily(), PolynomialFamily(), ExponentialFamily(), InverseTimeFamily(timeScale: 5),
    ConstantFamily(momentum: .fitted), InverseTimeFamily(timeScale: 20, momentum: .fixed(0.5)),
  ]

  @Test(
    "F5, F6: no point of a fine grid is better", .long, arguments: families.indices,
    LongTest.cases([0.01, 1]))
  func grid(index: Int, noise: Double) throws {
    let family = Self.families[index]
    var random = TestRandom(UInt64(index) + 7300)
    let model = try random.model(dimension: 3, noise: noise)
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: 0.9)
    let horizon = 12
    let fit = try FamilySolver(family: family, limits: limits).fit(model, horizon: horizon)
    var lowest = Double.infinity
    let count = 40
    func value(_ parameter: ScheduleParameter, _ x: Double) -> Double {
      switch parameter.quantity {
      case .learningRate: return parameter.scale == .linear ? 2 * x : 2 * pow(1e-4, 1 - x)
      case .momentum: return 0.9 * x
      case .number(let range): return range.lowerBound * pow(range.upperBound / range.lowerBound, x)
      }
    }
    for i in 0...count {
      for j in 0...count {
        let values = zip(family.parameters, [i, j]).map { value($0, Double($1) / Double(count)) }
        lowest = min(lowest, model.expectedLoss(under: try family.schedule(values, steps: horizon)).final)
      }
    }
    // The solver's range ends where a rate no longer matters.
    #expect(fit.solution.finalLoss <= lowest * (1 + 1e-9))
    // Twelve steps of a few ulp of the largest loss.
    let losses = PlainMoments.losses(model, fit.solution.schedule)
    #expect(largestScaledError(fit.solution.losses.values, losses) <= 1e-13)
    #expect(try fit.solution.schedule == family.schedule(fit.parameters, steps: horizon))
  }

  @Test(
    "S13, F6: another objective is minimized in its place",
    arguments: [Objective.averageLoss, .loss(atStep: 5)])
  func objective(_ objective: Objective) throws {
    var random = TestRandom(7400)
    let model = try random.model(dimension: 4)
    let family = LinearFamily()
    let fit = try FamilySolver(family: family, limits: Self.cap, objective: objective).fit(model, horizon: 15)
    #expect(fit.solution.objective == objective)
    // Starts are reported in the unit of the objective.
    let lowest = try #require(fit.solution.statistics.starts.map(\.finalLoss).min())
    #expect(relativeError(lowest, fit.solution.objectiveValue) <= 1e-12)
    for (i, j) in [(0.9, 1.0), (1.1, 1), (1, 0.9), (1, 1.1)] {
      let other = [min(fit.parameters[0] * i, 1), min(fit.parameters[1] * j, 1)]
      let value = try model.value(of: objective, under: family.schedule(other, steps: 15))
      #expect(fit.solution.objectiveValue <= value * (1 + 1e-13))
    }
    let final = try FamilySolver(family: family, limits: Self.cap).fit(model, horizon: 15)
    #expect(final.solution.finalLoss < fit.solution.finalLoss)
  }

  @Test("M6, F5: units change nothing but the unit of the rate")
  func units() throws {
    var random = TestRandom(7500)
    let model = try random.model(dimension: 3)
    let scaled = try NoisyQuadraticModel(
      curvature: model.curvature.map { 16 * $0 }, gradientNoise: model.gradientNoise.map { 256 * $0 },
      initialMean: model.initialMean, initialVariance: model.initialVariance,
      multiplicity: model.multiplicity, batchSize: model.batchSize)
    let solver = FamilySolver(family: ExponentialFamily())
    let (one, other) = (try solver.fit(model, horizon: 10), try solver.fit(scaled, horizon: 10))
    #expect(relativeError(16 * one.solution.finalLoss, other.solution.finalLoss) <= 1e-12)
    #expect(relativeError(one.parameters[0] / 16, other.parameters[0]) <= 1e-5)
  }

  @Test("F5: limits bind exactly, at a cap as at full decay")
  func limits() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.01], gradientNoise: [0, 0], initialSecondMoment: [1, 1])
    let limits = HyperparameterLimits(learningRate: .value(0.3))
    for family in Self.families.dropLast(2) {
      let fit = try FamilySolver(family: family, limits: limits).fit(model, horizon: 10)
      // Without noise every step wants the largest rate.
      #expect(fit.solution.schedule.learningRates[0] == 0.3)
      #expect(fit.solution.schedule.learningRates.allSatisfy { $0 <= 0.3 })
      #expect(fit.residual <= 1e-6)
    }
  }

  @Test("F5: standing still is a member of every family")
  func rest() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [0])
    for family in Self.families {
      let limits = HyperparameterLimits(momentum: 0.9)
      let fit = try FamilySolver(family: family, limits: limits).fit(model, horizon: 4)
      #expect(fit.parameters[0] == 0 && fit.solution.finalLoss == 0)
    }
  }

  @Test("F1: a family that exceeds the limit has no candidates but those that keep to it")
  func excess() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [1])
    let limits = HyperparameterLimits(learningRate: .value(0.25))
    let fit = try FamilySolver(family: Excessive(), limits: limits).fit(model, horizon: 5)
    #expect(fit.solution.schedule.learningRates.allSatisfy { $0 <= 0.25 })
    // Twice the parameter is the rate: the best is half the limit.
    #expect(abs(fit.parameters[0] - 0.125) <= 1e-9)
  }

  /// A family that breaks the promise on its largest rate.
  private struct Excessive: ScheduleFamily {
    var momentum: FamilyMomentum { .fixed(0) }
    var rateParameters: [ScheduleParameter] { ConstantFamily().rateParameters }

    func schedule(
      rateParameters values: [Double], momentum: Double, steps: Int
    ) throws(NoisyQuadraticError) -> Schedule {
      try .constant(learningRate: 2 * values[0], momentum: momentum, steps: steps)
    }

    func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
      [Array(repeating: 2, count: steps)]
    }
  }

  @Test("F6: warmup and decay, whose rates have kinks, against a grid")
  func kinks() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 8, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let family = WarmupStableDecayFamily()
    let fit = try FamilySolver(family: family, limits: Self.cap).fit(model, horizon: 20)
    for peak in stride(from: 0.1, through: 1, by: 0.1) {
      for warmup in stride(from: 0, through: 1, by: 0.125) {
        for decay in stride(from: 0, through: 1, by: 0.125) {
          let schedule = try family.schedule([peak, warmup, decay], steps: 20)
          #expect(fit.solution.finalLoss <= model.expectedLoss(under: schedule).final * (1 + 1e-12))
        }
      }
    }
  }

  @Test("The search is deterministic, and stops where it is told to")
  func options() throws {
    var random = TestRandom(7600)
    let model = try random.model(dimension: 3)
    var solver = FamilySolver(family: CosineFamily(), limits: Self.cap)
    #expect(try solver.fit(model, horizon: 9) == solver.fit(model, horizon: 9))
    solver.options.maximumIterations = 1
    solver.options.descents = 3
    let short = try solver.fit(model, horizon: 9)
    #expect(short.solution.termination == .iterationLimit)
    #expect(short.solution.statistics.starts.count == 3)
    solver.options.scanPoints = -5
    solver.options.descents = 0
    #expect(try solver.fit(model, horizon: 9).solution.statistics.starts.count == 1)
  }

  static let badInput: [BadInput] = [
    BadInput(
      "momentum beyond its limit",
      .invalidValue(field: "momentum", value: 0.9, expected: "0 to the momentum limit, 0.5")
    ) { try fit(InverseTimeFamily(momentum: .fixed(0.9)), HyperparameterLimits(momentum: 0.5)) },
    BadInput(
      "momentum not a number",
      .invalidValue(field: "momentum", value: .nan, expected: "0 to the momentum limit, 0.5")
    ) { try fit(InverseTimeFamily(momentum: .fixed(.nan)), HyperparameterLimits(momentum: 0.5)) },
    BadInput("time scale", .invalidValue(field: "timeScale", value: 0, expected: "a finite number > 0")) {
      try fit(InverseTimeFamily(timeScale: 0), HyperparameterLimits())
    },
    BadInput("pieces", .invalidCount(field: "pieces", value: 9, expected: "1 to 3")) {
      try fit(try PiecewiseConstantFamily(pieces: 9), HyperparameterLimits())
    },
    BadInput("objective", .invalidCount(field: "atStep", value: 4, expected: "1 to the horizon, 3")) {
      try fit(ConstantFamily(), HyperparameterLimits(), .loss(atStep: 4))
    },
  ]

  private static func fit(
    _ family: any ScheduleFamily, _ limits: HyperparameterLimits, _ objective: Objective = .finalLoss
  ) throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    _ = try FamilySolver(family: family, limits: limits, objective: objective).fit(model, horizon: 3)
  }

  @Test("What does not fit is refused", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }
}
