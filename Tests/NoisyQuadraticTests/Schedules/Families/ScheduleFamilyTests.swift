import Foundation
import NoisyQuadratic
import Testing

@Suite("Schedule families")
struct ScheduleFamilyTests {
  /// Rates and derivatives from 60 digits.
  struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    let family: String
    let constant: Double?
    let parameters, rates: [Double]
    let derivatives: [[Double]]
    let decayType: String?
    let endFraction: Double?

    var testDescription: String { "\(family) \(decayType ?? "") \(parameters), T = \(rates.count)" }

    func make() throws -> any ScheduleFamily {
      switch family {
      case "constant": return ConstantFamily()
      case "linear": return LinearFamily()
      case "cosine": return CosineFamily()
      case "polynomial": return PolynomialFamily()
      case "exponential": return ExponentialFamily()
      case "inverseSquareRoot": return InverseSquareRootFamily()
      case "inverseTime": return InverseTimeFamily(timeScale: constant ?? 5000)
      case "warmupStableDecay":
        return WarmupStableDecayFamily(decayType: try decay(), endFraction: endFraction ?? 0)
      case "fittedDecay": return FittedDecayFamily(decayType: try decay())
      case "inversePower": return InversePowerFamily(exponent: constant)
      case "oneCycle": return OneCycleFamily()
      case "stepDecay": return try StepDecayFamily(drops: Int(constant ?? 1))
      case "piecewiseConstant": return try PiecewiseConstantFamily(pieces: Int(constant ?? 1))
      default: throw Fixture.Missing(name: family)
      }
    }

    private func decay() throws -> DecayType {
      switch decayType {
      case nil, "linear": return .linear
      case "oneMinusSquareRoot": return .oneMinusSquareRoot
      case "cosine": return .cosine
      case "exponential": return .exponential
      case "power": return .power(constant ?? 1)
      case let name?: throw Fixture.Missing(name: name)
      }
    }

    static let all = (try? Fixture.load([Reference].self, "families")) ?? []
  }

  @Test("There are reference values for every family")
  func fixture() {
    #expect(Set(Reference.all.map(\.family)).count == 13)
    #expect(Set(Reference.all.compactMap(\.decayType)).count == 5)
  }

  @Test("F2, F3, F4, F10: rates and derivatives against 60 digits", arguments: Reference.all)
  func derivatives(_ reference: Reference) throws {
    let family = try reference.make()
    let steps = reference.rates.count
    let rates = try family.schedule(reference.parameters, steps: steps).learningRates
    // Powers of up to 150 multiply the error of their logarithm; cosines err absolutely.
    #expect(largestScaledError(rates, reference.rates) <= 32 * .ulpOfOne)
    let derivatives = try family.rateDerivatives(reference.parameters, steps: steps)
    #expect(derivatives.count == reference.derivatives.count)
    for (actual, expected) in zip(derivatives, reference.derivatives) {
      if expected.allSatisfy({ $0 == 0 }) {
        #expect(actual == expected)
      } else {
        #expect(largestScaledError(actual, expected) <= 64 * .ulpOfOne)
      }
    }
  }

  @Test(
    "F1: rates scale with the learning-rate parameters and never exceed the largest", arguments: Reference.all
  )
  func scaling(_ reference: Reference) throws {
    let family = try reference.make()
    let isRate = family.rateParameters.map { $0.quantity == .learningRate }
    func rates(_ scale: Double) throws -> [Double] {
      let scaled = zip(reference.parameters, isRate).map { $1 ? scale * $0 : $0 }
      return try family.schedule(scaled, steps: reference.rates.count).learningRates
    }
    let once = try rates(1)
    #expect(try rates(4) == once.map { 4 * $0 })
    #expect(try rates(0).allSatisfy { $0 == 0 })
    let largest = zip(reference.parameters, isRate).filter(\.1).map(\.0).max() ?? 0
    // A line between equal ends may round up.
    #expect(once.allSatisfy { $0 <= largest * (1 + 2 * .ulpOfOne) })
  }

  @Test(
    "F1: the chain rule gives the derivatives of the objective",
    arguments: Reference.all.filter { $0.rates.count == 7 })
  func chainRule(_ reference: Reference) throws {
    var random = TestRandom(UInt64(reference.parameters.count) + 5000)
    let model = try random.model(dimension: 4)
    let rate = try reference.make()
    let family = Fitted(rates: rate)
    let values = reference.parameters + [0.6]
    func value(_ values: [Double]) throws -> Double {
      try model.value(of: .averageLoss, under: family.schedule(values, steps: 7))
    }
    let schedule = try family.schedule(values, steps: 7)
    let gradient = try model.gradient(of: .averageLoss, under: schedule)
    let actual = try family.gradient(
      values, learningRates: gradient.learningRates, momenta: gradient.momenta)
    #expect(actual.count == values.count)
    #expect(family.parameters.last?.quantity == .momentum)
    for j in values.indices {
      // Away from the ends of a domain and from kinks, where differences on both sides have no meaning.
      if reference.family == "warmupStableDecay", j == 1 || j == 2 { continue }
      let width = 1e-5 * values[j]
      var (up, down) = (values, values)
      up[j] += width
      down[j] -= width
      if values[j] == 0 { continue }
      let difference = try (value(up) - value(down)) / (2 * width)
      let scale = abs(difference) + model.initialLoss / values[j] * 1e-3
      // Truncation is of relative order 10⁻¹⁰, rounding 10⁻¹⁶ over 10⁻⁵.
      #expect(abs(actual[j] - difference) <= 1e-7 * scale, "parameter \(j)")
    }
  }

  /// Any family with momentum as a parameter.
  private struct Fitted: ScheduleFamily {
    let rates: any ScheduleFamily
    var rateParameters: [ScheduleParameter] { rates.rateParameters }
    var momentum: FamilyMomentum { .fitted }

    func schedule(
      rateParameters values: [Double], momentum: Double, steps: Int
    ) throws(NoisyQuadraticError) -> Schedule {
      try rates.schedule(rateParameters: values, momentum: momentum, steps: steps)
    }

    func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
      try rates.rateDerivatives(values, steps: steps)
    }
  }

  @Test("F4: whole numbers of warmup and decay are the schedule of that name")
  func wholeWarmup() throws {
    let family = WarmupStableDecayFamily(momentum: .fixed(0.5))
    for (warmup, decay) in [(0, 0), (2, 7), (0, 8), (4, 2), (8, 0)] {
      let rest = Double(8 - warmup)
      let schedule = try family.schedule(
        [0.75, Double(warmup) / 8, rest > 0 ? min(Double(decay) / rest, 1) : 0], steps: 8)
      let expected = try Schedule.warmupStableDecay(
        peakValue: 0.75, warmupSteps: warmup, decaySteps: min(decay, 8 - warmup), momentum: 0.5, steps: 8)
      #expect(largestScaledError(schedule.learningRates, expected.learningRates) <= 4 * .ulpOfOne)
      #expect(schedule.momenta == expected.momenta)
    }
  }

  @Test("Families map to the schedules of their names")
  func builders() throws {
    let inverse = try InverseTimeFamily(timeScale: 40, momentum: .fixed(0.9)).schedule([0.2, 1.5], steps: 9)
    #expect(
      try inverse == .inverseTime(initialValue: 0.2, timeScale: 40, exponent: 1.5, momentum: 0.9, steps: 9))
    let cosine = try CosineFamily(momentum: .fitted).schedule([0.2, 0.1, 0.7], steps: 9)
    #expect(try cosine == .cosine(initialValue: 0.2, endValue: 0.1, momentum: 0.7, steps: 9))
    let root = try InverseSquareRootFamily(momentum: .fixed(0.5)).schedule([0.2, 0.25], steps: 8)
    #expect(try root == .inverseSquareRoot(peakValue: 0.2, warmupSteps: 2, momentum: 0.5, steps: 8))
    let pieces = try PiecewiseConstantFamily(pieces: 3).schedule([3, 2, 1], steps: 8)
    #expect(pieces.learningRates == [3, 3, 2, 2, 2, 1, 1, 1])
    #expect(try PolynomialFamily().schedule([1, 2], steps: 4).learningRates == [1, 0.5625, 0.25, 0.0625])
    #expect(try ExponentialFamily().schedule([1, 0.0625], steps: 4).learningRates == [1, 0.5, 0.25, 0.125])
    #expect(try LinearFamily().schedule([1, 0], steps: 0).isEmpty)
    let drops = try StepDecayFamily(drops: 2).schedule([1, 0.5], steps: 8)
    #expect(try drops == .stepDecay(initialValue: 1, decayRate: 0.5, transitionSteps: 3, steps: 8))
    #expect(try StepDecayFamily(drops: 9).schedule([1, 0.5], steps: 3).learningRates == [1, 0.5, 0.25])
    let fitted = FittedDecayFamily(decayType: .power(1), momentum: .fixed(0.5))
    #expect(
      try fitted.schedule([0.8, 0.25, 0.5, 0.1, 2], steps: 8)
        == WarmupStableDecayFamily(decayType: .power(2), endFraction: 0.1, momentum: .fixed(0.5))
        .schedule([0.8, 0.25, 0.5], steps: 8))
    let cycle = try OneCycleFamily(momentum: .fixed(0.9)).schedule([0.8, 0.5, 0.125, 0.0625], steps: 9)
    let known = try Schedule.oneCycle(
      peakValue: 0.8, pctStart: 5 / 9, divFactor: 8, finalDivFactor: 2, steps: 9)
    #expect(largestScaledError(cycle.learningRates, known.learningRates) <= 8 * .ulpOfOne)
    #expect(cycle.momenta == Array(repeating: 0.9, count: 9) && cycle.learningRates[4] == 0.8)
    // Without a rise, the first step is the peak.
    #expect(try OneCycleFamily().schedule([0.8, 0, 0.125, 0.0625], steps: 9).learningRates[0] == 0.8)
  }

  static let badInput: [BadInput] = [
    BadInput("too few values", .lengthMismatch(field: "parameters", expected: 2, actual: 1)) {
      _ = try InverseTimeFamily().schedule([1], steps: 3)
    },
    BadInput("no momentum", .lengthMismatch(field: "parameters", expected: 3, actual: 2)) {
      _ = try InverseTimeFamily(momentum: .fitted).schedule([1, 1], steps: 3)
    },
    BadInput("values of a gradient", .lengthMismatch(field: "parameters", expected: 1, actual: 0)) {
      _ = try ConstantFamily().gradient([], learningRates: [1], momenta: [0])
    },
    BadInput("exponent", .invalidValue(field: "exponent", value: -1, expected: "a finite number ≥ 0")) {
      _ = try InverseTimeFamily().schedule([1, -1], steps: 3)
    },
    BadInput("power", .invalidValue(field: "power", value: .infinity, expected: "a finite number ≥ 0")) {
      _ = try PolynomialFamily().schedule([1, .infinity], steps: 3)
    },
    BadInput(
      "warmup", .invalidValue(field: "warmupFraction", value: 1.5, expected: "a number from 0 to 1")
    ) { _ = try WarmupStableDecayFamily().schedule([1, 1.5, 0], steps: 3) },
    BadInput("decay", .invalidValue(field: "decayFraction", value: .nan, expected: "a number from 0 to 1")) {
      _ = try WarmupStableDecayFamily().schedule([1, 0, .nan], steps: 3)
    },
    BadInput(
      "no warmup",
      .invalidValue(field: "warmupFraction", value: 0, expected: "a number above 0 and at most 1")
    ) { _ = try InverseSquareRootFamily().schedule([1, 0], steps: 3) },
    BadInput(
      "end fraction", .invalidValue(field: "endFraction", value: 1.5, expected: "a number from 0 to 1")
    ) { _ = try WarmupStableDecayFamily(endFraction: 1.5).schedule([1, 0, 0], steps: 3) },
    BadInput(
      "exponential to 0",
      .invalidValue(
        field: "endFraction", value: 0, expected: "a number > 0, since an exponential decay never reaches 0")
    ) { _ = try WarmupStableDecayFamily(decayType: .exponential).schedule([1, 0, 0], steps: 3) },
    BadInput("drops", .invalidCount(field: "drops", value: 0, expected: "at least 1")) {
      _ = try StepDecayFamily(drops: 0)
    },
    BadInput(
      "factor of drops",
      .invalidValue(field: "decayRate", value: 2, expected: "a number above 0 and at most 1")
    ) { _ = try StepDecayFamily(drops: 1).schedule([1, 2], steps: 3) },
    BadInput(
      "time scale", .invalidValue(field: "timeFraction", value: 0, expected: "a finite number > 0")
    ) { _ = try InversePowerFamily().schedule([1, 0, 1], steps: 3) },
    BadInput(
      "first rate", .invalidValue(field: "initialFraction", value: 2, expected: "a number from 0 to 1")
    ) { _ = try OneCycleFamily().schedule([1, 0.5, 2, 0.5], steps: 3) },
    BadInput("pieces", .invalidCount(field: "pieces", value: 0, expected: "at least 1")) {
      _ = try PiecewiseConstantFamily(pieces: 0)
    },
    BadInput("more pieces than steps", .invalidCount(field: "pieces", value: 4, expected: "1 to 3")) {
      _ = try PiecewiseConstantFamily(pieces: 4).schedule([1, 1, 1, 1], steps: 3)
    },
    BadInput("steps", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
      _ = try WarmupStableDecayFamily().schedule([1, 0, 0], steps: -1)
    },
  ]

  @Test("Bad parameters are refused with field and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Absurd counts are refused before anything is allocated")
  func absurd() {
    expectExceedsMemory("pieces", 1 << 60) { _ = try PiecewiseConstantFamily(pieces: 1 << 60) }
    expectExceedsMemory("steps", 1 << 60) { _ = try InverseTimeFamily().schedule([1, 1], steps: 1 << 60) }
  }
}
