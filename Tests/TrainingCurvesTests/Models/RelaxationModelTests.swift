import Foundation
import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct RelaxationModelTests {
  @Test("T2: closed form at a constant rate", arguments: [(1.0, 1.0), (0.7, 0.3), (2.0, 0.5)])
  func constantRate(p: Double, rate: Double) {
    let model = Simulated.model(exponent: p, drift: 0)
    let steps = [0, 1, 7, 40]
    let found = model.losses(under: Array(repeating: rate, count: 40), at: steps)
    for (loss, step) in zip(found, steps) {
      let time = rate * Double(step)
      var expected = 2 + 0.4 * pow((time + 0.3) / 60, -0.6)
      for (h, b) in [(0.02, 0.06), (0.3, 0.1), (4, 0.05)] {
        expected += b * pow(rate / 0.5, p) * (1 - exp(-2 * h * time))
      }
      #expect(abs(loss - expected) <= 1e-13 * expected)
    }
  }

  @Test("T2: the floor of the noise falls like a power of the intrinsic time")
  func drift() {
    // Noise that relaxes within a step is at its floor, at the middle of the step.
    var model = Simulated.model(exponent: 0.8, drift: 0.3)
    model.signal.amplitude = 0
    model.noise = [NoiseComponent(curvature: 1e4, level: 0.2)]
    let rates = [0.5, 0.25, 0.1]
    let found = model.losses(under: rates, at: [1, 2, 3])
    for (loss, (rate, middle)) in zip(found, [(0.5, 0.25), (0.25, 0.625), (0.1, 0.8)]) {
      let floor = 0.2 * pow(rate / 0.5, 0.8) * pow((middle + 3) / 63, -0.3)
      #expect(abs(loss - 2 - floor) <= 1e-14)
    }
    #expect(abs(model.drift(at: 60) - 1) <= 1e-15)
    #expect(model.drift(at: 0) > model.drift(at: 10))
  }

  @Test("T1: the loss is linear in the levels, and a run goes on from its state")
  func additivity() {
    let model = Simulated.model()
    let rates = Simulated.cosine(0.5, 0, 40)
    let steps = Array(0...40)
    let whole = model.losses(under: rates, at: steps)
    // Each component by itself, above the other losses.
    var sum = [Double](repeating: 0, count: steps.count)
    for component in model.noise {
      var part = model
      (part.asymptote, part.signal.amplitude, part.noise) = (0, 0, [component])
      let losses = part.losses(under: rates, at: steps)
      for i in steps.indices { sum[i] += losses[i] }
    }
    var rest = model
    rest.noise = []
    let losses = rest.losses(under: rates, at: steps)
    #expect(largestScaledError(zip(losses, sum).map { $0 + $1 }, whole) <= 1e-15)
    var state = model.start
    for (t, rate) in rates.enumerated() {
      #expect(model.loss(state) == whole[t])
      model.advance(&state, rate: rate)
    }
    // A step at rate 0 changes nothing.
    let before = state
    model.advance(&state, rate: 0)
    #expect(state == before && model.loss(state) == whole[40])
  }

  @Test("T2: neighbouring rates that differ by little may be joined")
  func nearFinalLoss() {
    let model = Simulated.model()
    for rates in [Simulated.cosine(0.5, 0, 60), Array(repeating: 0.5, count: 60), [0, 0.5, 0.5, 0]] {
      let exact = model.losses(under: rates, at: [rates.count])[0]
      let near = model.nearFinalLoss(from: model.start, rates)
      // Floors change by 1% with the rate and by 1% with the drift, of which the middle is half.
      #expect(abs(near - exact) <= 0.01 * (exact - 2 - model.signal.value(at: rates.reduce(0, +))))
      let steady = rates.allSatisfy { $0 == rates[0] || $0 == 0 }
      var still = model
      still.driftExponent = 0
      let joined = still.nearFinalLoss(from: still.start, rates)
      #expect(!steady || abs(joined - still.losses(under: rates, at: [rates.count])[0]) <= 1e-13)
    }
  }

  @Test("T1: a power law is a sum of exponentials with Gamma-distributed weights, and SGD is its limit")
  func smallRates() throws {
    // ((τ + τ₀)/τ*)^{−e} = τ*^e/Γ(e) ∫ x^e e^{−x(τ+τ₀)} d ln x, by the trapezoidal rule, which converges
    // exponentially; x = 2h.
    let model = Simulated.model(exponent: 1, drift: 0)
    let signal = model.signal
    let spacing = 0.25
    var (curvatures, levels) = ([Double](), [Double]())
    for k in -200...20 {
      let x = exp(spacing * Double(k))
      let weight =
        pow(x * signal.timeScale, signal.exponent) * exp(-x * signal.offset) / tgamma(signal.exponent)
      curvatures.append(x / 2)
      levels.append(signal.amplitude * spacing * weight)
    }
    for time in [0.0, 0.5, 20, 60] {
      let sum = zip(curvatures, levels).reduce(0) { $0 + $1.1 * exp(-2 * $1.0 * time) }
      #expect(abs(sum - signal.value(at: time)) <= 1e-10 * sum)
      let slope = zip(curvatures, levels).reduce(0) { $0 - 2 * $1.0 * $1.1 * exp(-2 * $1.0 * time) }
      #expect(abs(slope - signal.derivative(at: time)) <= 1e-10 * abs(slope))
    }
    // Curvatures that no rate of the runs below resolves add nothing.
    let directions = zip(curvatures, levels).filter { $1 > 1e-14 }
    func deviation(_ fold: Int) throws -> Double {
      // The same rates in intrinsic time, in steps that are smaller by the factor.
      let rates = Simulated.cosine(0.5, 0.05, 20).flatMap {
        Array(repeating: $0 / Double(fold), count: fold)
      }
      var scaled = model
      scaled.peakRate = model.peakRate / Double(fold)
      // c_j = 4 b_j/α* and ½ h m = level.
      let quadratic = try NoisyQuadraticModel(
        curvature: model.noise.map(\.curvature) + directions.map(\.0),
        gradientNoise: model.noise.map { 4 * $0.level / scaled.peakRate }
          + directions.map { _ in 0 },
        initialSecondMoment: model.noise.map { _ in 0 } + directions.map { 2 * $0.1 / $0.0 })
      let exact = try quadratic.expectedLoss(under: Schedule(learningRates: rates)).final
      return scaled.losses(under: rates, at: [rates.count])[0] - 2 - exact
    }
    let deviations = try [16, 32, 64].map(deviation)
    for (coarse, fine) in zip(deviations, deviations.dropFirst()) {
      #expect(abs(coarse) > 1e-5)
      // Order αh: half the rates, half the deviation.
      #expect((1.9...2.1).contains(coarse / fine))
    }
  }

  @Test("T1: the deviation from SGD at a constant rate")
  func stationary() throws {
    // SGD ends at b/(1 − αh/2) for α = α*.
    let model = try NoisyQuadraticModel(
      curvature: [1], gradientNoise: [4 * 0.3 / 0.2], initialSecondMoment: [0])
    let loss = try model.expectedLoss(under: .constant(learningRate: 0.2, steps: 200)).final
    #expect(abs(loss - 0.3 / (1 - 0.1)) <= 1e-14)
    let twin = RelaxationModel(
      asymptote: 0, signal: PowerLawSignal(amplitude: 0, exponent: 1, offset: 1, timeScale: 1),
      noise: [NoiseComponent(curvature: 1, level: 0.3)], driftOffset: 1, peakRate: 0.2)
    let relaxed = twin.losses(under: Array(repeating: 0.2, count: 200), at: [200])[0]
    #expect(abs(relaxed - 0.3) <= 1e-14)
  }
}
