import NoisyQuadratic
import Testing

/// A schedule's numbers are read in its own convention by every entry point that takes a schedule.
@Suite("Losses under a schedule's own convention")
struct ConventionLossTests {
  private static func known(
    _ convention: MomentumConvention, _ rates: [Double]
  ) throws -> (NoisyQuadraticModel, Schedule) {
    (
      try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [1]),
      try Schedule(learningRates: rates, momenta: [0.9, 0.9], convention: convention)
    )
  }

  /// Restless numbers, with zeros among rates and momenta.
  private static func restless(
    _ convention: MomentumConvention, seed: UInt64 = 7100, steps: Int = 7
  ) throws -> (NoisyQuadraticModel, Schedule) {
    var random = TestRandom(seed)
    let model = try random.model(dimension: 3, noise: 0.3)
    let rates = random.array(steps) { $0.unit() < 0.15 ? 0 : $0.uniform(0.05, 0.9) }
    let momenta = random.array(steps) { $0.unit() < 0.3 ? 0 : $0.uniform(0.05, 0.9) }
    return (model, try Schedule(learningRates: rates, momenta: momenta, convention: convention))
  }

  @Test(
    "D6: two steps at momentum 0.9 by hand",
    arguments: [
      (MomentumConvention.pytorch, [0.1, 0.01], 0.388962), (.velocity, [0.1, 0.01], 0.3208005),
      (.pytorch, [0, 0.1], 0.32805), (.velocity, [0, 0.1], 0.405), (.pytorch, [0.1, 0.1], 0.2592),
      (.pytorchNesterov, [0.1, 0.1], 0.16537), (.optax, [0.1, 0.01], 0.388962),
    ])
  func byHand(_ convention: MomentumConvention, _ rates: [Double], _ loss: Double) throws {
    let (model, schedule) = try Self.known(convention, rates)
    // The values are rounded to as many digits.
    let rounding = convention == .pytorchNesterov ? 5e-6 : 1e-15
    #expect(abs(model.expectedLoss(under: schedule).final - loss) <= rounding)
    #expect(abs(try model.value(of: .finalLoss, under: schedule) - loss) <= rounding)
    #expect(abs(try model.gradient(under: schedule).value - loss) <= rounding)
    #expect(abs(model.expectedLoss(under: schedule, over: [0]).final - loss) <= rounding)
  }

  @Test("U1: losses and their parts by influence sums", arguments: MomentumConvention.allCases)
  func influence(_ convention: MomentumConvention) throws {
    let (model, schedule) = try Self.restless(convention)
    let exact = ConventionLoss.final(model, schedule)
    // Some steps of a few ulp of numbers of order one.
    #expect(relativeError(model.expectedLoss(under: schedule).final, exact) <= 1e-13)
    let spectrum = try SpectralLoss(model, under: schedule)
    let parts = model.curvature.indices.map { ConventionLoss.final(model, schedule, direction: $0) }
    #expect(relativeError(spectrum.signal, parts.reduce(0) { $0 + $1.signal }) <= 1e-13)
    #expect(relativeError(spectrum.noise, parts.reduce(0) { $0 + $1.noise }) <= 1e-13)
    let growth = model.largestGrowth(under: schedule)
    let m = zip(parts, zip(model.curvature, model.multiplicity)).map { 2 * $0.total / ($1.0 * $1.1) }
    #expect(growth.factor >= zip(m, model.initialSecondMoment).map { $0 / $1 }.max() ?? 0)
  }

  @Test("U3: derivatives are those of the schedule's own numbers", arguments: MomentumConvention.allCases)
  func gradient(_ convention: MomentumConvention) throws {
    let (model, restless) = try Self.restless(convention)
    // Away from 0, where PyTorch's steps are not continuous.
    let schedule = try Schedule(
      learningRates: restless.learningRates.map { $0 + 0.05 }, momenta: restless.momenta.map { $0 + 0.01 },
      convention: convention)
    let gradient = try model.gradient(under: schedule)
    let width = 1e-5
    for t in [1, 4, 6] {
      func slope(_ rate: Double, _ momentum: Double) throws -> Double {
        let values = try [1.0, -1].map { sign in
          var (rates, momenta) = (schedule.learningRates, schedule.momenta)
          rates[t] += sign * rate
          momenta[t] += sign * momentum
          return ConventionLoss.final(
            model, try Schedule(learningRates: rates, momenta: momenta, convention: convention))
        }
        return (values[0] - values[1]) / (2 * width)
      }
      // Width² times a third derivative of order ten, and rounding over the width.
      #expect(abs(gradient.learningRates[t] - (try slope(width, 0))) <= 1e-8)
      #expect(abs(gradient.momenta[t] - (try slope(0, width))) <= 1e-8)
    }
  }

  @Test("R1: without noise, a simulation makes the same steps", arguments: MomentumConvention.allCases)
  func simulation(_ convention: MomentumConvention) throws {
    let (noisy, schedule) = try Self.restless(convention)
    let model = try NoisyQuadraticModel(
      curvature: noisy.curvature, gradientNoise: [0, 0, 0], initialMean: [1, -2, 0.5],
      initialVariance: [0, 0, 0])
    var generator = Xoshiro256StarStar(seed: 1)
    let estimate = try MonteCarlo(replicas: 2).run(model, under: schedule, using: &generator)
    #expect(largestRelativeError(estimate.loss, model.expectedLoss(under: schedule).values) <= 1e-12)
  }

  @Test(
    "R1: with noise, a simulation agrees within its error", arguments: [MomentumConvention.pytorchNesterov])
  func noisySimulation(_ convention: MomentumConvention) throws {
    let (model, schedule) = try Self.restless(convention)
    var generator = Xoshiro256StarStar(seed: 2)
    let estimate = try MonteCarlo(replicas: 1500).run(model, under: schedule, using: &generator)
    let exact = model.expectedLoss(under: schedule).values
    for t in exact.indices.dropFirst() {
      #expect(abs(estimate.loss[t] - exact[t]) <= 5 * estimate.standardError[t])
    }
  }

  @Test("D6: what keeps the rate inside the velocity converts or refuses")
  func refusals() throws {
    let (model, plain) = try Self.known(.pytorch, [0.1, 0.01])
    var state = MomentState(model)
    try state.advance(plain)
    #expect(relativeError(state.expectedLoss, 0.388962) <= 1e-14)
    BadInput(
      "a run that has begun",
      .notConvertible(
        from: "pytorch", to: "velocity", step: 0,
        reason: "the run has begun, and this state does not know the buffer of that convention")
    ) { [state] in
      var state = state
      try state.advance(plain)
    }.check()
    let (_, nesterov) = try Self.known(.pytorchNesterov, [0.1, 0.1])
    let reason = "Nesterov's momentum moves by two gradients, heavy ball by one"
    let error = NoisyQuadraticError.notConvertible(
      from: "pytorch-nesterov", to: "velocity", step: 1, reason: reason)
    var solver = FullHorizonSolver(limits: HyperparameterLimits(momentum: 0.9))
    BadInput("optimality", error) { [solver] in _ = try solver.optimality(model, under: nesterov) }.check()
    solver.options.additionalStarts = [nesterov]
    BadInput("a start", error) { [solver] in _ = try solver.solve(model, horizon: 2) }.check()
    BadInput("a state", error) {
      var state = MomentState(model)
      try state.advance(nesterov)
    }.check()
  }
}
