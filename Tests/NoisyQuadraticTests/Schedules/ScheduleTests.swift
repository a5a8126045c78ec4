import Foundation
import NoisyQuadratic
import Testing

@Suite("Schedules")
struct ScheduleTests {
  @Test("A schedule is a collection of its steps")
  func collection() throws {
    let schedule = try Schedule(learningRates: [0.5, 0, 0.25], momenta: [0, 0.9, 0])
    #expect(schedule.count == 3)
    #expect(schedule[1] == Schedule.Step(learningRate: 0, momentum: 0.9))
    #expect(schedule.map(\.learningRate) == [0.5, 0, 0.25])
    #expect(schedule.usesMomentum)
    let plain = try Schedule(learningRates: [1, 2])
    #expect(!plain.usesMomentum)
    #expect(plain.momenta == [0, 0])
    #expect(try Schedule(learningRates: []).isEmpty)
  }

  @Test("Constant")
  func constant() throws {
    let schedule = try Schedule.constant(learningRate: 0.3, momentum: 0.9, steps: 4)
    #expect(schedule.learningRates == [0.3, 0.3, 0.3, 0.3])
    #expect(schedule.momenta == [0.9, 0.9, 0.9, 0.9])
    #expect(try Schedule.constant(learningRate: 0.3, steps: 0).isEmpty)
  }

  @Test("Linear: initial value first, end value from the transition on, even steps between")
  func linear() throws {
    let schedule = try Schedule.linear(initialValue: 1, endValue: 0.5, transitionSteps: 4, steps: 7)
    #expect(schedule.learningRates == [1, 0.875, 0.75, 0.625, 0.5, 0.5, 0.5])
    let whole = try Schedule.linear(initialValue: 1, momentum: 0.5, steps: 4)
    #expect(whole.learningRates == [1, 0.75, 0.5, 0.25])
    #expect(whole.momenta == [0.5, 0.5, 0.5, 0.5])
    let rising = try Schedule.linear(initialValue: 0, endValue: 0.1, transitionSteps: 3, steps: 4)
    #expect(rising.learningRates[3] == 0.1)
    #expect(try Schedule.linear(initialValue: 1, steps: 0).isEmpty)
  }

  @Test("Exponential: one factor per transition")
  func exponential() throws {
    let schedule = try Schedule.exponential(initialValue: 2, decayRate: 0.25, transitionSteps: 2, steps: 5)
    let expected = [2, 1, 0.5, 0.25, 0.125]
    // A power is right to an ulp or two.
    #expect(largestRelativeError(schedule.learningRates, expected) <= 4 * .ulpOfOne)
    #expect(schedule.learningRates[0] == 2)
    let growing = try Schedule.exponential(initialValue: 1, decayRate: 2, momentum: 0.1, steps: 4)
    #expect(growing.learningRates == [1, 2, 4, 8])
  }

  @Test("Inverse time: α₀ / (1 + t/K)^β")
  func inverseTime() throws {
    let schedule = try Schedule.inverseTime(initialValue: 0.8, timeScale: 5000, exponent: 1.5, steps: 20_001)
    #expect(schedule.learningRates[0] == 0.8)
    for t in [1, 77, 5000, 20_000] {
      // exp and log1p against a power: a few ulp.
      let expected = 0.8 / pow(1 + Double(t) / 5000, 1.5)
      #expect(relativeError(schedule.learningRates[t], expected) <= 8 * .ulpOfOne)
    }
    let one = try Schedule.inverseTime(initialValue: 1, timeScale: 1, steps: 4)
    #expect(largestRelativeError(one.learningRates, [1, 1.0 / 2, 1.0 / 3, 1.0 / 4]) <= 4 * .ulpOfOne)
    let flat = try Schedule.inverseTime(initialValue: 1, timeScale: 1, exponent: 0, steps: 3)
    #expect(flat.learningRates == [1, 1, 1])
  }

  @Test("Cosine: half a wave between the ends")
  func cosine() throws {
    let schedule = try Schedule.cosine(initialValue: 1, endValue: 0.5, transitionSteps: 6, steps: 9)
    // Cosines of multiples of π/6: an absolute error of an ulp.
    let wave = [1, 3.0.squareRoot() / 2, 0.5, 0, -0.5, -(3.0.squareRoot()) / 2, -1, -1, -1]
    for (actual, cosine) in zip(schedule.learningRates, wave) {
      #expect(abs(actual - (0.5 + 0.25 * (1 + cosine))) <= 2 * .ulpOfOne)
    }
    #expect(schedule.learningRates[0] == 1)
    #expect(schedule.learningRates[6...] == [0.5, 0.5, 0.5])
    let whole = try Schedule.cosine(initialValue: 1, momentum: 0.9, steps: 2)
    #expect(abs(whole.learningRates[1] - 0.5) <= 2 * .ulpOfOne)
  }

  @Test("Piecewise constant: each value from its boundary on")
  func piecewiseConstant() throws {
    let schedule = try Schedule.piecewiseConstant(
      values: [3, 2, 1], boundaries: [1, 4], momentum: 0.2, steps: 6)
    #expect(schedule.learningRates == [3, 2, 2, 2, 1, 1])
    #expect(schedule.momenta.allSatisfy { $0 == 0.2 })
    #expect(try Schedule.piecewiseConstant(values: [5], boundaries: [], steps: 2).learningRates == [5, 5])
  }

  @Test("Warmup–stable–decay: no step at rate 0, the peak between, the end just missed")
  func warmupStableDecay() throws {
    let schedule = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 3, decaySteps: 4, steps: 10)
    #expect(schedule.learningRates == [0.25, 0.5, 0.75, 1, 1, 1, 1, 0.75, 0.5, 0.25])
    let end = try Schedule.warmupStableDecay(
      peakValue: 1, warmupSteps: 0, decaySteps: 2, endValue: 0.5, momentum: 0.1, steps: 2)
    #expect(end.learningRates == [1, 0.75])
    let stable = try Schedule.warmupStableDecay(peakValue: 2, warmupSteps: 0, decaySteps: 0, steps: 3)
    #expect(stable.learningRates == [2, 2, 2])
    let all = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 1, decaySteps: 1, steps: 2)
    #expect(all.learningRates == [0.5, 1])
  }

  private static let notNegative = "a finite number ≥ 0"

  static let badInput: [BadInput] = [
    BadInput(
      "rate negative", .invalidValue(field: "learningRate", index: 1, value: -1, expected: notNegative)
    ) {
      _ = try Schedule(learningRates: [1, -1])
    },
    BadInput("rate NaN", .invalidValue(field: "learningRate", index: 0, value: .nan, expected: notNegative)) {
      _ = try Schedule(learningRates: [.nan])
    },
    BadInput(
      "rate infinite", .invalidValue(field: "learningRate", index: 0, value: .infinity, expected: notNegative)
    ) { _ = try Schedule.constant(learningRate: .infinity, steps: 2) },
    BadInput(
      "momentum negative", .invalidValue(field: "momentum", index: 0, value: -0.1, expected: notNegative)
    ) {
      _ = try Schedule.constant(learningRate: 1, momentum: -0.1, steps: 2)
    },
    BadInput("momentum NaN", .invalidValue(field: "momentum", index: 1, value: .nan, expected: notNegative)) {
      _ = try Schedule(learningRates: [1, 1], momenta: [0, .nan])
    },
    BadInput("momentum too short", .lengthMismatch(field: "momentum", expected: 2, actual: 1)) {
      _ = try Schedule(learningRates: [1, 1], momenta: [0])
    },
    BadInput("steps negative", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
      _ = try Schedule.constant(learningRate: 1, steps: -1)
    },
    BadInput("line with negative steps", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
      _ = try Schedule.linear(initialValue: 1, steps: -1)
    },
    BadInput("transition", .invalidCount(field: "transitionSteps", value: 0, expected: "at least 1")) {
      _ = try Schedule.linear(initialValue: 1, transitionSteps: 0, steps: 3)
    },
    BadInput("cosine transition", .invalidCount(field: "transitionSteps", value: -2, expected: "at least 1"))
    {
      _ = try Schedule.cosine(initialValue: 1, transitionSteps: -2, steps: 3)
    },
    BadInput(
      "line below zero", .invalidValue(field: "learningRate", index: 2, value: -1, expected: notNegative)
    ) {
      _ = try Schedule.linear(initialValue: 1, endValue: -1, transitionSteps: 2, steps: 3)
    },
    BadInput("decay rate", .invalidValue(field: "decayRate", value: 0, expected: "a finite number > 0")) {
      _ = try Schedule.exponential(initialValue: 1, decayRate: 0, steps: 3)
    },
    BadInput(
      "exponential transition", .invalidCount(field: "transitionSteps", value: 0, expected: "at least 1")
    ) {
      _ = try Schedule.exponential(initialValue: 1, decayRate: 0.5, transitionSteps: 0, steps: 3)
    },
    BadInput("time scale", .invalidValue(field: "timeScale", value: 0, expected: "a finite number > 0")) {
      _ = try Schedule.inverseTime(initialValue: 1, timeScale: 0, steps: 3)
    },
    BadInput("exponent", .invalidValue(field: "exponent", value: -1, expected: notNegative)) {
      _ = try Schedule.inverseTime(initialValue: 1, timeScale: 1, exponent: -1, steps: 3)
    },
    BadInput("values", .lengthMismatch(field: "values", expected: 3, actual: 2)) {
      _ = try Schedule.piecewiseConstant(values: [1, 2], boundaries: [1, 2], steps: 4)
    },
    BadInput("boundary 0", .invalidCount(field: "boundaries", value: 0, expected: "above 0 and below 4")) {
      _ = try Schedule.piecewiseConstant(values: [1, 2], boundaries: [0], steps: 4)
    },
    BadInput(
      "boundary at the end", .invalidCount(field: "boundaries", value: 4, expected: "above 0 and below 4")
    ) {
      _ = try Schedule.piecewiseConstant(values: [1, 2], boundaries: [4], steps: 4)
    },
    BadInput(
      "boundaries that fall", .invalidCount(field: "boundaries", value: 2, expected: "above 2 and below 4")
    ) {
      _ = try Schedule.piecewiseConstant(values: [1, 2, 3], boundaries: [2, 2], steps: 4)
    },
    BadInput("warmup", .invalidCount(field: "warmupSteps", value: 5, expected: "0 to 4")) {
      _ = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 5, decaySteps: 0, steps: 4)
    },
    BadInput("decay", .invalidCount(field: "decaySteps", value: 2, expected: "0 to 1")) {
      _ = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 3, decaySteps: 2, steps: 4)
    },
    BadInput("negative warmup", .invalidCount(field: "warmupSteps", value: -1, expected: "0 to 4")) {
      _ = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: -1, decaySteps: 2, steps: 4)
    },
    BadInput("negative run with warmup", .invalidCount(field: "steps", value: -4, expected: "at least 0")) {
      _ = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 0, decaySteps: 0, steps: -4)
    },
  ]

  @Test("Bad schedules are refused with field, index and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Absurd lengths are refused before anything is allocated", arguments: [1 << 50, .max])
  func hugeSteps(_ steps: Int) {
    expectExceedsMemory("steps", steps) { _ = try Schedule.constant(learningRate: 1, steps: steps) }
    expectExceedsMemory("steps", steps) { _ = try Schedule.cosine(initialValue: 1, steps: steps) }
    expectExceedsMemory("steps", steps) {
      _ = try Schedule.warmupStableDecay(peakValue: 1, warmupSteps: 1, decaySteps: 1, steps: steps)
    }
  }
}
