import Foundation
import NoisyQuadratic
import Testing

@Suite("Linear update rules at constant hyperparameters")
struct ConstantRuleTests {
  private func model(_ dimension: Int = 3) throws -> NoisyQuadraticModel {
    var random = TestRandom(11)
    return try random.model(dimension: dimension)
  }

  @Test("U8: doubling agrees with steps", arguments: FrameworkLoop.cases)
  func doubling(_ loop: FrameworkLoop) throws {
    let model = try model()
    // A restless beginning, so that the doubled steps start anywhere, and at no multiple of a period.
    let head = try Schedule(learningRates: [0.3, 0.1, 0.5, 0.2], momenta: [0, 0.4, 0, 0.7])
    for momentum in [0, 0.6] {
      var fast = RuleMomentState(model, rule: loop.rule, totalSteps: 50)
      fast.advance(head)
      var slow = fast
      try fast.advance(steps: 46, learningRate: 0.2, momentum: momentum)
      for _ in 0..<46 { slow.advance(learningRate: 0.2, momentum: momentum) }
      #expect(fast.step == 50)
      for a in 0..<loop.rule.stateCount {
        #expect(largestScaledError(fast.mean(a), slow.mean(a)) <= 1e-13)
        for b in 0...a {
          #expect(largestScaledError(fast.secondMoment(a, b), slow.secondMoment(a, b)) <= 1e-13)
        }
      }
      #expect(relativeError(fast.expectedLoss, slow.expectedLoss) <= 1e-13)
      // The history is that of the steps taken: averages go on with the right weights.
      fast.advance(learningRate: 0.4, momentum: 0.5)
      slow.advance(learningRate: 0.4, momentum: 0.5)
      #expect(relativeError(fast.expectedLoss, slow.expectedLoss) <= 1e-13)
    }
  }

  @Test("U8: a million steps of heavy ball agree with the closed form")
  func closedForm() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 1e-3, 1e-6], gradientNoise: [1, 1e-3, 1e-6], initialSecondMoment: [1, 1, 1])
    var general = RuleMomentState(model, rule: VelocityMomentum(), totalSteps: 1_000_000)
    try general.advance(steps: 1_000_000, learningRate: 0.1, momentum: 0.9)
    var special = MomentState(model)
    try special.advance(steps: 1_000_000, learningRate: 0.1, momentum: 0.9)
    // A rounding of the eigenvalue is raised to the millionth power.
    #expect(largestRelativeError(general.secondMoment, special.secondMoment) <= 1e-9)
  }

  @Test("U8: arguments outside their domain are refused")
  func refused() throws {
    let start = RuleMomentState(try model(), rule: GradientDescent(), totalSteps: 1)
    BadInput("steps", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
      var state = start
      try state.advance(steps: -1, learningRate: 1)
    }.check()
    BadInput(
      "rate", .invalidValue(field: "learningRate", value: -1, expected: "a finite number ≥ 0")
    ) { _ = try start.model.spectralRadius(rule: start.rule, learningRate: -1) }.check()
    BadInput(
      "momentum", .invalidValue(field: "momentum", value: .infinity, expected: "a finite number ≥ 0")
    ) { _ = try start.model.stabilityLimit(rule: start.rule, momentum: .infinity) }.check()
  }

  @Test("U9: stationary moments of heavy ball agree with C4", arguments: [0.0, 0.5, 0.99])
  func stationaryHeavyBall(_ momentum: Double) throws {
    let h = [1.0, 0.1, 1e-4, 1e-8, 1e-12]
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: h.map { _ in 1 }, batchSize: 3)
    let expected = try #require(model.stationaryMoments(learningRate: 0.7, momentum: momentum))
    let found = try #require(
      try model.stationaryMoments(rule: VelocityMomentum(), learningRate: 0.7, momentum: momentum))
    #expect(largestRelativeError(found.secondMoment, expected.position) <= 1e-12)
    #expect(largestRelativeError(found.stateCovariance.map { $0[1] }, expected.cross) <= 1e-11)
    #expect(largestRelativeError(found.stateCovariance.map { $0[3] }, expected.velocity) <= 1e-11)
    #expect(relativeError(found.expectedLoss, expected.expectedLoss) <= 1e-12)
  }

  @Test("U9: stationary moments of an average and of Lookahead in closed form")
  func stationaryClosedForms() throws {
    let (h, c, alpha) = (0.8, 0.3, 0.5)
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [c], initialSecondMoment: [2])
    let u = 1 - alpha * h
    let m = alpha * c / (h * (2 - alpha * h))
    let gamma = 0.9
    let average = try #require(
      try model.stationaryMoments(
        rule: AveragedIterates(of: GradientDescent(), .exponential(decay: gamma)), learningRate: alpha))
    let x = (1 - gamma) * m / (1 - gamma * u)
    let y = (2 * gamma * (1 - gamma) * u * x + (1 - gamma) * (1 - gamma) * m) / (1 - gamma * gamma)
    #expect(relativeError(average.secondMoment[0], y) <= 1e-13)
    let (k, a) = (3, 0.4)
    let lookahead = try #require(
      try model.stationaryMoments(
        rule: Lookahead(over: GradientDescent(), innerSteps: k, slowRate: a), learningRate: alpha))
    let power = u * u * u
    let factor = 1 - a + a * power
    let inner = alpha * alpha * c * (1 - power * power) / (1 - u * u)
    #expect(relativeError(lookahead.secondMoment[0], a * a * inner / (1 - factor * factor)) <= 1e-13)
  }

  @Test("U9: long runs approach the stationary moments", arguments: FrameworkLoop.cases)
  func limit(_ loop: FrameworkLoop) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.2, 0], gradientNoise: [1, 0.3, 0], initialSecondMoment: [1, 2, 3])
    let (alpha, mu) = (0.3, 0.6)
    let stationary = try model.stationaryMoments(rule: loop.rule, learningRate: alpha, momentum: mu)
    guard let period = loop.rule.period else {
      #expect(stationary == nil)
      return
    }
    let found = try #require(stationary)
    var state = RuleMomentState(model, rule: loop.rule, totalSteps: 0)
    try state.advance(steps: period * 400, learningRate: alpha, momentum: mu)
    for a in 0..<loop.rule.stateCount {
      for b in 0..<loop.rule.stateCount {
        let scale = found.stateCovariance[1].map(abs).max() ?? 0
        let limit = state.secondMoment(a, b)
        for i in 0..<2 {
          #expect(abs(found.stateCovariance[i][a * loop.rule.stateCount + b] - limit[i]) <= 1e-12 * scale)
        }
      }
    }
    #expect(abs(found.secondMoment[2] - state.secondMoment[2]) <= 1e-12)
    let radius = try #require(
      try model.spectralRadius(rule: loop.rule, learningRate: alpha, momentum: mu))
    #expect(radius < 1)
  }

  @Test("U9: flat directions with noise drift, unless they decay")
  func flat() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    let free = try #require(try model.stationaryMoments(rule: VelocityMomentum(), learningRate: 0.3))
    #expect(free.secondMoment[1] == .infinity && free.expectedLoss.isFinite)
    let decaying = try #require(
      try model.stationaryMoments(
        rule: WeightDecay(of: GradientDescent(), coefficient: 0.1), learningRate: 0.3))
    // A direction with decay alone is one of that curvature.
    #expect(relativeError(decaying.secondMoment[1], 0.3 / (0.1 * (2 - 0.03))) <= 1e-13)
  }

  @Test("U9: a buffer that is left alone does not matter")
  func idleBuffer() throws {
    let model = try model()
    let plain = try #require(try model.stationaryMoments(rule: GradientDescent(), learningRate: 0.3))
    let idle = try #require(try model.stationaryMoments(rule: BufferMomentum(), learningRate: 0.3))
    #expect(idle.secondMoment == plain.secondMoment && idle.stateCovariance[0][3].isNaN)
    #expect(
      try model.spectralRadius(rule: BufferMomentum(), learningRate: 0.3)
        == model.spectralRadius(rule: GradientDescent(), learningRate: 0.3))
  }

  @Test("U9: limits of stability in closed form", arguments: [0.0, 0.5, 0.9])
  func limits(_ mu: Double) throws {
    let h = 3.0
    let model = try NoisyQuadraticModel(
      curvature: [h, 0.1], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    let nesterov = 2 * (1 + mu) / (1 + 2 * mu)
    let cases: [(any LinearUpdateRule, Double)] = [
      (GradientDescent(), 2 / h), (VelocityMomentum(), 2 * (1 + mu) / h),
      (BufferMomentum(), 2 * (1 + mu) / h), (VelocityMomentum(.nesterov), nesterov / h),
      (VelocityMomentum(.lookAhead), nesterov / h),
      (BufferMomentum(.pytorch, isNesterov: true), nesterov / h),
      (QuasiHyperbolicMomentum(), 2 * (1 + mu) / (1 - mu) / h),
      (try WeightDecay(of: GradientDescent(), coefficient: 0.5), 2 / (h + 0.5)),
      (try WeightDecay(of: GradientDescent(), coefficient: 0.5, .decoupled), 2 / (h + 0.5)),
      (try AveragedIterates(of: VelocityMomentum(), .exponential(decay: 0.99)), 2 * (1 + mu) / h),
      // The slow weights are stable while (1 + u³)/2 > −1, beyond the limit of the inner steps.
      (try Lookahead(over: GradientDescent(), innerSteps: 3, slowRate: 0.5), (1 + cbrt(3)) / h),
    ]
    for (rule, expected) in cases {
      let limit = try #require(try model.stabilityLimit(rule: rule, momentum: mu))
      #expect(relativeError(limit, expected) <= 1e-13, "\(rule)")
      let inside = try #require(
        try model.spectralRadius(rule: rule, learningRate: 0.99 * limit, momentum: mu))
      let outside = try #require(
        try model.spectralRadius(rule: rule, learningRate: 1.01 * limit, momentum: mu))
      #expect(inside < 1 && outside > 1)
      #expect(
        try model.stationaryMoments(rule: rule, learningRate: 1.01 * limit, momentum: mu) == nil)
    }
    #expect(try model.stabilityLimit(rule: ScheduleFree(), momentum: mu) == nil)
    #expect(try model.stabilityLimit(rule: VelocityMomentum(), momentum: 1.1) == nil)
  }

  @Test("U9: the spectral radius of SGD and heavy ball")
  func radius() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    let plain = try model.spectralRadius(rule: GradientDescent(), learningRate: 0.5)
    #expect(try relativeError(#require(plain), 0.95) <= 1e-15)
    // Complex roots of modulus √μ in both directions.
    let ball = try model.spectralRadius(rule: VelocityMomentum(), learningRate: 0.5, momentum: 0.9)
    #expect(try relativeError(#require(ball), 0.9.squareRoot()) <= 1e-14)
    // Three inner steps count as three.
    let lookahead = try model.spectralRadius(
      rule: Lookahead(over: GradientDescent(), innerSteps: 3, slowRate: 1), learningRate: 0.5)
    #expect(try relativeError(#require(lookahead), 0.95) <= 1e-14)
  }
}
