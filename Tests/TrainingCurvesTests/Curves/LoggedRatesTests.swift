import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct LoggedRatesTests {
  private static let bad: [BadInput] = [
    BadInput(.lengthMismatch(field: "learningRate", expected: 2, actual: 1)) {
      _ = try LoggedRates(steps: [0, 1], rates: [1])
    },
    BadInput(.invalidCount(field: "steps", value: 0, expected: "at least one learning rate")) {
      _ = try LoggedRates(steps: [], rates: [])
    },
    BadInput(.invalidValue(field: "step", index: 0, value: -2, expected: "at least 0")) {
      _ = try LoggedRates(steps: [-2], rates: [1])
    },
    BadInput(.invalidValue(field: "step", index: 1, value: 4, expected: "more than the 4 before")) {
      _ = try LoggedRates(steps: [4, 4], rates: [1, 1])
    },
    BadInput(.invalidValue(field: "learningRate", index: 1, value: -1, expected: "a finite number ≥ 0")) {
      _ = try LoggedRates(steps: [0, 4], rates: [1, -1])
    },
    BadInput(
      .invalidValue(field: "learningRate", index: 0, value: .infinity, expected: "a finite number ≥ 0")
    ) { _ = try LoggedRates(steps: [0], rates: [.infinity]) },
  ]

  @Test("Bad logs are refused", arguments: bad)
  func refused(input: BadInput) { input.check() }

  @Test("A log of steps that no machine holds is refused")
  func memory() {
    #expect(throws: NoisyQuadraticError.self) { try LoggedRates(steps: [0, 1 << 60], rates: [1, 1]) }
  }

  @Test("Rates are linear between rows that differ by little")
  func linear() throws {
    let log = try LoggedRates(steps: [0, 4, 6], rates: [1, 0.92, 0.9])
    #expect(largestScaledError(log.learningRates, [1, 0.98, 0.96, 0.94, 0.92, 0.91, 0.9]) < 1e-15)
    #expect(log.jumps.isEmpty && log.assumedWarmup == 0)
  }

  @Test("A new rate acts from its row on")
  func jump() throws {
    let log = try LoggedRates(steps: [0, 3, 5, 6], rates: [1, 0.1, 0.1, 0.01])
    // Neighbouring steps leave no choice, so that the last change is no jump.
    #expect(log.learningRates == [1, 1, 1, 0.1, 0.1, 0.1, 0.01])
    #expect(log.jumps == [3])
    // The limit is relative to the larger rate, whatever the direction.
    #expect(try LoggedRates(steps: [0, 2], rates: [1, 0.9]).jumps.isEmpty)
    #expect(try LoggedRates(steps: [0, 2], rates: [1, 0.89]).learningRates == [1, 1, 0.89])
    #expect(
      try LoggedRates(steps: [0, 1, 3], rates: [0.89, 0.89, 1]).learningRates == [0.89, 0.89, 0.89, 1])
    #expect(try LoggedRates(steps: [0, 2], rates: [1, 0.5], jump: 0.6).learningRates == [1, 0.75, 0.5])
    // A rise from the first row is a warmup.
    #expect(try LoggedRates(steps: [0, 2, 4], rates: [0, 1, 1]).learningRates == [0, 0.5, 1, 1, 1])
    #expect(try LoggedRates(steps: [0, 2], rates: [0, 0]).learningRates == [0, 0, 0])
  }

  @Test("A log that begins late leaves out a warmup")
  func warmup() throws {
    let log = try LoggedRates(steps: [4, 5], rates: [1, 1])
    #expect(log.learningRates == [0, 0.25, 0.5, 0.75, 1, 1])
    #expect(log.assumedWarmup == 4)
  }

  @Test("A log that numbers its first update 1 has no warmup before it")
  func countedFromOne() throws {
    let log = try LoggedRates(steps: [1, 2], rates: [0.5, 0.5])
    #expect(log.learningRates == [0.5, 0.5, 0.5])
    #expect(log.assumedWarmup == 0)
    #expect(try LoggedRates(steps: [0], rates: [0.5]).learningRates == [0.5])
  }
}
