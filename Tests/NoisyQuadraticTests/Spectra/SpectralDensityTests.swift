import NoisyQuadratic
import Testing

@Suite struct SpectralDensityTests {
  @Test("Weights may have any sum, and moments and shares divide by it")
  func moments() throws {
    let density = try SpectralDensity(eigenvalues: [-1, 0, 2, 4], weights: [1, 2, 4, 1])
    #expect(density.mass == 8)
    #expect(density.moment(0) == 1)
    #expect(density.moment(1) == 1.375)
    #expect(density.moment(2) == 4.125)
    #expect(density.moment(3) == 11.875)
    #expect(density.share(upTo: -2) == 0)
    #expect(density.share(upTo: 0) == 0.375)
    #expect(density.share(upTo: 4) == 1)
    #expect(density.normalized.weights == [0.125, 0.25, 0.5, 0.125])
    #expect(try SpectralDensity(eigenvalues: [3, 5]).weights == [0.5, 0.5])
  }

  @Test("Every density has the same say in a mean, whatever its weights sum to")
  func mean() throws {
    let mean = SpectralDensity.mean([
      try SpectralDensity(eigenvalues: [1, 2], weights: [30, 10]),
      try SpectralDensity(eigenvalues: [5], weights: [0.5]),
    ])
    #expect(mean.eigenvalues == [1, 2, 5])
    #expect(mean.weights == [0.375, 0.125, 0.5])
    #expect(mean.mass == 1)
  }

  static let bad = [
    BadInput("no eigenvalue", .lengthMismatch(field: "eigenvalues", expected: 1, actual: 0)) {
      _ = try SpectralDensity(eigenvalues: [])
    },
    BadInput("a weight missing", .lengthMismatch(field: "weights", expected: 2, actual: 1)) {
      _ = try SpectralDensity(eigenvalues: [1, 2], weights: [1])
    },
    BadInput(
      "NaN", .invalidValue(field: "eigenvalues", index: 1, value: .nan, expected: "a finite number")
    ) { _ = try SpectralDensity(eigenvalues: [1, .nan]) },
    BadInput(
      "a negative weight",
      .invalidValue(field: "weights", index: 0, value: -0.5, expected: "a finite number ≥ 0")
    ) { _ = try SpectralDensity(eigenvalues: [1, 2], weights: [-0.5, 1]) },
    BadInput(
      "an infinite weight",
      .invalidValue(field: "weights", index: 1, value: .infinity, expected: "a finite number ≥ 0")
    ) { _ = try SpectralDensity(eigenvalues: [1, 2], weights: [1, .infinity]) },
    BadInput(
      "no weight at all",
      .invalidValue(
        field: "the sum of the weights", value: 0, expected: "a finite number > 0, not too small")
    ) { _ = try SpectralDensity(eigenvalues: [1, 2], weights: [0, 0]) },
  ]

  @Test(arguments: bad) func refused(_ input: BadInput) { input.check() }
}
