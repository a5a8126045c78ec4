import NoisyQuadratic
import Testing

@Suite("Feedback policy")
struct FeedbackPolicyTests {
  private static let limit = 1.0

  private static func sample(
    _ random: inout TestRandom, horizon: Int
  ) throws -> (model: NoisyQuadraticModel, certificate: OptimalityCertificate, policy: FeedbackPolicy) {
    let model = try random.model(dimension: 4)
    var solver = CertifiedSolver(limits: HyperparameterLimits(learningRate: .value(limit)), gap: 0.1)
    solver.options.maximumRounds = 5
    let certificate = try solver.certify(model, horizon: horizon)
    return (model, certificate, try #require(certificate.policy))
  }

  private static func moved(_ model: NoisyQuadraticModel, to m: [Double]) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: model.curvature, gradientNoise: model.gradientNoise, initialSecondMoment: m,
      multiplicity: model.multiplicity, batchSize: model.batchSize)
  }

  @Test("B8: from any start the policy ends at or below its bound", arguments: 0..<6)
  func guarantee(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4200)
    let horizon = 8
    let (model, _, policy) = try Self.sample(&random, horizon: horizon)
    for _ in 0..<20 {
      let m = random.array(4) { $0.logUniform(1e-3, 1e2) }
      let steps = 1 + Int(random.uniform(0, Double(horizon)))
      let schedule = try policy.schedule(secondMoment: m, steps: steps)
      var moments = PlainMoments(try Self.moved(model, to: m))
      var bound = try policy.lossBound(secondMoment: m, stepsLeft: steps)
      for (t, step) in schedule.enumerated() {
        #expect(
          relativeError(
            try policy.learningRate(secondMoment: moments.p, stepsLeft: steps - t), step.learningRate)
            <= 1e-10)
        moments.step(step.learningRate, 0)
        let next = try policy.lossBound(secondMoment: moments.p, stepsLeft: steps - t - 1)
        // A dozen roundings of sums of positive terms.
        #expect(next <= bound * (1 + 1e-13))
        bound = next
      }
      #expect(relativeError(bound, moments.loss) <= 1e-13)
    }
  }

  @Test("B8: from the model's start it is no worse than the solution", arguments: 0..<4)
  func start(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4210)
    let (model, certificate, policy) = try Self.sample(&random, horizon: 6)
    let schedule = try policy.schedule(secondMoment: model.initialSecondMoment, steps: 6)
    #expect(model.expectedLoss(under: schedule).final <= certificate.solution.finalLoss * (1 + 1e-13))
    #expect(schedule.learningRates.allSatisfy { $0 >= 0 && $0 <= Self.limit })
    #expect(!schedule.usesMomentum)
  }

  @Test("B8: the bound is the end of one of its schedules, the solution's among them", arguments: 0..<4)
  func bound(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4220)
    let (model, certificate, policy) = try Self.sample(&random, horizon: 6)
    let rates = certificate.solution.schedule.learningRates
    for left in 0...6 {
      let m = random.array(4) { $0.logUniform(1e-2, 10) }
      let tail = try Schedule(learningRates: Array(rates.suffix(left)))
      let loss = try Self.moved(model, to: m).expectedLoss(under: tail).final
      #expect(try policy.lossBound(secondMoment: m, stepsLeft: left) <= loss * (1 + 1e-13))
    }
    let m = model.initialSecondMoment
    // No end of a schedule beats the lower bound.
    #expect(try policy.lossBound(secondMoment: m, stepsLeft: 6) >= certificate.lowerBound)
  }

  @Test("S1: one step left is greedy, from any state", arguments: 0..<4)
  func lastStep(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4230)
    let (model, _, policy) = try Self.sample(&random, horizon: 3)
    let m = random.array(4) { $0.logUniform(1e-2, 10) }
    let greedy = PlainMoments(try Self.moved(model, to: m)).bestRate(momentum: 0, limit: Self.limit)
    #expect(relativeError(try policy.learningRate(secondMoment: m, stepsLeft: 1), greedy) <= 1e-13)
    #expect(try policy.learningRate(secondMoment: [0, 0, 0, 0], stepsLeft: 1) == 0)
  }

  @Test("Bad states are refused")
  func refused() throws {
    var random = TestRandom(4240)
    let policy = try Self.sample(&random, horizon: 3).policy
    BadInput("short", .lengthMismatch(field: "secondMoment", expected: 4, actual: 1)) {
      _ = try policy.learningRate(secondMoment: [1], stepsLeft: 1)
    }.check()
    for bad in [-1, .nan, .infinity] {
      BadInput(
        "moment",
        .invalidValue(field: "secondMoment", index: 2, value: bad, expected: "a finite number ≥ 0")
      ) { _ = try policy.lossBound(secondMoment: [1, 1, bad, 1], stepsLeft: 1) }.check()
    }
    for left in [-1, 4, .max] {
      BadInput(
        "steps", .invalidCount(field: "stepsLeft", value: left, expected: "0 to the horizon, 3")
      ) { _ = try policy.schedule(secondMoment: [1, 1, 1, 1], steps: left) }.check()
    }
    BadInput("no step", .invalidCount(field: "stepsLeft", value: 0, expected: "1 to the horizon, 3")) {
      _ = try policy.learningRate(secondMoment: [1, 1, 1, 1], stepsLeft: 0)
    }.check()
  }
}
