import NoisyQuadratic
import Testing

@Suite struct CurvatureSpectrumTests {
  private let density: SpectralDensity

  init() throws {
    density = try SpectralDensity(
      eigenvalues: [-0.5, 4, 0, 2, 1e-6, 1, -1e-7], weights: [1, 2, 3, 0, 1, 2, 1])
  }

  @Test(
    "W1: entries at or below the floor and entries without weight are left out, and their shares are known")
  func fates() throws {
    // The floor of 4e-6 is relative to the largest eigenvalue.
    let spectrum = try CurvatureSpectrum(density)
    #expect(spectrum.floor == 4e-6)
    #expect(spectrum.fates == [.negative, .kept, .small, .weightless, .small, .kept, .small])
    #expect(spectrum.kept == [1, 5])
    #expect(spectrum.share(.negative) == 0.1)
    #expect(abs(spectrum.share(.small) - 0.5) <= .ulpOfOne)
    #expect(abs(spectrum.shareLeftOut - 0.6) <= .ulpOfOne)
    #expect(spectrum.count(.weightless) == 1)
    // An eigenvalue at the floor is left out, one above it is kept.
    #expect(try CurvatureSpectrum(density, floor: .absolute(1)).kept == [1])
    #expect(try CurvatureSpectrum(density, floor: .absolute(1.0.nextDown)).kept == [1, 5])
    #expect(try CurvatureSpectrum(density, floor: .relative(0)).kept == [1, 4, 5])
    // Without a floor, a zero is small and not negative.
    #expect(try CurvatureSpectrum(density, floor: .relative(0)).count(.small) == 1)
    // The largest absolute value counts.
    let negative = try SpectralDensity(eigenvalues: [-10, 1])
    #expect(try CurvatureSpectrum(negative, floor: .relative(0.01)).floor == 0.1)
  }

  @Test("W1: multiplicities are shares of the whole weight times the number of parameters")
  func model() throws {
    let spectrum = try CurvatureSpectrum(density)
    let model = try spectrum.model(parameters: 1000, noise: .proportionalToCurvature(0.5), batchSize: 4)
    let expected = try NoisyQuadraticModel(
      curvature: [4, 1], gradientNoise: [2, 0.5], initialSecondMoment: [1, 1], multiplicity: [200, 200],
      batchSize: 4)
    #expect(model == expected)
    #expect(try spectrum.model().multiplicity == [0.2, 0.2])
    // Values belong to the entries of the density, by position.
    let values: [Double] = [9, 1, 9, 9, 9, 3, 9]
    let ofFiles = try spectrum.model(noise: .values(values), start: .values(values.map { 2 * $0 }))
    #expect(ofFiles.gradientNoise == [1, 3])
    #expect(ofFiles.initialSecondMoment == [2, 6])
    #expect(try spectrum.model(noise: .uniform(7), start: .uniform(8)).gradientNoise == [7, 7])
  }

  @Test("W1: a start that is given by its loss has that loss", arguments: [1, 1e6])
  func loss(_ parameters: Double) throws {
    let model = try CurvatureSpectrum(density).model(parameters: parameters, start: .loss(2.3))
    #expect(relativeError(model.initialLoss, 2.3) <= 4 * .ulpOfOne)
    #expect(Set(model.initialSecondMoment).count == 1)
  }

  static let bad = [
    BadInput(
      "nothing above the floor",
      .invalidValue(
        field: "the largest eigenvalue", value: -1,
        expected: "one above the floor 2e-06, with a weight above 0")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [-1, -2])) },
    BadInput(
      "a floor of 1", .invalidValue(field: "floor", value: 1, expected: "at least 0 and below 1")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1]), floor: .relative(1)) },
    BadInput(
      "a negative floor", .invalidValue(field: "floor", value: -1, expected: "a finite number ≥ 0")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1]), floor: .absolute(-1)) },
    BadInput(
      "no parameters", .invalidValue(field: "parameters", value: 0, expected: "a finite number > 0")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1])).model(parameters: 0) },
    BadInput(
      "noise that does not belong",
      .lengthMismatch(field: "gradientNoise", expected: 2, actual: 1)
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1, 2])).model(noise: .values([1])) },
    BadInput(
      "negative noise of an entry that is left out",
      .invalidValue(field: "gradientNoise", index: 0, value: -1, expected: "a finite number ≥ 0")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [-1, 2])).model(noise: .values([-1, 1])) },
    BadInput(
      "a negative scale",
      .invalidValue(field: "noiseScale", value: -1, expected: "a finite number ≥ 0")
    ) {
      _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1])).model(noise: .proportionalToCurvature(-1))
    },
    BadInput(
      "no loss", .invalidValue(field: "initialLoss", value: 0, expected: "a finite number > 0")
    ) { _ = try CurvatureSpectrum(SpectralDensity(eigenvalues: [1])).model(start: .loss(0)) },
  ]

  @Test(arguments: bad) func refused(_ input: BadInput) { input.check() }
}
