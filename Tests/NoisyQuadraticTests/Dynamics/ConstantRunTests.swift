import NoisyQuadratic
import Testing

/// Runs of constant rate and momentum against the step-by-step dynamics and their Hessian.
@Suite("Constant runs")
struct ConstantRunTests {
  private struct Setting {
    let problem: NormalizedProblem
    let rule: UpdateRule
    let dynamics: any MomentDynamics
    let start: AlignedColumns

    /// A problem, and a state that the first steps of a schedule lead to.
    init(seed: UInt64, dimension: Int, noise: Double, momentum: Double, moved: Int) throws {
      var random = TestRandom(seed)
      problem = NormalizedProblem(anyNoise: try random.model(dimension: dimension, noise: noise))
      rule = UpdateRule(usesMomentum: momentum > 0)
      dynamics = rule.dynamics(of: problem, hasRunningCosts: true)
      start = dynamics.makeState()
      for step in try random.schedule(steps: moved, momentum: momentum) {
        dynamics.advance(start, step.learningRate, step.momentum)
      }
    }

    func weights(_ steps: Int) -> [Double] {
      (0...steps).map { t -> Double in
        if t % 3 == 1 { return 0 }
        return 1 / Double(t + 1)
      }
    }

    func schedule(_ alpha: Double, _ mu: Double, steps: Int) -> KernelSchedule {
      KernelSchedule(
        rates: Array(repeating: alpha, count: steps), momenta: Array(repeating: mu, count: steps))
    }
  }

  private static let pairs: [(Double, Double)] = [
    (0.3, 0.9), (1.2, 0.01), (0, 0.5), (0.01, 0.99), (0.7, 0.25), (1.9, 0.8), (0.4, 0),
  ]

  @Test("C6: losses are those of the steps", arguments: [0, 0.9], [0, 0.3])
  func losses(momentum: Double, noise: Double) throws {
    for (steps, dimension) in [(1, 3), (2, 8), (7, 13), (64, 17), (250, 5)] {
      let setting = try Setting(
        seed: 5300, dimension: dimension, noise: noise, momentum: momentum, moved: 4)
      let evaluator = setting.dynamics
      for weights in [nil, setting.weights(steps)] {
        let run = ConstantRun(setting.dynamics, steps: steps, weights: weights, from: setting.start)
        let pairs = Self.pairs.map { ($0.0, momentum == 0 ? 0 : $0.1) }
        let losses = run.losses(pairs.map(\.0), pairs.map(\.1))
        for ((alpha, mu), loss) in zip(pairs, losses) {
          let schedule = setting.schedule(alpha, mu, steps: steps)
          let expected = evaluator.objective(
            schedule, weights: weights.map { [0] + $0.dropFirst() }, from: setting.start)
          // A few roundings per step, of the loss or of that at the start, which steps may cancel.
          let scale = max(expected, setting.dynamics.loss(setting.start))
          let allowed = 1e-15 * Double(steps + 4) * scale
          #expect(abs(loss - expected) <= allowed, "\(steps) × (\(alpha), \(mu))")
        }
      }
    }
  }

  @Test("C6: derivatives are the sums of the Hessian's", arguments: [false, true])
  func derivatives(isWeighted: Bool) throws {
    for (steps, dimension) in [(1, 3), (6, 13), (33, 17)] {
      let setting = try Setting(seed: 5310, dimension: dimension, noise: 0.3, momentum: 0.9, moved: 3)
      let weights = isWeighted ? setting.weights(steps) : nil
      let run = ConstantRun(setting.dynamics, steps: steps, weights: weights, from: setting.start)
      let hessian = ScheduleHessian(setting.problem, rule: setting.rule, capacity: steps)
      let engine = SweepEngine(setting.dynamics, capacity: steps)
      engine.start.copy(from: setting.start, 0, to: 0, count: 5)
      for (alpha, mu) in Self.pairs {
        let schedule = setting.schedule(alpha, mu, steps: steps)
        let matrix = hessian.matrix(schedule, weights: weights, from: setting.start)
        var sums = [0.0, 0, 0]
        for i in 0..<2 * steps {
          for j in 0...i { sums[i % 2 + j % 2] += (i == j ? 1 : 2) * matrix[i * 2 * steps + j] }
        }
        engine.load(schedule, weights: weights)
        let gradient = engine.gradient()
        let actual = run.derivatives(alpha, mu)
        let expected = [
          gradient.rates.reduce(0, +), gradient.momenta.reduce(0, +), sums[0], sums[1] / 2, sums[2],
        ]
        let scale = max(gradient.rates.map(abs).max() ?? 0, gradient.momenta.map(abs).max() ?? 0)
        let size = matrix.map(abs).max() ?? 0
        for (k, value) in [actual.a, actual.m, actual.aa, actual.am, actual.mm].enumerated() {
          let allowed = 1e-13 * Double(steps * steps) * (k < 2 ? scale : size)
          #expect(abs(value - expected[k]) <= allowed, "derivative \(k) of \(steps) × (\(alpha), \(mu))")
        }
      }
    }
  }

  @Test("C6: the slope at momentum 0 is that of all derivatives", arguments: [false, true])
  func slope(isWeighted: Bool) throws {
    let setting = try Setting(seed: 5320, dimension: 11, noise: 0.5, momentum: 0.9, moved: 2)
    let run = ConstantRun(
      setting.dynamics, steps: 21, weights: isWeighted ? setting.weights(21) : nil, from: setting.start)
    for alpha in [0, 0.1, 0.9, 1.7] {
      let (all, plain) = (run.derivatives(alpha, 0), run.derivatives(alpha, 0, holdsMomentum: true))
      #expect(relativeError(plain.value, all.value) <= 1e-14)
      #expect(abs(plain.a - all.a) <= 1e-13 * max(abs(all.a), all.value))
      #expect(abs(plain.aa - all.aa) <= 1e-13 * max(abs(all.aa), all.value))
      #expect((plain.m, plain.am, plain.mm) == (0, 0, 0))
    }
    #expect(run.evaluations == 8)
  }

  @Test("C6: differences of a run of a million steps")
  func long() throws {
    let setting = try Setting(seed: 5330, dimension: 5, noise: 1, momentum: 0.9, moved: 0)
    let run = ConstantRun(setting.dynamics, steps: 1_000_000, from: setting.start)
    let (alpha, mu, width) = (0.01, 0.5, 1e-4)
    let here = run.derivatives(alpha, mu)
    let losses = run.losses(
      [alpha * (1 - width), alpha * (1 + width), alpha, alpha], [mu, mu, mu - width, mu + width])
    // The differences are off by their second order.
    #expect(relativeError((losses[1] - losses[0]) / (2 * alpha * width), here.a) <= 1e-6)
    #expect(relativeError((losses[3] - losses[2]) / (2 * width), here.m) <= 1e-6)
    #expect(relativeError(run.losses([alpha], [mu])[0], here.value) <= 1e-9)
  }
}
