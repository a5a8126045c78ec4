import NoisyQuadratic
import Testing

/// The fused passes of heavy ball against the passes with a decision, whose minimizer is written in Swift.
@Suite("Sweeps with momentum in one kernel call")
struct HeavyBallSweepTests {
  struct Case: Sendable {
    var dimension: Int
    var steps: Int
    var rate: Double
    var momentum: Double
    var noise = 0.1
    var capacity: Int?
  }

  @Test(
    "S6: rates, momenta and losses of the passes with a decision",
    arguments: [
      Case(dimension: 1, steps: 1, rate: 0.5, momentum: 0.9),
      Case(dimension: 5, steps: 12, rate: 1, momentum: 0.9),
      Case(dimension: 16, steps: 30, rate: .infinity, momentum: 0.99),
      Case(dimension: 9, steps: 7, rate: 0, momentum: 0.5),
      Case(dimension: 12, steps: 20, rate: 0.3, momentum: 0.4, noise: 0),
      // Cut into segments.
      Case(dimension: 200, steps: 60, rate: 1.5, momentum: 0.95, capacity: 60),
    ])
  func agree(_ test: Case) throws {
    var random = TestRandom(6900 + UInt64(test.dimension))
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: test.dimension, noise: test.noise))
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let engines = (0..<2).map { _ in
      SweepEngine(dynamics, capacity: test.steps, isForOnePass: test.capacity != nil)
    }
    let (fused, plain) = (engines[0], engines[1])
    let most = test.rate.isFinite ? test.rate : 1
    let rates = random.array(test.steps) { $0.uniform(0, most) }
    let momenta = random.array(test.steps) { $0.uniform(0, test.momentum) }
    for engine in engines {
      engine.load(KernelSchedule(rates: rates, momenta: momenta))
      _ = engine.forward()
    }
    let decide: StepQuadratic.Decision = { _, quadratic in
      let best = quadratic.minimizer(maximumRate: test.rate, maximumMomentum: test.momentum)
      return (best.alpha, best.mu)
    }
    for pass in 0..<3 {
      _ = fused.sweepBackward(StepLimits(rate: test.rate, momentum: test.momentum))
      plain.backward(decide)
      expectEqual(fused, plain, test)
      let loss = fused.sweepForward(StepLimits(rate: test.rate, momentum: test.momentum)).objective
      let expected = plain.forward(decide)
      expectEqual(fused, plain, test)
      #expect(abs(loss - expected) <= 1e-10 * expected, "pass \(pass)")
    }
  }

  /// Sums in another order: roundings of some hundred terms, times the condition of a 2×2 system, from pass to pass.
  private func expectEqual(_ a: SweepEngine, _ b: SweepEngine, _ test: Case) {
    let unit = test.rate.isFinite && test.rate > 0 ? test.rate : 1
    for t in 0..<test.steps {
      #expect(abs(a.schedule.rates[t] - b.schedule.rates[t]) <= 1e-7 * unit, "\(test), rate of step \(t)")
      #expect(abs(a.schedule.momenta[t] - b.schedule.momenta[t]) <= 1e-7, "\(test), momentum of step \(t)")
    }
  }
}
