import NoisyQuadratic
import Testing

@Suite("Sweeps")
struct SweepEngineTests {
  private func engine(
    _ model: NoisyQuadraticModel, steps: Int, momentum: Bool
  ) -> (SweepEngine, NormalizedProblem) {
    let problem = NormalizedProblem(anyNoise: model)
    return (SweepEngine(UpdateRule(usesMomentum: momentum).dynamics(of: problem), capacity: steps), problem)
  }

  @Test(
    "S6: no sweep raises the loss, which is always that of the present schedule", arguments: 0..<6,
    [false, true])
  func monotone(seed: Int, momentum: Bool) throws {
    var random = TestRandom(UInt64(seed) + 700)
    let model = try random.model(dimension: 6, noise: random.logUniform(1e-3, 1))
    let schedule = try random.schedule(steps: 20, momentum: momentum ? 0.9 : 0)
    let (engine, problem) = engine(model, steps: 20, momentum: momentum)
    engine.load(
      KernelSchedule(rates: schedule.learningRates.map(problem.scaledRate), momenta: schedule.momenta))
    let decision: StepQuadratic.Decision = { _, quadratic in
      quadratic.minimizer(maximumRate: problem.scaledRate(2), maximumMomentum: momentum ? 0.99 : 0)
    }
    engine.backward()
    var loss = model.expectedLoss(under: schedule).final
    for _ in 0..<15 {
      let next = problem.modelLoss(engine.forward(decision))
      let current = Schedule(
        validRates: engine.schedule.rates.map(problem.modelRate), momenta: engine.schedule.momenta)
      // The same operations on the same numbers, but for the kernels' order of sums.
      #expect(relativeError(next, model.expectedLoss(under: current).final) <= 1e-13)
      // Each block's minimizer is right to rounding.
      #expect(next <= loss * (1 + 1e-13))
      loss = next
      engine.backward(decision)
    }
  }

  @Test("S7: a run that is cut into segments makes the sweeps of a plain one", .long)
  func segments() throws {
    // d = 1000 and T = 2200 moments of 8 bytes exceed the 16 MiB of one segment.
    let (d, steps) = (1000, 2200)
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: d, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let (engine, problem) = engine(model, steps: steps, momentum: false)
    var random = TestRandom(720)
    let rates = random.array(steps) { $0.uniform(0, 0.5) }
    engine.load(KernelSchedule(rates: rates, momenta: Array(repeating: 0, count: steps)))
    var plain = PlainSweeps(model, rates: rates)
    let gradient = engine.gradient()
    let expected = plain.gradient()
    // Sums of a thousand terms in another order, through 2200 steps of one ulp each.
    #expect(relativeError(gradient.value, expected.loss) <= 1e-12)
    #expect(largestScaledError(gradient.rates, expected.rates) <= 1e-11)
    // A pair of sweeps and half a one, after which nothing but the engine's own checkpoints is left.
    let decision: StepQuadratic.Decision = { _, quadratic in
      quadratic.minimizer(maximumRate: problem.scaledRate(1), maximumMomentum: 0)
    }
    engine.backward()
    _ = engine.forward(decision)
    engine.backward(decision)
    let loss = engine.forward(decision)
    _ = plain.forward(limit: 1)
    plain.backward(limit: 1)
    let plainLoss = plain.forward(limit: 1)
    #expect(relativeError(problem.modelLoss(loss), plainLoss) <= 1e-11)
    #expect(largestScaledError(engine.schedule.rates.map(problem.modelRate), plain.rates) <= 1e-9)
  }

  @Test("S7: with momentum, segments recompute what they need")
  func heavyBallSegments() throws {
    // Three moments each: 40 · 3 · 8 · 18000 bytes exceed 16 MiB as well.
    let (d, steps) = (40, 18000)
    let model = try NoisyQuadraticModel(
      spectrum: .geometric(dimension: d, minimum: 1e-2, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let schedule = try Schedule.linear(initialValue: 0.1, momentum: 0.9, steps: steps)
    let gradient = try model.gradient(under: schedule)
    #expect(relativeError(gradient.value, model.expectedLoss(under: schedule).final) <= 1e-12)
    // Nothing but rounding separates the run from its last steps on their own: differences for steps in
    // every segment, the loss being quadratic in each variable.
    for t in [0, 1, 5000, 9000, 13_000, 17_990, 17_999] {
      func loss(_ change: Double) -> Double {
        var rates = schedule.learningRates
        rates[t] += change
        return model.expectedLoss(under: Schedule(validRates: rates, momenta: schedule.momenta)).final
      }
      let width = 1.0
      let difference = (loss(width) - loss(-width)) / (2 * width)
      #expect(abs(gradient.learningRates[t] - difference) <= 1e-12 * (loss(width) + loss(-width)) / width)
    }
  }

  @Test("S7: memory grows like √T, and is asked for before it is taken")
  func memory() throws {
    let short = SweepEngine.doubles(dimension: 1000, steps: 1_000_000, rule: .heavyBall)
    let long = SweepEngine.doubles(dimension: 1000, steps: 100_000_000, rule: .heavyBall)
    // 8 T for the schedule itself, ten times the rest for a hundred times the steps.
    #expect(long - 8e8 <= 11 * (short - 8e6))
    // Everything at once for a run that fits 16 MiB.
    #expect(SweepEngine.doubles(dimension: 1000, steps: 250, rule: .sgd) < 2_097_152)
  }
}
