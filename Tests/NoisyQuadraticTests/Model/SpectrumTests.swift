import Foundation
import NoisyQuadratic
import Testing

@Suite("Spectra")
struct SpectrumTests {
  private struct Oracle: Decodable {
    struct Node: Decodable {
      let index: Int
      let value: Double
    }

    let nodes: [Node]
  }

  @Test("Power law: h_i = maximum · i^(−exponent)", arguments: [0, 0.5, 1, 1.7])
  func powerLaw(_ exponent: Double) throws {
    let h = try Spectrum.powerLaw(dimension: 40, exponent: exponent, maximum: 3).curvatures()
    // Through the logarithm instead of a power: log(40)·1.7 ≈ 6 units of rounding.
    let expected = (1...40).map { 3 * exp(-exponent * log(Double($0))) }
    #expect(largestRelativeError(h, expected) <= 16 * .ulpOfOne)
    #expect(h[0] == 3)
  }

  @Test("Geometric: equal ratios between the ends")
  func geometric() throws {
    let h = try Spectrum.geometric(dimension: 7, minimum: 1e-3, maximum: 1e3).curvatures()
    // Two powers, each right to an ulp or two.
    #expect(largestRelativeError(h, [1e3, 1e2, 1e1, 1, 1e-1, 1e-2, 1e-3]) <= 8 * .ulpOfOne)
    #expect(h[0] == 1e3 && h[6] == 1e-3)
    #expect(try Spectrum.geometric(dimension: 1, minimum: 1, maximum: 5).curvatures() == [5])
    // The ratio underflows, the powers do not.
    let wide = try Spectrum.geometric(dimension: 3, minimum: 1e-200, maximum: 1e200).curvatures()
    // Powers of 1e±200 condition the exponent by ln 1e200 ≈ 460.
    #expect(largestRelativeError(wide, [1e200, 1, 1e-200]) <= 1e-12)
  }

  @Test("Chebyshev: nodes against high precision")
  func chebyshev() throws {
    let h = try Spectrum.chebyshev(dimension: 1000, minimum: 0.05, maximum: 10).curvatures()
    #expect(h.count == 1000)
    for node in try Fixture.load(Oracle.self, "spectra").nodes {
      // The last cosine is near −1: an absolute error of an ulp of 10.
      #expect(abs(h[node.index] - node.value) <= 10 * Double.ulpOfOne)
    }
    #expect(zip(h, h.dropFirst()).allSatisfy { $0 > $1 })
    // Roots of the Chebyshev polynomial T_d on the interval: |T_d| = |cos(d arccos x)| vanishes.
    let few = try Spectrum.chebyshev(dimension: 5, minimum: -1 + 2, maximum: 3).curvatures()
    for x in few.map({ $0 - 2 }) {
      #expect(abs(16 * pow(x, 5) - 20 * pow(x, 3) + 5 * x) <= 1e-14)
    }
    #expect(try Spectrum.chebyshev(dimension: 4, minimum: 2, maximum: 2).curvatures() == [2, 2, 2, 2])
  }

  @Test("A model on a spectrum has c = scale · h and one second moment")
  func model() throws {
    let spectrum = Spectrum.powerLaw(dimension: 3, exponent: 1, maximum: 2)
    let model = try NoisyQuadraticModel(
      spectrum: spectrum, noiseScale: 0.5, initialSecondMoment: 7, batchSize: 4)
    #expect(model.gradientNoise == model.curvature.map { 0.5 * $0 })
    #expect(model.initialSecondMoment == [7, 7, 7])
    #expect(model.batchSize == 4)
    #expect(spectrum.dimension == 3)
  }

  private static let positive = "a finite number > 0"
  private static let notNegative = "a finite number ≥ 0"

  static let badInput: [BadInput] = [
    BadInput(
      "dimension 0", .invalidCount(field: "curvature.dimension", value: 0, expected: "at least 1")
    ) { _ = try Spectrum.powerLaw(dimension: 0, exponent: 1, maximum: 1).curvatures() },
    BadInput(
      "dimension -3", .invalidCount(field: "curvature.dimension", value: -3, expected: "at least 1")
    ) { _ = try Spectrum.chebyshev(dimension: -3, minimum: 1, maximum: 2).curvatures() },
    BadInput(
      "maximum 0", .invalidValue(field: "curvature.maximum", value: 0, expected: positive)
    ) { _ = try Spectrum.powerLaw(dimension: 2, exponent: 1, maximum: 0).curvatures() },
    BadInput(
      "maximum NaN", .invalidValue(field: "curvature.maximum", value: .nan, expected: positive)
    ) { _ = try Spectrum.geometric(dimension: 2, minimum: 1, maximum: .nan).curvatures() },
    BadInput(
      "maximum infinite", .invalidValue(field: "curvature.maximum", value: .infinity, expected: positive)
    ) { _ = try Spectrum.chebyshev(dimension: 2, minimum: 1, maximum: .infinity).curvatures() },
    BadInput(
      "exponent negative", .invalidValue(field: "curvature.exponent", value: -0.5, expected: notNegative)
    ) { _ = try Spectrum.powerLaw(dimension: 2, exponent: -0.5, maximum: 1).curvatures() },
    BadInput(
      "exponent infinite", .invalidValue(field: "curvature.exponent", value: .infinity, expected: notNegative)
    ) { _ = try Spectrum.powerLaw(dimension: 2, exponent: .infinity, maximum: 1).curvatures() },
    BadInput(
      "minimum 0", .invalidValue(field: "curvature.minimum", value: 0, expected: positive)
    ) { _ = try Spectrum.geometric(dimension: 2, minimum: 0, maximum: 1).curvatures() },
    BadInput(
      "minimum above maximum",
      .invalidValue(field: "curvature.minimum", value: 3, expected: "at most the maximum, 2.0")
    ) { _ = try Spectrum.chebyshev(dimension: 2, minimum: 3, maximum: 2).curvatures() },
    BadInput(
      "noise scale negative", .invalidValue(field: "noiseScale", value: -1, expected: notNegative)
    ) {
      _ = try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: 2, exponent: 1, maximum: 1), noiseScale: -1, initialSecondMoment: 1)
    },
    BadInput(
      "noise scale NaN", .invalidValue(field: "noiseScale", value: .nan, expected: notNegative)
    ) {
      _ = try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: 2, exponent: 1, maximum: 1), noiseScale: .nan, initialSecondMoment: 1)
    },
    BadInput(
      "second moment negative",
      .invalidValue(field: "initialSecondMoment", index: 0, value: -1, expected: notNegative)
    ) {
      _ = try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: 2, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: -1)
    },
  ]

  @Test("Bad spectra are refused with field and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test(
    "A dimension beyond memory is refused before anything is allocated", arguments: [1 << 48, 1 << 60, .max])
  func hugeDimension(_ dimension: Int) {
    for spectrum in [
      Spectrum.powerLaw(dimension: dimension, exponent: 1, maximum: 1),
      .geometric(dimension: dimension, minimum: 1, maximum: 2),
      .chebyshev(dimension: dimension, minimum: 1, maximum: 2),
    ] {
      expectExceedsMemory("curvature.dimension", dimension) { _ = try spectrum.curvatures() }
    }
  }
}
