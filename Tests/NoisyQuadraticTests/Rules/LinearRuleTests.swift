import NoisyQuadratic
import Testing

@Suite("Linear update rules")
struct LinearRuleTests {
  /// Numbers worked out by hand: h = 1, m₀ = 1, no noise, two steps at momentum 0.9.
  struct Known: Sendable {
    let rule: any LinearUpdateRule
    let rates: [Double]
    let loss: Double
  }

  static let known = [
    Known(rule: BufferMomentum(.pytorch, isNesterov: true), rates: [0.1, 0.1], loss: 0.165370005),
    Known(rule: BufferMomentum(.optax, isNesterov: true), rates: [0.1, 0.1], loss: 0.165370005),
    Known(rule: VelocityMomentum(.nesterov), rates: [0.1, 0.1], loss: 0.165370005),
    Known(rule: BufferMomentum(), rates: [0.1, 0.1], loss: 0.2592),
    Known(rule: VelocityMomentum(), rates: [0.1, 0.1], loss: 0.2592),
    Known(rule: BufferMomentum(), rates: [0.1, 0.01], loss: 0.388962),
    Known(rule: VelocityMomentum(), rates: [0.1, 0.01], loss: 0.3208005),
    Known(rule: BufferMomentum(), rates: [0.01, 0.1], loss: 0.3208005),
    Known(rule: VelocityMomentum(), rates: [0.01, 0.1], loss: 0.388962),
    Known(rule: BufferMomentum(.optax), rates: [0, 0.1], loss: 0.32805),
    Known(rule: VelocityMomentum(), rates: [0, 0.1], loss: 0.405),
  ]

  /// A restless schedule, and steps without momentum before, between and after those with it.
  static func schedule() throws -> Schedule {
    try Schedule(
      learningRates: [0.3, 0, 0.5, 0.4, 0.1, 0.6, 0.2, 0.05, 0.3],
      momenta: [0, 0.5, 0.9, 0, 0, 0.8, 0.7, 0.95, 0.3])
  }

  @Test("U2: two steps by hand", arguments: known)
  func byHand(_ known: Known) throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [1])
    let schedule = try Schedule(learningRates: known.rates, momenta: [0.9, 0.9])
    let loss = model.expectedLoss(under: schedule, rule: known.rule).final
    // The decimals are exact, so only a few roundings are left.
    #expect(relativeError(loss, known.loss) <= 1e-14)
  }

  @Test("U2, U4–U7: steps are those of the frameworks' loops", arguments: FrameworkLoop.cases)
  func loops(_ loop: FrameworkLoop) throws {
    let schedule = try Self.schedule()
    var random = TestRandom(1)
    let noise = random.array(schedule.count) { $0.uniform(-1, 1) }
    let h = 0.7
    let expected = loop.iterates(
      .init(alpha: schedule.learningRates, mu: schedule.momenta) { h * $1 + noise[$0] }, 1.3)
    var clock = RuleClock(totalSteps: schedule.count)
    var z = loop.rule.initialState.map { 1.3 * $0 }
    let k = loop.rule.stateCount
    for (t, step) in schedule.enumerated() {
      let move = loop.rule.step(clock.next(learningRate: step.learningRate, momentum: step.momentum))
      let point = (0..<k).reduce(0) { $0 + move.point[$1].value * z[$1] }
      let gradient = h * point + noise[t] + move.decay.value * point
      z = (0..<k).map { i in
        (0..<k).reduce(move.gain[i].value * gradient) { $0 + move.transition[i * k + $1].value * z[$1] }
      }
      // Some ten operations a step on numbers of size one.
      #expect(abs(z[loop.rule.evaluated] - expected[t]) <= 1e-14, "step \(t)")
    }
  }

  /// Second moments by Kronecker's product, which no part of the library uses: `vec S' = (A ⊗ A) vec S + …`.
  private func plainLosses(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, _ rule: any LinearUpdateRule
  ) -> [Double] {
    let k = rule.stateCount
    var losses = [Double](repeating: 0, count: schedule.count + 1)
    for d in model.curvature.indices {
      let (h, c) = (model.curvature[d], model.gradientNoise[d] / model.batchSize)
      let start = rule.initialState
      var s = (0..<k * k).map { start[$0 / k] * start[$0 % k] * model.initialSecondMoment[d] }
      var clock = RuleClock(totalSteps: schedule.count)
      let e = rule.evaluated
      losses[0] += 0.5 * model.multiplicity[d] * h * s[e * k + e]
      for (t, step) in schedule.enumerated() {
        let move = rule.step(clock.next(learningRate: step.learningRate, momentum: step.momentum))
        func a(_ i: Int, _ j: Int) -> Double {
          move.transition[i * k + j].value
            + (h + move.decay.value) * move.gain[i].value * move.point[j].value
        }
        let old = s
        for i in 0..<k {
          for j in 0..<k {
            var sum = c * move.gain[i].value * move.gain[j].value
            for l in 0..<k { for m in 0..<k { sum += a(i, l) * a(j, m) * old[l * k + m] } }
            s[i * k + j] = sum
          }
        }
        losses[t + 1] += 0.5 * model.multiplicity[d] * h * s[e * k + e]
      }
    }
    return losses
  }

  @Test("U1: the kernel, the plain state and the second moments agree", arguments: FrameworkLoop.cases)
  func kernel(_ loop: FrameworkLoop) throws {
    var random = TestRandom(2)
    let model = try random.model(dimension: 11)
    let schedule = try Self.schedule()
    let losses = model.expectedLoss(under: schedule, rule: loop.rule).values
    var state = RuleMomentState(model, rule: loop.rule, totalSteps: schedule.count)
    var plain = [state.expectedLoss]
    for step in schedule {
      state.advance(learningRate: step.learningRate, momentum: step.momentum)
      plain.append(state.expectedLoss)
    }
    // Nothing is annihilated here: sums of positive terms and a few dozen roundings.
    #expect(largestRelativeError(losses, plain) <= 1e-13)
    #expect(largestRelativeError(losses, plainLosses(model, schedule, loop.rule)) <= 1e-12)
  }

  @Test("U1: heavy ball agrees with the specialised code", arguments: [1, 2, 3])
  func specialised(_ seed: UInt64) throws {
    var random = TestRandom(seed)
    let model = try random.model(dimension: 9)
    let schedule = try random.schedule(steps: 20, momentum: 0.9)
    let expected = model.expectedLoss(under: schedule).values
    #expect(
      largestRelativeError(
        model.expectedLoss(under: schedule, rule: VelocityMomentum()).values, expected) <= 1e-12)
    let plain = try Schedule(learningRates: schedule.learningRates)
    #expect(
      largestRelativeError(
        model.expectedLoss(under: plain, rule: GradientDescent()).values,
        model.expectedLoss(under: plain).values) <= 1e-13)
    var (general, special) = (
      RuleMomentState(model, rule: VelocityMomentum(), totalSteps: 20), MomentState(model)
    )
    general.advance(schedule)
    try special.advance(schedule)
    #expect(largestScaledError(general.mean(0), special.mean) <= 1e-13)
    #expect(largestScaledError(general.mean(1), special.velocityMean) <= 1e-13)
    #expect(largestScaledError(general.covariance(0, 0), special.variance) <= 1e-13)
    #expect(largestScaledError(general.covariance(0, 1), special.covariance) <= 1e-13)
    #expect(largestScaledError(general.covariance(1, 1), special.velocityVariance) <= 1e-13)
    #expect(largestScaledError(general.secondMoment(0, 1), special.crossMoment) <= 1e-13)
  }

  @Test("U1: conjugate gradients annihilate every direction")
  func annihilation() throws {
    // Greedy rates and momenta without noise are conjugate gradients: the last loss is 0 up to rounding, and a
    // recursion of second moments would be left with 1e-14.
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5, 0.2, 0.05], gradientNoise: [0, 0, 0, 0], initialSecondMoment: [1, 1, 1, 1])
    let schedule = try GreedySolver(limits: HyperparameterLimits(learningRate: .none, momentum: 0.99)).solve(
      model, horizon: 4
    ).schedule
    let loss = model.expectedLoss(under: schedule, rule: VelocityMomentum()).final
    #expect(loss >= 0 && loss <= 1e-26)
  }

  @Test("U5: the EMA of SGD obeys the recursion of its three moments")
  func exponentialAverage() throws {
    let (h, c, gamma) = (0.8, 0.3, 0.9)
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [c], initialSecondMoment: [2])
    let schedule = try Schedule.cosine(initialValue: 0.5, endValue: 0.1, steps: 12)
    let rule = try AveragedIterates(of: GradientDescent(), .exponential(decay: gamma))
    var (m, x, y) = (2.0, 2.0, 2.0)
    var expected = [0.5 * h * y]
    for alpha in schedule.learningRates {
      let u = 1 - alpha * h
      m = u * u * m + alpha * alpha * c
      (x, y) = (
        gamma * u * x + (1 - gamma) * m,
        gamma * gamma * y + 2 * gamma * (1 - gamma) * u * x + (1 - gamma) * (1 - gamma) * m
      )
      expected.append(0.5 * h * y)
    }
    #expect(largestRelativeError(model.expectedLoss(under: schedule, rule: rule).values, expected) <= 1e-14)
  }

  @Test("U1: scaled curvatures, noises and rates leave every loss alone", arguments: FrameworkLoop.cases)
  func equivariance(_ loop: FrameworkLoop) throws {
    guard !(loop.rule is WeightDecay) else { return }
    let schedule = try Self.schedule()
    // A power of two scales without rounding, and beyond the range in which squares of gradients are finite.
    func curve(_ s: Double) throws -> [Double] {
      let model = try NoisyQuadraticModel(
        curvature: [s, 0.25 * s], gradientNoise: [s * s, 0.5 * s * s], initialSecondMoment: [1, 2])
      let scaled = try Schedule(
        learningRates: schedule.learningRates.map { $0 / s }, momenta: schedule.momenta)
      return model.expectedLoss(under: scaled, rule: loop.rule).values.map { $0 / s }
    }
    #expect(try curve(0x1p-500) == curve(1))
    #expect(try curve(0x1p+500) == curve(1))
  }

  @Test("U4: a decay scales with the curvatures", arguments: [WeightDecay.Form.coupled, .decoupled])
  func decayUnit(_ form: WeightDecay.Form) throws {
    let schedule = try Self.schedule()
    func curve(_ s: Double) throws -> [Double] {
      let model = try NoisyQuadraticModel(
        curvature: [s, 0.25 * s], gradientNoise: [s * s, 0.5 * s * s], initialSecondMoment: [1, 2])
      let scaled = try Schedule(
        learningRates: schedule.learningRates.map { $0 / s }, momenta: schedule.momenta)
      let rule = try WeightDecay(of: BufferMomentum(), coefficient: 0.2 * s, form)
      return model.expectedLoss(under: scaled, rule: rule).values.map { $0 / s }
    }
    #expect(try curve(0x1p-40) == curve(1))
    #expect(try curve(0x1p+40) == curve(1))
  }

  @Test("U1: losses of some directions add up to the whole")
  func directions() throws {
    var random = TestRandom(9)
    let model = try random.model(dimension: 5)
    let schedule = try Self.schedule()
    func curve(_ directions: [Int]) -> [Double] {
      model.expectedLoss(under: schedule, rule: BufferMomentum(), over: directions).values
    }
    let whole = model.expectedLoss(under: schedule, rule: BufferMomentum()).values
    #expect(largestRelativeError(zip(curve([4, 0, 4]), curve([1, 2, 3])).map { $0 + $1 }, whole) <= 1e-14)
    #expect(curve([]).allSatisfy { $0 == 0 })
  }

  @Test("U3: the conventions of schedules have their rules", arguments: MomentumConvention.allCases)
  func conventions(_ convention: MomentumConvention) throws {
    let expected: [MomentumConvention: String] = [
      .velocity: "Keras", .velocityNesterov: "Keras, Nesterov", .pytorch: "PyTorch",
      .pytorchNesterov: "PyTorch, Nesterov", .optax: "optax", .optaxNesterov: "optax, Nesterov",
      .normalized: "normalized",
    ]
    let loop = try #require(FrameworkLoop.cases.first { $0.name == expected[convention] })
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0.5], initialSecondMoment: [1])
    let schedule = try Self.schedule()
    #expect(
      model.expectedLoss(under: schedule, rule: convention.rule)
        == model.expectedLoss(under: schedule, rule: loop.rule))
  }

  @Test(
    "Parameters outside their domain are refused",
    arguments: [
      BadInput(
        "dampening",
        .invalidValue(field: "dampening", value: 1, expected: "at least 0 and below 1")
      ) { _ = try BufferMomentum(.pytorch, dampening: 1) },
      BadInput(
        "share",
        .invalidValue(field: "averageShare", value: -0.1, expected: "at least 0 and at most 1")
      ) { _ = try QuasiHyperbolicMomentum(averageShare: -0.1) },
      BadInput(
        "decay of an average", .invalidValue(field: "decay", value: .nan, expected: "at least 0 and below 1")
      ) { _ = try AveragedIterates(of: GradientDescent(), .exponential(decay: .nan)) },
      BadInput("tail", .invalidCount(field: "tail", value: 0, expected: "at least 1")) {
        _ = try AveragedIterates(of: GradientDescent(), .tail(steps: 0))
      },
      BadInput(
        "weight decay",
        .invalidValue(field: "weightDecay", value: .infinity, expected: "a finite number ≥ 0")
      ) { _ = try WeightDecay(of: GradientDescent(), coefficient: .infinity) },
      BadInput("inner steps", .invalidCount(field: "innerSteps", value: 0, expected: "1 to 1000000")) {
        _ = try Lookahead(over: GradientDescent(), innerSteps: 0, slowRate: 0.5)
      },
      BadInput(
        "slow rate", .invalidValue(field: "slowRate", value: 1.5, expected: "above 0 and at most 1")
      ) { _ = try Lookahead(over: GradientDescent(), innerSteps: 5, slowRate: 1.5) },
      BadInput(
        "too many components", .invalidCount(field: "stateCount", value: 9, expected: "at most 8")
      ) {
        var rule: any LinearUpdateRule = GradientDescent()
        for _ in 0..<8 { rule = try AveragedIterates(of: rule, .uniform) }
      },
    ])
  func refused(_ input: BadInput) { input.check() }
}
