import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct TrainingCurveTests {
  private static let bad: [BadInput] = [
    BadInput(.lengthMismatch(field: "loss", expected: 2, actual: 1)) {
      _ = try TrainingCurve(name: "a", learningRates: [1, 1], steps: [1, 2], losses: [3])
    },
    BadInput(.invalidCount(field: "steps", value: 0, expected: "at least one loss")) {
      _ = try TrainingCurve(name: "a", learningRates: [1], steps: [], losses: [])
    },
    BadInput(.invalidValue(field: "step", index: 0, value: -1, expected: "at least 0")) {
      _ = try TrainingCurve(name: "a", learningRates: [1], steps: [-1], losses: [3])
    },
    BadInput(.invalidValue(field: "step", index: 1, value: 1, expected: "more than the 1 before")) {
      _ = try TrainingCurve(name: "a", learningRates: [1, 1], steps: [1, 1], losses: [3, 3])
    },
    BadInput(.invalidValue(field: "step", index: 2, value: 0, expected: "more than the 2 before")) {
      _ = try TrainingCurve(name: "a", learningRates: [1, 1], steps: [1, 2, 0], losses: [3, 3, 3])
    },
    BadInput(.lengthMismatch(field: "learningRate", expected: 3, actual: 2)) {
      _ = try TrainingCurve(name: "a", learningRates: [1, 1], steps: [1, 3], losses: [3, 2])
    },
    BadInput(.invalidValue(field: "learningRate", index: 1, value: -1, expected: "a finite number ≥ 0")) {
      _ = try TrainingCurve(name: "a", learningRates: [1, -1], steps: [1, 2], losses: [3, 2])
    },
    BadInput(.invalidValue(field: "learningRate", index: 2, value: .nan, expected: "a finite number ≥ 0")) {
      _ = try TrainingCurve(name: "a", learningRates: [1, 1, .nan], steps: [1, 2], losses: [3, 2])
    },
    BadInput(
      .invalidValue(
        field: "learningRate", index: 0, value: 0, expected: "a rate above 0 at one step before the last loss"
      )
    ) { _ = try TrainingCurve(name: "a", learningRates: [0, 0, 1], steps: [1, 2], losses: [3, 2]) },
  ]

  @Test("Bad curves are refused", arguments: bad)
  func refused(input: BadInput) { input.check() }

  @Test("Losses are finite and above 0", arguments: [0, -1, .nan, .infinity])
  func losses(loss: Double) {
    BadInput(
      .invalidValue(
        field: "loss", index: 1, value: loss,
        expected: "a finite number > 0 (residuals are relative; add a constant to all losses otherwise)")
    ) { _ = try TrainingCurve(name: "a", learningRates: [1, 1], steps: [1, 2], losses: [3, loss]) }.check()
  }

  @Test("The peak rate is that before the last loss")
  func peakRate() throws {
    let curve = try TrainingCurve(name: "a", learningRates: [1, 2, 5], steps: [0, 2], losses: [3, 2])
    #expect(curve.peakRate == 2)
    #expect(try TrainingCurve(name: "a", learningRates: [], steps: [0], losses: [3]).peakRate == 0)
  }

  @Test("Averages are means of losses at mean steps")
  func averaged() throws {
    let rates = Array(repeating: 1.0, count: 11)
    let curve = try TrainingCurve(
      name: "a", learningRates: rates, steps: [0, 2, 4, 6, 11], losses: [8, 6, 4, 2, 1])
    #expect(curve.averaged(to: 5) == curve)
    let expected = try TrainingCurve(name: "a", learningRates: rates, steps: [1, 5, 11], losses: [7, 3, 1])
    // Groups of two, the last one of a single row.
    for limit in [3, 4] { #expect(curve.averaged(to: limit) == expected) }
    #expect(curve.prefix(2).steps == [0, 2] && curve.prefix(2).losses == [8, 6])
  }
}
