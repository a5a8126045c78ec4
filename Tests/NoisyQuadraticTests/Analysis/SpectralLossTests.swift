import NoisyQuadratic
import Testing

@Suite("Spectral loss")
struct SpectralLossTests {
  @Test("G5: signal and noise of every direction by influence sums", arguments: 0..<4, [0, 0.9])
  func directions(seed: Int, momentum: Double) throws {
    var random = TestRandom(UInt64(seed) + 3300)
    let model = try random.model(dimension: 7)
    let schedule = try random.schedule(steps: 15, momentum: momentum)
    let spectrum = try SpectralLoss(model, under: schedule, maximumBands: seed + 1)
    #expect(spectrum.bands.count <= seed + 1)
    for band in spectrum.bands {
      var (signal, noise, count) = (0.0, 0.0, 0.0)
      for i in model.curvature.indices where band.curvatures.contains(model.curvature[i]) {
        let influence = InfluenceSums(h: model.curvature[i], schedule)
        let weight = 0.5 * model.multiplicity[i] * model.curvature[i]
        signal += weight * influence.path.theta * influence.path.theta * model.initialSecondMoment[i]
        noise += weight * influence.noise.p * (model.gradientNoise[i] / model.batchSize)
        count += model.multiplicity[i]
      }
      // Fifteen steps of a few ulp of the largest factors on the way.
      let scale = model.initialLoss + spectrum.noise
      #expect(abs(band.signal - signal) <= 1e-12 * scale)
      #expect(abs(band.noise - noise) <= 1e-12 * scale)
      #expect(relativeError(band.multiplicity, count) <= 8 * .ulpOfOne)
    }
    let total = model.expectedLoss(under: schedule).final
    #expect(abs(spectrum.signal + spectrum.noise - total) <= 1e-12 * (model.initialLoss + total))
  }

  @Test("G5: a band begins where the curvature has fallen by whole octaves")
  func edges() throws {
    func above(_ x: Double) -> Double { x.nextUp }
    func bands(_ h: [Double], _ count: Int = 12) throws -> [ClosedRange<Double>] {
      let ones = h.map { _ in 1.0 }
      let model = try NoisyQuadraticModel(curvature: h, gradientNoise: ones, initialSecondMoment: ones)
      return try SpectralLoss(
        model, under: .constant(learningRate: 0.1, steps: 1), maximumBands: count
      ).bands.map(\.curvatures)
    }
    #expect(try bands([1, above(0.5), 0.5, 0.25, 0]) == [above(0.5)...1, 0.5...0.5, 0.25...0.25])
    #expect(try bands([3, 1.5, above(1.5), 1]) == [above(1.5)...3, 1...1.5])
    #expect(try bands([8, 4, 2, 1], 2) == [4...8, 1...2])
    #expect(try bands([8, 4, 2, 1], 1) == [1...8])
    // Nothing between, and a quotient beyond the range of numbers.
    #expect(try bands([1e300, 1e-300]).count == 2)
    #expect(try bands([1, .leastNonzeroMagnitude]).count == 2)
  }

  @Test("A number of bands is at least one", arguments: [0, -3])
  func refused(_ count: Int) {
    BadInput("bands", .invalidCount(field: "maximumBands", value: count, expected: "at least 1")) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      _ = try SpectralLoss(model, under: .constant(learningRate: 1, steps: 1), maximumBands: count)
    }.check()
  }
}
