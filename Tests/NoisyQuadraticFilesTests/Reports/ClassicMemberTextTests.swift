import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

@Suite("Classic schedules as texts that people copy")
struct ClassicMemberTextTests {
  /// A member for every kind of schedule, with whole lengths in a run of 8 steps.
  static let members: [(ClassicSchedule, Int, [Double], String)] = [
    (.constant, 0, [0.5], "constant:learningRate=0.5,momentum=0.9"),
    (.linear, 0, [0.5, 0], "linear:initialValue=0.5,endValue=0,momentum=0.9"),
    (.cosine, 0, [0.5, 0.125], ""), (.polynomial, 0, [0.5, 1.23456789], ""),
    (.exponential, 0, [0.5, 1e-8], ""), (.inverseTime, 0, [0.5, 0.25], ""),
    (.inversePower, 0, [0.5, 0.25, 2], ""), (.inverseSquareRoot, 0, [0.5, 1.0 / 3], ""),
    (.inverseSquareRootAfterWarmup, 0, [0.5, 0.25], ""), (.stepDecay, 3, [0.5, 0.1], ""),
    (
      .piecewiseConstant, 3, [0.5, 0.1, 123456.75],
      "piecewise-constant:values=0.5/0.1/123457,boundaries=2/5,momentum=0.9"
    ),
    (.piecewiseConstant, 1, [0.5], "constant:learningRate=0.5,momentum=0.9"),
    (
      .stableLinear, 0, [0.5, 0.25, 2.0 / 3, 0.25],
      "warmup-stable-decay:peakValue=0.5,warmupSteps=2,decaySteps=4,endValue=0.125,decayType=linear,"
        + "momentum=0.9"
    ),
    (.stableSquareRoot, 0, [0.5, 0, 1, 0], ""), (.stableCosine, 0, [0.5, 1, 0, 0.1], ""),
    (.stableExponential, 0, [0.5, 0.25, 2.0 / 3, 0.001], ""),
    (.stablePower, 0, [0.5, 0.25, 2.0 / 3, 0.1, 2.5], ""), (.oneCycle, 0, [0.5, 3.0 / 7, 0.1, 0.01], ""),
    (.oneCycle, 0, [0.5, 0, 0.1, 0.01], ""),
  ]

  @Test("A text reads back as the member's schedule", arguments: members)
  func roundTrip(_ classic: ClassicSchedule, _ count: Int, _ values: [Double], _ expected: String) throws {
    let member = try ClassicMember(
      classic, count: count, momentum: .fixed(0.9), horizon: 8, values: values)
    let text = member.familyText()
    if !expected.isEmpty { #expect(text == expected) }
    let (read, own) = (try FamilyText(text).schedule(steps: 8), try member.stretched(to: 8))
    for t in 0..<8 {
      // Six digits are kept, and powers of them.
      #expect(
        abs(read.learningRates[t] - own.learningRates[t]) <= 1e-4 * own.learningRates[t] + 1e-12, "\(text)")
      #expect(abs(read.momenta[t] - 0.9) <= 1e-15)
    }
  }

  @Test("A rounded rate does not exceed the limit")
  func limit() throws {
    let limit = 0.1234567
    let member = try ClassicMember(.constant, horizon: 3, values: [limit])
    #expect(member.familyText() == "constant:learningRate=0.123457")
    #expect(member.familyText(learningRateLimit: limit) == "constant:learningRate=0.123456")
  }
}
