import NoisyQuadratic
import Testing

@Suite("Gradients")
struct GradientTests {
  /// Central differences, exact for the quadratic that the loss is in each variable (S2).
  private func differences(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, _ width: Double
  ) throws -> (rates: [Double], momenta: [Double]) {
    func loss(_ rates: [Double], _ momenta: [Double]) throws -> Double {
      // The kernels take rates of either sign; the public initializer does not.
      model.expectedLoss(under: Schedule(validRates: rates, momenta: momenta)).final
    }
    var (rates, momenta) = ([Double](), [Double]())
    for t in schedule.indices {
      var (up, down) = (schedule.learningRates, schedule.learningRates)
      up[t] += width
      down[t] -= width
      rates.append(try (loss(up, schedule.momenta) - loss(down, schedule.momenta)) / (2 * width))
      (up, down) = (schedule.momenta, schedule.momenta)
      up[t] += width
      down[t] -= width
      momenta.append(
        try (loss(schedule.learningRates, up) - loss(schedule.learningRates, down)) / (2 * width))
    }
    return (rates, momenta)
  }

  @Test("S5: adjoint derivatives equal central differences", arguments: 0..<8)
  func centralDifferences(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 400)
    let model = try random.model(dimension: 1 + seed)
    let schedule = try random.schedule(steps: 3 + 2 * seed, momentum: seed % 3 == 0 ? 0 : 0.9)
    let gradient = try model.gradient(under: schedule)
    #expect(relativeError(gradient.value, model.expectedLoss(under: schedule).final) <= 1e-12)
    let width = 0.125
    let expected = try differences(model, schedule, width)
    // Differences are exact but for rounding of losses of the size of the largest one nearby.
    let largest = model.expectedLoss(under: schedule).values.max() ?? 0
    let allowed = 1e-12 * (largest + model.initialLoss) / width
    for (a, b) in zip(gradient.learningRates + gradient.momenta, expected.rates + expected.momenta) {
      #expect(abs(a - b) <= allowed)
    }
    // From rest the first momentum has no effect.
    #expect(gradient.momenta[0] == 0)
  }

  @Test("S5: one step in closed form")
  func oneStep() throws {
    let model = try NoisyQuadraticModel(
      curvature: [2], gradientNoise: [3], initialSecondMoment: [5], multiplicity: [1.5])
    let gradient = try model.gradient(under: Schedule(learningRates: [0.25]))
    // d/dα ½ n h ((1 − αh)² m + α² c) = n h (α(h² m + c) − h m).
    #expect(relativeError(gradient.learningRates[0], 1.5 * 2 * (0.25 * (4 * 5 + 3) - 2 * 5)) <= 4 * .ulpOfOne)
    #expect(gradient.momenta == [0])
  }

  @Test(
    "S5: along a constant schedule the derivatives add up to that of the closed form", arguments: [0, 0.6])
  func constantSchedule(_ mu: Double) throws {
    var random = TestRandom(410)
    let model = try random.model(dimension: 6)
    let (alpha, steps) = (0.3, 40)
    let gradient = try model.gradient(
      under: .constant(learningRate: alpha, momentum: mu, steps: steps))
    func loss(_ alpha: Double, _ mu: Double) throws -> Double {
      var state = MomentState(model)
      try state.advance(steps: steps, learningRate: alpha, momentum: mu)
      return state.expectedLoss
    }
    let width = 1e-4
    let byRate = try (loss(alpha + width, mu) - loss(alpha - width, mu)) / (2 * width)
    // Truncation width² times a third derivative of the order of the first over α².
    #expect(relativeError(gradient.learningRates.reduce(0, +), byRate) <= 1e-5)
    guard mu > 0 else { return }
    let byMomentum = try (loss(alpha, mu + width) - loss(alpha, mu - width)) / (2 * width)
    #expect(relativeError(gradient.momenta.reduce(0, +), byMomentum) <= 1e-5)
  }

  @Test("S5: an empty schedule has an empty gradient, an absurd one is refused")
  func edges() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    let gradient = try model.gradient(under: Schedule(learningRates: []))
    #expect(gradient.value == 0.5)
    #expect(gradient.learningRates.isEmpty && gradient.momenta.isEmpty)
  }
}
