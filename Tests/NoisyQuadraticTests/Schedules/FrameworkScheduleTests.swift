import Foundation
import NoisyQuadratic
import Testing

/// Builders and compositions against the schedulers of PyTorch, optax and transformers that users know.
@Suite struct FrameworkScheduleTests {
  private struct Values: Decodable {
    let name: String
    let learningRates: [Double]
    let momenta: [Double]?
  }

  private struct File: Decodable {
    let schedules: [Values]
  }

  /// The builders of the schedules in `frameworks.json`, which states the calls that gave the values.
  private static let builders: [(name: String, build: @Sendable () throws -> Schedule)] = [
    ("one cycle", { try .oneCycle(peakValue: 0.8, steps: 25) }),
    (
      "one cycle, linear",
      {
        try .oneCycle(
          peakValue: 0.5, pctStart: 0.42, divFactor: 10, finalDivFactor: 100, annealStrategy: .linear,
          baseMomentum: 0.7, maxMomentum: 0.9, steps: 20)
      }
    ),
    ("step decay", { try .stepDecay(initialValue: 0.8, decayRate: 0.3, transitionSteps: 4, steps: 15) }),
    ("staircase", { try .stepDecay(initialValue: 0.8, decayRate: 0.3, transitionSteps: 4, steps: 15) }),
    (
      "cosine restarts",
      { try .cosineRestarts(initialValue: 0.8, endValue: 0.05, period: 3, periodFactor: 2, steps: 20) }
    ),
    (
      "restarts with lower peaks",
      { try .cosineRestarts(initialValue: 0.8, period: 4, periodFactor: 2, peakFactor: 0.5, steps: 12) }
    ),
    (
      "hard restarts after warmup",
      { try .cosine(initialValue: 0.8, steps: 4).repeated(3).warmedUp(steps: 4) }
    ),
    (
      "warmup from a rate",
      { try .constant(learningRate: 0.8, steps: 5).warmedUp(steps: 4, from: .rate(0.2)) }
    ),
    (
      "warmup from 1/w",
      { try .constant(learningRate: 0.8, steps: 4).warmedUp(steps: 5, from: .oneOverSteps) }
    ),
    (
      "warmup and cosine",
      { try .cosine(initialValue: 0.8, endValue: 0.05, steps: 15).warmedUp(steps: 5, from: .rate(0.1)) }
    ),
    ("cosine after warmup", { try .cosine(initialValue: 0.8, steps: 11).warmedUp(steps: 4) }),
    (
      "join",
      {
        try .join(
          [
            .linear(initialValue: 0.8, endValue: 0.2, steps: 6), .constant(learningRate: 0.3, steps: 3),
            .polynomial(initialValue: 0.3, endValue: 0.1, power: 2, steps: 5),
          ], boundaries: [4, 7])
      }
    ),
    (
      "one cycle of optax",
      {
        try .cosine(initialValue: 0.08, endValue: 0.8, steps: 6).appending(
          .cosine(initialValue: 0.8, endValue: 0.0008, steps: 14))
      }
    ),
    ("inverse square root", { try .inverseSquareRoot(peakValue: 0.8, warmupSteps: 4, steps: 15) }),
    (
      "inverse square root, time scale",
      { try .inverseSquareRoot(peakValue: 0.8, warmupSteps: 4, timeScale: 9, steps: 15) }
    ),
    ("stable and decay, linear", { try stableDecay(0.08, .linear) }),
    ("stable and decay, 1-sqrt", { try stableDecay(0.08, .oneMinusSquareRoot) }),
    ("stable and decay, cosine", { try stableDecay(0.08, .cosine) }),
    ("stable and decay, exponential", { try stableDecay(0.008, .exponential) }),
    ("stable and decay, power", { try stableDecay(0.1, .power(2.5)) }),
    (
      "warmup, stable and decay",
      { try stableDecay(0, .oneMinusSquareRoot).cut(from: 4).warmedUp(steps: 4) }
    ),
  ]

  private static func stableDecay(_ endValue: Double, _ decayType: DecayType) throws -> Schedule {
    try .warmupStableDecay(
      peakValue: 0.8, warmupSteps: 0, decaySteps: 6, endValue: endValue, decayType: decayType, steps: 15)
  }

  @Test("Rates and momenta of the frameworks' schedulers")
  func values() throws {
    let file = try Fixture.load(File.self, "frameworks").schedules
    #expect(Set(file.map(\.name)) == Set(Self.builders.map(\.name)))
    for (name, build) in Self.builders {
      let expected = try #require(file.first { $0.name == name })
      let schedule = try build()
      // The frameworks multiply rates step by step, or add to them: a rounding per step at most.
      #expect(largestScaledError(schedule.learningRates, expected.learningRates) <= 32 * .ulpOfOne, "\(name)")
      if let momenta = expected.momenta {
        #expect(largestScaledError(schedule.momenta, momenta) <= 8 * .ulpOfOne, "\(name)")
      }
    }
  }
}
