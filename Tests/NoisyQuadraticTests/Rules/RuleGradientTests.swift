import NoisyQuadratic
import Testing

@Suite("Gradients of linear update rules")
struct RuleGradientTests {
  /// Rates that are not 0 and momenta that are 0 only before all others: elsewhere a step is not continuous.
  private func schedule(_ steps: Int = 7) throws -> Schedule {
    var random = TestRandom(5)
    return try Schedule(
      learningRates: random.array(steps) { $0.uniform(0.1, 0.8) },
      momenta: random.array(steps) { $0.uniform(0.2, 0.9) })
  }

  private func perturbed(_ schedule: Schedule, _ t: Int, rate: Double = 0, momentum: Double = 0) throws
    -> Schedule
  {
    var (rates, momenta) = (schedule.learningRates, schedule.momenta)
    rates[t] += rate
    momenta[t] += momentum
    return try Schedule(learningRates: rates, momenta: momenta)
  }

  @Test(
    "U3: adjoints agree with central differences of fourth order", arguments: FrameworkLoop.cases,
    [Objective.finalLoss, .discountedLoss(discount: 0.7)])
  func differences(_ loop: FrameworkLoop, _ objective: Objective) throws {
    var random = TestRandom(6)
    let model = try random.model(dimension: 3)
    let schedule = try schedule()
    let gradient = try model.gradient(of: objective, under: schedule, rule: loop.rule)
    func value(_ t: Int, _ rate: Double, _ momentum: Double) throws -> Double {
      try model.value(
        of: objective, under: perturbed(schedule, t, rate: rate, momentum: momentum), rule: loop.rule)
    }
    #expect(try relativeError(gradient.value, value(0, 0, 0)) <= 1e-14)
    let scale =
      (gradient.learningRates + gradient.momenta).map(abs).max() ?? 0
    let e = 1e-3
    for t in schedule.indices {
      func slope(_ f: (Double) throws -> Double) rethrows -> Double {
        try (8 * (f(e) - f(-e)) - (f(2 * e) - f(-2 * e))) / (12 * e)
      }
      let byRate = try slope { try value(t, $0, 0) }
      let byMomentum = try slope { try value(t, 0, $0) }
      // Fourth-order differences: e⁴ times a fifth derivative, and roundings over e.
      #expect(abs(gradient.learningRates[t] - byRate) <= 1e-9 * scale, "rate of step \(t)")
      #expect(abs(gradient.momenta[t] - byMomentum) <= 1e-9 * scale, "momentum of step \(t)")
    }
  }

  @Test(
    "U3: heavy ball agrees with the specialised gradient", arguments: [Objective.finalLoss, .averageLoss])
  func specialised(_ objective: Objective) throws {
    var random = TestRandom(7)
    let model = try random.model(dimension: 10)
    let schedule = try random.schedule(steps: 15, momentum: 0.9)
    let expected = try model.gradient(of: objective, under: schedule)
    let gradient = try model.gradient(of: objective, under: schedule, rule: VelocityMomentum())
    #expect(relativeError(gradient.value, expected.value) <= 1e-12)
    #expect(largestScaledError(gradient.learningRates, expected.learningRates) <= 1e-12)
    #expect(largestScaledError(gradient.momenta, expected.momenta) <= 1e-12)
  }

  @Test("U3: runs that are cut into segments have the gradient of their parts")
  func segments() throws {
    // More steps than are stored at a time. A run of equal steps has known derivatives: at momentum 0,
    // L = ½ (u^{2T} m₀ + …), all steps of which have the same derivative without noise.
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [2])
    let (steps, alpha) = (1100, 1e-3)
    let schedule = try Schedule(learningRates: Array(repeating: alpha, count: steps))
    let gradient = try model.gradient(under: schedule, rule: GradientDescent())
    let u = 1 - alpha
    var power = 2.0
    for _ in 0..<steps { power *= u * u }
    // u² is rounded T times, on either side.
    #expect(relativeError(gradient.value, 0.5 * power) <= 1e-12)
    #expect(gradient.learningRates.allSatisfy { relativeError($0, -power / u) <= 1e-12 })
  }

  @Test("U3: evaluations from a state go on where it stands", arguments: FrameworkLoop.cases)
  func fromState(_ loop: FrameworkLoop) throws {
    var random = TestRandom(8)
    let model = try random.model(dimension: 5)
    let whole = try schedule(9)
    let head = try Schedule(
      learningRates: Array(whole.learningRates[..<4]), momenta: Array(whole.momenta[..<4]))
    let tail = try Schedule(
      learningRates: Array(whole.learningRates[4...]), momenta: Array(whole.momenta[4...]))
    var state = RuleMomentState(model, rule: loop.rule, totalSteps: 9)
    state.advance(head)
    let rest = try LinearRuleGradient(model, rule: loop.rule, horizon: 5, from: state)
    let full = try model.gradient(under: whole, rule: loop.rule)
    let curve = model.expectedLoss(under: whole, rule: loop.rule).values
    #expect(largestRelativeError(rest.losses(tail), Array(curve[4...])) <= 1e-13)
    for _ in 0..<2 {
      let part = rest(tail)
      #expect(relativeError(part.value, full.value) <= 1e-13)
      #expect(largestScaledError(part.learningRates, Array(full.learningRates[4...])) <= 1e-12)
      #expect(largestScaledError(part.momenta, Array(full.momenta[4...])) <= 1e-12)
    }
  }

  @Test("U3: the units of the kernels are those of the specialised code")
  func kernelUnits() throws {
    let model = try NoisyQuadraticModel(
      curvature: [12, 0.3], gradientNoise: [5, 1], initialSecondMoment: [40, 3], multiplicity: [7, 2])
    let problem = NormalizedProblem(anyNoise: model)
    let schedule = try Schedule(learningRates: [0.05, 0.1, 0.02], momenta: [0.3, 0.6, 0.9])
    let engine = SweepEngine(UpdateRule.heavyBall.dynamics(of: problem), capacity: 3)
    engine.load(problem.scaled(schedule))
    let expected = engine.gradient()
    let gradient = try LinearRuleGradient(problem, rule: VelocityMomentum(), weights: [0, 0, 0, 1])(
      problem.scaled(schedule))
    #expect(relativeError(gradient.value, expected.value) <= 1e-13)
    #expect(largestScaledError(gradient.rates, expected.rates) <= 1e-13)
    #expect(largestScaledError(gradient.momenta, expected.momenta) <= 1e-13)
  }

  @Test("U3: a run that does not fit into memory is refused")
  func memory() {
    expectExceedsMemory("horizon", 1 << 50) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      _ = try LinearRuleGradient(model, rule: VelocityMomentum(), horizon: 1 << 50)
    }
  }
}
