import NoisyQuadratic
import Testing

@Suite struct ScheduleCompositionTests {
  private let a: Schedule
  private let b: Schedule

  init() throws {
    a = try Schedule(learningRates: [0.5, 0.25, 0], momenta: [0.9, 0, 0.5], convention: .pytorch)
    b = try Schedule(learningRates: [0.3, 0.7], momenta: [0.1, 0.2], convention: .pytorch)
  }

  @Test("To join and then cut gives back the parts, in their convention")
  func joinAndCut() throws {
    let joined = try Schedule.join([a, b, a])
    #expect(joined.count == 8)
    #expect(try joined.cut(to: 3) == a)
    #expect(try joined.cut(from: 3, to: 5) == b)
    #expect(try joined.cut(from: 5) == a)
    #expect(try joined.cut(from: 4, to: 4).isEmpty)
    #expect(try a.appending(b).appending(a) == joined)
    #expect(try Schedule.join([a]) == a)
  }

  @Test("Boundaries are the steps at which the next schedule starts")
  func boundaries() throws {
    let joined = try Schedule.join([a, b, a], boundaries: [2, 3])
    #expect(try joined == .join([a.cut(to: 2), b.cut(to: 1), a]))
    #expect(try Schedule.join([a, b], boundaries: [3]) == a.appending(b))
    #expect(try Schedule.join([a], boundaries: []) == a)
  }

  @Test("Repeats are as long as they say, and joins of themselves")
  func repeats() throws {
    #expect(try a.repeated(3) == .join([a, a, a]))
    #expect(try a.repeated(2).repeated(2) == a.repeated(4))
    #expect(try a.repeated(1) == a)
    #expect(try a.repeated(0) == a.cut(to: 0))
    #expect(try a.cut(to: 0).repeated(.max).isEmpty)
  }

  @Test("Factors commute with joins, cuts, repeats and warmups, and leave momenta alone")
  func scales() throws {
    let scaled = try a.scaled(by: 4)
    #expect(scaled.learningRates == [2, 1, 0])
    #expect(scaled.momenta == a.momenta)
    #expect(try a.appending(b).scaled(by: 4) == scaled.appending(b.scaled(by: 4)))
    #expect(try a.repeated(2).scaled(by: 4) == scaled.repeated(2))
    #expect(try a.cut(from: 1).scaled(by: 4) == scaled.cut(from: 1))
    #expect(try a.warmedUp(steps: 3).scaled(by: 4) == scaled.warmedUp(steps: 3))
    #expect(
      try a.warmedUp(steps: 3, from: .rate(0.25)).scaled(by: 4) == scaled.warmedUp(steps: 3, from: .rate(1)))
  }

  @Test("Warmups come first, start where they say and reach the first rate")
  func warmups() throws {
    for (start, rates) in [
      (WarmupStart.zero, [0, 0.125, 0.25, 0.375]), (.oneOverSteps, [0.125, 0.25, 0.375, 0.5]),
      (.rate(0.25), [0.25, 0.3125, 0.375, 0.4375]), (.rate(1), [1, 0.875, 0.75, 0.625]),
    ] {
      let warm = try a.warmedUp(steps: 4, from: start)
      #expect(warm.learningRates.prefix(4) == rates[...])
      #expect(warm.momenta.prefix(4) == [0.9, 0.9, 0.9, 0.9])
      #expect(try warm.cut(from: 4) == a)
      #expect(try a.warmedUp(steps: 0, from: start) == a)
    }
    // In place of the first steps: the rise ends at the rate of step 1.
    #expect(try a.cut(from: 1).warmedUp(steps: 1).learningRates == [0, 0.25, 0])
  }

  @Test("Compositions keep every convention", arguments: MomentumConvention.allCases)
  func conventions(_ convention: MomentumConvention) throws {
    let schedule = b.with(convention: convention)
    let composed = try schedule.warmedUp(steps: 2).appending(schedule.repeated(2)).scaled(by: 2).cut(from: 1)
    #expect(composed.convention == convention)
    #expect(composed.count == 7)
  }

  @Test("One cycle that begins at its peak, one that ends there, and the empty one")
  func degenerateCycles() throws {
    let fall = try Schedule.oneCycle(peakValue: 1, pctStart: 0.25, finalDivFactor: 4, steps: 4)
    #expect(fall[0] == Schedule.Step(learningRate: 1, momentum: 0.85))
    #expect(relativeError(fall.learningRates[3], 0.01) <= 2 * .ulpOfOne)
    let rise = try Schedule.oneCycle(peakValue: 1, pctStart: 1, annealStrategy: .linear, steps: 3)
    #expect(rise.learningRates[2] == 1)
    #expect(rise.momenta[2] == 0.85)
    #expect(try Schedule.oneCycle(peakValue: 1, steps: 0).isEmpty)
    #expect(try Schedule.oneCycle(peakValue: 1, steps: 1).count == 1)
  }

  private static let decayToZero = "a number > 0, since an exponential decay never reaches 0"

  static let badInput: [BadInput] = [
    BadInput("no schedule", .invalidCount(field: "schedules.count", value: 0, expected: "at least 1")) {
      _ = try Schedule.join([])
    },
    BadInput("too few boundaries", .lengthMismatch(field: "boundaries", expected: 1, actual: 0)) {
      _ = try Schedule.join([one(), one()], boundaries: [])
    },
    BadInput(
      "boundary at 0",
      .invalidCount(field: "boundaries", value: 0, expected: "above 0 and at most 2, where schedule 0 ends")
    ) { _ = try Schedule.join([one(), one()], boundaries: [0]) },
    BadInput(
      "schedule too short",
      .invalidCount(field: "boundaries", value: 4, expected: "above 1 and at most 3, where schedule 1 ends")
    ) { _ = try Schedule.join([one(), one(), one()], boundaries: [1, 4]) },
    BadInput(
      "boundary beyond all integers",
      .invalidCount(
        field: "boundaries", value: .max, expected: "above 0 and at most 2, where schedule 0 ends")
    ) { _ = try Schedule.join([one(), one()], boundaries: [.max]) },
    BadInput(
      "conventions",
      .differentConventions(field: "schedules", index: 1, expected: "velocity", actual: "optax")
    ) { _ = try one().appending(one().with(convention: .optax)) },
    BadInput("warmup of −1", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
      _ = try one().warmedUp(steps: -1)
    },
    BadInput(
      "warmup from NaN", .invalidValue(field: "from", value: .nan, expected: "a finite number ≥ 0")
    ) { _ = try one().warmedUp(steps: 1, from: .rate(.nan)) },
    BadInput(
      "warmup to nothing",
      .invalidCount(field: "steps of the schedule", value: 0, expected: "at least 1, to warm up to")
    ) { _ = try Schedule(learningRates: []).warmedUp(steps: 1) },
    BadInput("repeat", .invalidCount(field: "count", value: -1, expected: "at least 0")) {
      _ = try one().repeated(-1)
    },
    BadInput("factor", .invalidValue(field: "factor", value: -1, expected: "a finite number ≥ 0")) {
      _ = try one().scaled(by: -1)
    },
    BadInput(
      "rate too large",
      .invalidValue(field: "learningRate", index: 0, value: .infinity, expected: "a finite number ≥ 0")
    ) { _ = try one().scaled(by: 1e308).scaled(by: 1e308) },
    BadInput("cut from", .invalidCount(field: "from", value: 3, expected: "0 to 2")) {
      _ = try one().cut(from: 3)
    },
    BadInput("cut to", .invalidCount(field: "to", value: 0, expected: "1 to 2")) {
      _ = try one().cut(from: 1, to: 0)
    },
    BadInput("pctStart", .invalidValue(field: "pctStart", value: 1.5, expected: "a number from 0 to 1")) {
      _ = try Schedule.oneCycle(peakValue: 1, pctStart: 1.5, steps: 3)
    },
    BadInput("divFactor", .invalidValue(field: "divFactor", value: 0, expected: "a finite number > 0")) {
      _ = try Schedule.oneCycle(peakValue: 1, divFactor: 0, steps: 3)
    },
    BadInput(
      "baseMomentum", .invalidValue(field: "baseMomentum", value: -1, expected: "a finite number ≥ 0")
    ) { _ = try Schedule.oneCycle(peakValue: 1, baseMomentum: -1, steps: 3) },
    BadInput("time scale", .invalidValue(field: "timeScale", value: 0, expected: "a finite number > 0")) {
      _ = try Schedule.inverseSquareRoot(peakValue: 1, warmupSteps: 0, steps: 3)
    },
    BadInput("warmup steps", .invalidCount(field: "warmupSteps", value: -1, expected: "at least 0")) {
      _ = try Schedule.inverseSquareRoot(peakValue: 1, warmupSteps: -1, steps: 3)
    },
    BadInput("step decay", .invalidCount(field: "transitionSteps", value: 0, expected: "at least 1")) {
      _ = try Schedule.stepDecay(initialValue: 1, decayRate: 0.5, transitionSteps: 0, steps: 3)
    },
    BadInput("period", .invalidCount(field: "period", value: 0, expected: "at least 1")) {
      _ = try Schedule.cosineRestarts(initialValue: 1, period: 0, steps: 3)
    },
    BadInput("period factor", .invalidCount(field: "periodFactor", value: 0, expected: "at least 1")) {
      _ = try Schedule.cosineRestarts(initialValue: 1, period: 1, periodFactor: 0, steps: 3)
    },
    BadInput("exponential to 0", .invalidValue(field: "endValue", value: 0, expected: decayToZero)) {
      _ = try Schedule.warmupStableDecay(
        peakValue: 1, warmupSteps: 0, decaySteps: 1, decayType: .exponential, steps: 3)
    },
    BadInput("power", .invalidValue(field: "power", value: -1, expected: "a finite number ≥ 0")) {
      _ = try Schedule.warmupStableDecay(
        peakValue: 1, warmupSteps: 0, decaySteps: 1, decayType: .power(-1), steps: 3)
    },
  ]

  private static func one() throws -> Schedule { try Schedule(learningRates: [1e10, 1], momenta: [0.5, 0]) }

  @Test("Bad parts are refused with field and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Absurd lengths are refused before anything is allocated")
  func absurd() {
    expectExceedsMemory("count", .max) { _ = try a.repeated(.max) }
    expectExceedsMemory("steps", .max) { _ = try a.warmedUp(steps: .max) }
    expectExceedsMemory("steps", 1 << 60) {
      _ = try Schedule.cosineRestarts(initialValue: 1, period: .max, periodFactor: .max, steps: 1 << 60)
    }
  }
}
