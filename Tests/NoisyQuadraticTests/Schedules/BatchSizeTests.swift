import Foundation
import NoisyQuadratic
import Testing

@Suite("Batch size per step")
struct BatchSizeTests {
  /// Losses of heavy ball by the second moments of θ and v, with noise `c/B_t` (P4).
  private static func losses(_ model: NoisyQuadraticModel, _ schedule: Schedule) -> [Double] {
    let m = model.initialSecondMoment
    var losses = [Double](repeating: 0, count: schedule.count + 1)
    for (i, h) in model.curvature.enumerated() {
      let weight = 0.5 * model.multiplicity[i] * h
      var (p, q, r) = (m[i], 0.0, 0.0)
      losses[0] += weight * p
      for (t, step) in schedule.enumerated() {
        let (a, mu, examples) = (step.learningRate, step.momentum, step.batchSize ?? .nan)
        r = mu * mu * r - 2 * a * mu * h * q + a * a * (h * h * p + model.gradientNoise[i] / examples)
        let x = mu * q - a * h * p
        (p, q) = (p + 2 * x + r, x + r)
        losses[t + 1] += weight * p
      }
    }
    return losses
  }

  private static func example(_ seed: UInt64, momentum: Double, steps: Int = 12) throws -> (
    model: NoisyQuadraticModel, schedule: Schedule
  ) {
    var random = TestRandom(seed)
    let model = try random.model(dimension: 5)
    let plain = try random.schedule(steps: steps, momentum: momentum)
    return (model, try plain.with(batchSizes: random.array(steps) { $0.logUniform(0.1, 50) }))
  }

  @Test("P4: losses and step-by-step states, against second moments with c/B_t", arguments: [0, 0.9])
  func losses(momentum: Double) throws {
    let (model, schedule) = try Self.example(3, momentum: momentum)
    let expected = Self.losses(model, schedule)
    // The direct second moments cancel relative to the largest loss.
    #expect(largestScaledError(model.expectedLoss(under: schedule).values, expected) <= 1e-13)
    let scale = 1e-13 * (expected.max() ?? 0)
    var state = MomentState(model)
    try state.advance(schedule)
    #expect(abs(state.expectedLoss - expected[schedule.count]) <= scale)
    var ruleState = RuleMomentState(model, rule: schedule.convention.rule, totalSteps: schedule.count)
    ruleState.advance(schedule)
    #expect(abs(ruleState.expectedLoss - expected[schedule.count]) <= scale)
    let bands = try SpectralLoss(model, under: schedule)
    #expect(abs(bands.signal + bands.noise - expected[schedule.count]) <= scale)
    #expect(model.largestGrowth(under: schedule).factor >= 1)
    // Another method gives other losses: the batch sizes were not left out.
    #expect(
      relativeError(model.expectedLoss(under: try schedule.with(batchSizes: nil)).final, expected[12]) > 1e-3)
  }

  @Test("P4: equal batch sizes are the model's, in every convention", arguments: MomentumConvention.allCases)
  func equal(_ convention: MomentumConvention) throws {
    let (model, schedule) = try Self.example(4, momentum: 0.8)
    let plain = try schedule.with(batchSizes: nil).with(convention: convention)
    let batched = try plain.with(batchSizes: Array(repeating: 7, count: plain.count))
    let other = try model.with(batchSize: 7)
    #expect(
      largestScaledError(
        model.expectedLoss(under: batched).values, other.expectedLoss(under: plain).values) <= 1e-12)
    let (a, b) = (try model.gradient(under: batched), try other.gradient(under: plain))
    // A sum of some hundred products of either sign in every derivative.
    #expect(largestScaledError(a.learningRates, b.learningRates) <= 1e-11)
    #expect(largestScaledError(a.momenta, b.momenta) <= 1e-11)
  }

  @Test("P4: gradients against central differences", arguments: [0, 0.9])
  func gradient(momentum: Double) throws {
    let (model, schedule) = try Self.example(5, momentum: momentum, steps: 6)
    let gradient = try model.gradient(under: schedule)
    let scale = gradient.learningRates.map(abs).max() ?? 0
    for t in schedule.indices where schedule.learningRates[t] > 0 {
      func loss(_ change: Double) throws -> Double {
        var rates = schedule.learningRates
        rates[t] += change
        return model.expectedLoss(
          under: try Schedule(
            learningRates: rates, momenta: schedule.momenta, batchSizes: schedule.batchSizes)
        ).final
      }
      let slope = try (loss(1e-5) - loss(-1e-5)) / 2e-5
      #expect(abs(slope - gradient.learningRates[t]) <= 1e-8 * scale)
    }
  }

  @Test("P4: conversions keep batch sizes and losses")
  func converted() throws {
    let (model, schedule) = try Self.example(6, momentum: 0.9)
    let positive = try Schedule(
      learningRates: schedule.learningRates.map { $0 + 0.01 }, momenta: schedule.momenta,
      batchSizes: schedule.batchSizes)
    let optax = try positive.converted(to: .optax)
    #expect(optax.batchSizes == schedule.batchSizes)
    #expect(
      largestScaledError(
        model.expectedLoss(under: optax).values, model.expectedLoss(under: positive).values) <= 1e-12)
  }

  @Test("P4: noise that grows with the error, against a model of that batch size (X1)")
  func leastSquares() throws {
    let model = try NoisyQuadraticModel(
      leastSquares: [1, 0.3], residualVariance: 0.5, initialSecondMoment: [1, 2], batchSize: 2)
    let plain = try Schedule(learningRates: [0.3, 0.2, 0.1], momenta: [0, 0.5, 0.5])
    let batched = try plain.with(batchSizes: [8, 8, 8])
    let expected = try model.with(batchSize: 8).expectedLoss(under: plain).values
    #expect(largestScaledError(model.expectedLoss(under: batched).values, expected) <= 1e-13)
    #expect(throws: NoisyQuadraticError.self) { try model.gradient(under: batched) }
    #expect(throws: NoisyQuadraticError.self) {
      try BatchScheduleSolver().solve(model, batchSizes: [8, 8, 8])
    }
  }

  @Test("R1: simulated steps agree", arguments: [true, false])
  func simulated(isLeastSquares: Bool) throws {
    var (model, schedule) = try Self.example(7, momentum: 0.5, steps: 4)
    if isLeastSquares {
      model = try NoisyQuadraticModel(
        leastSquares: [1, 0.3], residualVariance: 0.5, initialSecondMoment: [1, 2], batchSize: 2)
      schedule = try schedule.scaled(by: 0.2).with(batchSizes: [1, 2, 8, 4])
    }
    var generator = Xoshiro256StarStar(seed: 5)
    let estimate = try MonteCarlo(replicas: 400).run(model, under: schedule, using: &generator)
    let losses = model.expectedLoss(under: schedule).values
    for t in losses.indices { #expect(abs(estimate.loss[t] - losses[t]) <= 5 * estimate.standardError[t]) }
  }

  @Test("P4: batch sizes at the edge of the number range")
  func extremes() throws {
    let model = try Self.model().with(batchSize: 1e-200)
    let huge = try Schedule(learningRates: [0.5, 0.5], batchSizes: [1e300, 1e300])
    let noiseless = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0, 0], initialSecondMoment: [1, 1])
    let expected = try noiseless.expectedLoss(under: huge.with(batchSizes: nil)).final
    #expect(relativeError(model.expectedLoss(under: huge).final, expected) < 1e-14)
  }

  @Test("Compositions and coding carry batch sizes")
  func carried() throws {
    let a = try Schedule(learningRates: [0.1, 0.2], batchSizes: [1, 2])
    let b = try Schedule(learningRates: [0.3], batchSizes: [4.5])
    let joined = try a.appending(b)
    #expect(joined.batchSizes == [1, 2, 4.5])
    #expect(try joined.cut(from: 1).batchSizes == [2, 4.5])
    #expect(try a.repeated(2).batchSizes == [1, 2, 1, 2])
    #expect(try a.scaled(by: 2).batchSizes == [1, 2])
    #expect(try a.warmedUp(steps: 2).batchSizes == [1, 1, 1, 2])
    #expect(a.with(convention: .pytorch).batchSizes == [1, 2])
    #expect(a[1].batchSize == 2 && a.batchSize(at: 9) == 2)
    #expect(a != (try a.with(batchSizes: nil)))
    let model = try NoisyQuadraticModel(
      curvature: [1], gradientNoise: [1], initialSecondMoment: [1], batchSize: 3)
    #expect(joined.examples(on: model) == 7.5)
    #expect(try joined.with(batchSizes: nil).examples(on: model) == 9)
    let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
    #expect(try decoder.decode(Schedule.self, from: encoder.encode(joined)) == joined)
    let plain = String(decoding: try encoder.encode(try a.with(batchSizes: nil)), as: UTF8.self)
    #expect(!plain.contains("batchSize"))
  }

  @Test("P5: the gap of a schedule is that to the best rates for its batch sizes")
  func gap() throws {
    let (model, schedule) = try Self.example(8, momentum: 0)
    let gap = try ScheduleGap(model, schedule)
    #expect(gap.excess > 0 && gap.regret == nil)
    #expect(gap.optimum.schedule.batchSizes == schedule.batchSizes)
    #expect(gap.optimum.informationBound < gap.optimum.finalLoss)
    #expect(model.expectedLoss(under: gap.optimum.schedule) == gap.optimum.losses)
    #expect(relativeError(gap.spectrum.signal + gap.spectrum.noise, gap.finalLoss) <= 1e-12)
    #expect(try #require(gap.optimum.statistics.kktResidual) <= 1e-6)
    // The given schedule is a start of the search, so none is better within the limits.
    let silent = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [0, 0], initialSecondMoment: [1, 1])
    let perfect = try ScheduleGap(silent, Schedule(learningRates: [1, 2], batchSizes: [1, 3]))
    #expect(perfect.excess >= 0 && perfect.optimum.finalLoss == 0)
  }

  static let badInput: [BadInput] = [
    BadInput("count", .lengthMismatch(field: "batchSize", expected: 2, actual: 1)) {
      _ = try Schedule(learningRates: [1, 1], batchSizes: [1])
    },
    BadInput(
      "zero", .invalidValue(field: "batchSize", index: 1, value: 0, expected: "a finite number > 0")
    ) { _ = try Schedule(learningRates: [1, 1]).with(batchSizes: [1, 0]) },
    BadInput("joined", .lengthMismatch(field: "schedules[1].batchSize", expected: 2, actual: 0)) {
      let plain = try Schedule(learningRates: [1, 1])
      _ = try plain.with(batchSizes: [1, 1]).appending(plain)
    },
    BadInput(
      "gap",
      .invalidValue(
        field: "momentumLimit", value: 0.5,
        expected:
          "0 for a schedule with batchSize, because the best rates at given batch sizes are "
          + "those of plain SGD")
    ) {
      _ = try ScheduleGap(
        model(), Schedule(learningRates: [1], batchSizes: [2]), limits: HyperparameterLimits(momentum: 0.5))
    },
    BadInput(
      "start",
      .invalidValue(
        field: "additionalStarts[0].batchSize", index: 0, value: 2,
        expected:
          "a schedule without batchSize, because all steps of this solver have the batch size of the model"
      )
    ) {
      var solver = FullHorizonSolver()
      solver.options.additionalStarts = [try Schedule(learningRates: [1], batchSizes: [2])]
      _ = try solver.solve(model(), horizon: 1)
    },
    BadInput(
      "certificate",
      .invalidValue(
        field: "known.batchSize", index: 0, value: 2,
        expected: "a schedule without batchSize, because a certificate is about the batch size of the model"
      )
    ) {
      let limits = HyperparameterLimits(learningRate: .value(1), momentum: 0)
      let gap = try ScheduleGap(
        model(), Schedule(learningRates: [1, 1], batchSizes: [2, 2]), limits: limits)
      _ = try CertifiedSolver(limits: limits).certify(model(), horizon: 2, known: gap.optimum)
    },
  ]

  private static func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(curvature: [1, 0.1], gradientNoise: [1, 0.1], initialSecondMoment: [1, 1])
  }

  @Test("Bad batch sizes are refused, and so is work that does not know them", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }
}
