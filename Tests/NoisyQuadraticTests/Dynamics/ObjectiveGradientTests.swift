import NoisyQuadratic
import Testing

@Suite("Gradients of running costs")
struct ObjectiveGradientTests {
  @Test(
    "S13: costate matrices give the derivatives of the plain recursion", arguments: NamedObjective.all,
    [0, 0.9])
  func hyperDual(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5100)
    for steps in [1, 4, 9] {
      let model = try random.model(dimension: 2 + steps)
      let schedule = try random.schedule(steps: steps, momentum: momentum)
      let objective = objective.make(steps)
      let weights = try objective.weights(horizon: steps)
      let gradient = try model.gradient(of: objective, under: schedule)
      // Losses of the size of the largest, a few roundings per step.
      let allowed = 1e-12 * (PlainMoments.losses(model, schedule).max() ?? 0)
      for t in 0..<steps {
        let expected = HyperDual.objective(model, schedule, weights: weights, by: 2 * t, 2 * t + 1)
        #expect(abs(gradient.learningRates[t] - expected.first) <= allowed)
        #expect(abs(gradient.momenta[t] - expected.second) <= allowed)
      }
    }
  }

  @Test("S13: and central differences, which are exact", arguments: NamedObjective.all, [0, 0.9])
  func centralDifferences(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5110)
    let steps = 12
    let model = try random.model(dimension: 9)
    let schedule = try random.schedule(steps: steps, momentum: momentum)
    let objective = objective.make(steps)
    let gradient = try model.gradient(of: objective, under: schedule)
    let width = 0.125
    // Rounding of values of the size of the largest nearby, divided by the width.
    let allowed = 1e-12 * (PlainMoments.losses(model, schedule).max() ?? 0) / width
    for t in schedule.indices {
      func value(_ alpha: Double, _ mu: Double) throws -> Double {
        var (rates, momenta) = (schedule.learningRates, schedule.momenta)
        rates[t] += alpha
        momenta[t] += mu
        return try model.value(of: objective, under: Schedule(validRates: rates, momenta: momenta))
      }
      let byRate = try (value(width, 0) - value(-width, 0)) / (2 * width)
      let byMomentum = try (value(0, width) - value(0, -width)) / (2 * width)
      #expect(abs(gradient.learningRates[t] - byRate) <= allowed)
      #expect(abs(gradient.momenta[t] - byMomentum) <= allowed)
    }
  }

  @Test("S13: for the final loss matrices say what the adjoint path says", arguments: 0..<4)
  func rankOne(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5120)
    let model = try random.model(dimension: 7)
    let schedule = try random.schedule(steps: 10, momentum: seed == 0 ? 0 : 0.9)
    let path = try model.gradient(of: .finalLoss, under: schedule)
    let matrices = try model.gradient(of: .loss(atStep: 10), under: schedule)
    let scale = PlainMoments.losses(model, schedule).max() ?? 0
    #expect(abs(matrices.value - path.value) <= 1e-14 * scale)
    for (a, b) in zip(
      matrices.learningRates + matrices.momenta, path.learningRates + path.momenta)
    { #expect(abs(a - b) <= 1e-13 * scale) }
  }

  @Test("S13, S7: runs that are cut into segments charge every loss once")
  func segments() throws {
    // Three columns of 40 directions for 18000 steps exceed the 16 MiB of one segment.
    let (d, steps) = (40, 18000)
    let model = try NoisyQuadraticModel(
      spectrum: .geometric(dimension: d, minimum: 1e-2, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let schedule = try Schedule.linear(initialValue: 0.1, momentum: 0.9, steps: steps)
    let path = try model.gradient(of: .finalLoss, under: schedule)
    let matrices = try model.gradient(of: .loss(atStep: steps), under: schedule)
    // Differences of O(1) moments, each with the rounding of some steps' memory.
    #expect(largestScaledError(matrices.learningRates, path.learningRates) <= 1e-10)
    #expect(largestScaledError(matrices.momenta, path.momenta) <= 1e-10)
    let gradient = try model.gradient(of: .averageLoss, under: schedule)
    for t in [1, 9000, 17_990] {
      func value(_ change: Double) throws -> Double {
        var rates = schedule.learningRates
        rates[t] += change
        return try model.value(
          of: .averageLoss, under: Schedule(validRates: rates, momenta: schedule.momenta))
      }
      let (up, down) = (try value(1), try value(-1))
      #expect(abs(gradient.learningRates[t] - (up - down) / 2) <= 1e-13 * (up + down))
    }
  }

  @Test(
    "S13: sweeps never raise the objective, and return its value", arguments: NamedObjective.all, [0, 0.9])
  func monotone(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5130)
    let steps = 15
    let model = try random.model(dimension: 6, noise: 0.05)
    let problem = NormalizedProblem(anyNoise: model)
    let weights = try objective.make(steps).weights(horizon: steps)
    let dynamics = UpdateRule(usesMomentum: momentum > 0).dynamics(of: problem, hasRunningCosts: true)
    let engine = SweepEngine(dynamics, capacity: steps)
    let schedule = try random.schedule(steps: steps, momentum: momentum)
    engine.load(
      KernelSchedule(rates: schedule.learningRates.map(problem.scaledRate), momenta: schedule.momenta),
      weights: weights)
    let decision: StepQuadratic.Decision = { _, quadratic in
      quadratic.minimizer(maximumRate: problem.scaledRate(2), maximumMomentum: momentum > 0 ? 0.99 : 0)
    }
    var value = problem.modelLoss(engine.forward())
    for _ in 0..<12 {
      engine.backward(decision)
      let next = problem.modelLoss(engine.forward(decision))
      let present = Schedule(
        validRates: engine.schedule.rates.map(problem.modelRate), momenta: engine.schedule.momenta)
      #expect(
        relativeError(next, try model.value(of: .weightedLoss(weights), under: present)) <= 1e-12)
      // Each block's minimizer is right to rounding.
      #expect(next <= value * (1 + 1e-13))
      value = next
    }
  }
}
