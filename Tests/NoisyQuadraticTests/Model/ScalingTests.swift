import Foundation
import NoisyQuadratic
import Testing

/// `h → s h, c → s² k c, m₀ → k m₀, n → w n` with its effect on rates and losses (M6).
struct Scaling: Sendable, CustomTestStringConvertible {
  let curvature, moment, multiplicity: Double

  var testDescription: String { "h·\(curvature), m·\(moment), n·\(multiplicity)" }
  var loss: Double { curvature * moment * multiplicity }

  func callAsFunction(_ model: NoisyQuadraticModel) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: model.curvature.map { $0 * curvature },
      gradientNoise: model.gradientNoise.map { $0 * moment * curvature * curvature },
      initialSecondMoment: model.initialSecondMoment.map { $0 * moment },
      multiplicity: model.multiplicity.map { $0 * multiplicity }, batchSize: model.batchSize)
  }

  func callAsFunction(_ schedule: Schedule) throws -> Schedule {
    try Schedule(learningRates: schedule.learningRates.map { $0 / curvature }, momenta: schedule.momenta)
  }

  /// Powers of two, to beyond where squares overflow.
  static let exact = [
    Scaling(curvature: 8, moment: 1, multiplicity: 1),
    Scaling(curvature: 1, moment: 0.125, multiplicity: 1),
    Scaling(curvature: 1, moment: 1, multiplicity: 4),
    Scaling(curvature: 0x1p-20, moment: 0x1p33, multiplicity: 0.5),
    Scaling(curvature: 0x1p600, moment: 0x1p-500, multiplicity: 1),
    Scaling(curvature: 0x1p-600, moment: 0x1p500, multiplicity: 1),
    Scaling(curvature: 0x1p300, moment: 0x1p300, multiplicity: 0x1p300),
    Scaling(curvature: 0x1p-300, moment: 0x1p-300, multiplicity: 0x1p-300),
  ]
}

@Suite("Scaling")
struct ScalingTests {
  private func sample(_ seed: UInt64) throws -> (NoisyQuadraticModel, Schedule, TestRandom) {
    var random = TestRandom(seed)
    let h = random.array(6) { $0.logUniform(1e-2, 3) }
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { $0 * random.uniform(0.2, 2) },
      initialSecondMoment: random.array(6) { $0.uniform(0.1, 5) },
      multiplicity: random.array(6) { $0.uniform(0.5, 3) }, batchSize: 1.5)
    let raw = try random.schedule(steps: 30, momentum: 0.9)
    let schedule = try Schedule(
      learningRates: raw.learningRates.map { $0 / model.maximumCurvature }, momenta: raw.momenta)
    return (model, schedule, random)
  }

  @Test("M6: powers of two leave every bit alone", arguments: Scaling.exact)
  func exactLosses(_ scale: Scaling) throws {
    let (model, schedule, _) = try sample(1)
    let (other, otherSchedule) = try (scale(model), scale(schedule))
    let losses = other.expectedLoss(under: otherSchedule).values
    #expect(losses == model.expectedLoss(under: schedule).values.map { $0 * scale.loss })
    let (gradient, otherGradient) = try (
      model.gradient(under: schedule), other.gradient(under: otherSchedule)
    )
    #expect(otherGradient.value == gradient.value * scale.loss)
    #expect(otherGradient.learningRates == gradient.learningRates.map { $0 * scale.loss * scale.curvature })
    #expect(otherGradient.momenta == gradient.momenta.map { $0 * scale.loss })
    #expect(try other.firstStepGrowthLimit == #require(model.firstStepGrowthLimit) / scale.curvature)
    #expect(try other.informationBound(steps: 9) == model.informationBound(steps: 9) * scale.loss)
    #expect(other.initialLoss == model.initialLoss * scale.loss)
  }

  @Test(
    "M6: solvers follow powers of two bit for bit", arguments: LongTest.cases(NamedSolver.all), Scaling.exact)
  func exactSolvers(_ solver: NamedSolver, _ scale: Scaling) throws {
    let (model, _, _) = try sample(2)
    let other = try scale(model)
    for momentum in LongTest.cases([0, 0.9], otherwise: [0.9]) {
      let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum)
      let (a, b) = try (solver.solve(model, limits, horizon: 5), solver.solve(other, limits, horizon: 5))
      #expect(b.schedule.learningRates == a.schedule.learningRates.map { $0 / scale.curvature })
      #expect(b.schedule.momenta == a.schedule.momenta)
      #expect(b.losses.values == a.losses.values.map { $0 * scale.loss })
      #expect(b.statistics.kktResidual == a.statistics.kktResidual)
    }
  }

  @Test("M6: solvers under the paper's cap follow a power of two beyond overflow of c/m")
  func exactSolversUnderTheCap() async {
    await #expect(processExitsWith: .success) {
      let model = try NoisyQuadraticModel(
        curvature: [1, 0.25], gradientNoise: [1, 0.5], initialSecondMoment: [1, 2])
      let scale = Scaling(curvature: 0x1p600, moment: 0x1p-500, multiplicity: 1)
      let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9)
      for solver in NamedSolver.all {
        let a = try solver.solve(model, limits, horizon: 5)
        let b = try solver.solve(scale(model), limits, horizon: 5)
        let rates = a.schedule.learningRates.map { $0 / scale.curvature }
        guard b.schedule.learningRates == rates else { throw Fixture.Missing(name: solver.name) }
      }
    }
  }

  @Test(
    "M6: other factors, to rounding",
    arguments: [
      Scaling(curvature: 3, moment: 1, multiplicity: 1), Scaling(curvature: 1, moment: 0.7, multiplicity: 1),
      Scaling(curvature: 1e100, moment: 1e-30, multiplicity: 1.1),
      Scaling(curvature: 1e-100, moment: 1e30, multiplicity: 1),
    ])
  func rounded(_ scale: Scaling) throws {
    let (model, schedule, _) = try sample(3)
    let (other, otherSchedule) = try (scale(model), scale(schedule))
    let expected = model.expectedLoss(under: schedule).values.map { $0 * scale.loss }
    // Thirty steps whose factors 1 − αh carry an ulp each, amplified where they are small.
    #expect(largestRelativeError(other.expectedLoss(under: otherSchedule).values, expected) <= 1e-12)
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth)
    let (a, b) = try (
      FullHorizonSolver(limits: limits).solve(model, horizon: 20),
      FullHorizonSolver(limits: limits).solve(other, horizon: 20)
    )
    // Sweeps stop at a relative gain of 1e-13.
    #expect(relativeError(b.finalLoss, a.finalLoss * scale.loss) <= 1e-11)
  }

  @Test(
    "M6: huge and tiny curvatures overflow nowhere",
    arguments: LongTest.cases([1e200, 1e-200, 1e150, 1e-300], otherwise: [1e200, 1e-300]))
  func extremeCurvature(_ h: Double) throws {
    let model = try NoisyQuadraticModel(
      curvature: [h, 0.1 * h], gradientNoise: [h, h], initialSecondMoment: [1, 1])
    let schedule = try Schedule.constant(learningRate: 0.5 / h, momentum: 0.5, steps: 10)
    let losses = model.expectedLoss(under: schedule)
    #expect(losses.divergenceStep == nil)
    // With momentum the start is the square of a root.
    #expect(relativeError(losses.values[0], model.initialLoss) <= 4 * .ulpOfOne)
    // One step at curvature 1 without noise, scaled; the noise α² c is 1/(4h).
    var plain = PlainMoments(
      try NoisyQuadraticModel(curvature: [1, 0.1], gradientNoise: [0, 0], initialSecondMoment: [1, 1]))
    plain.step(0.5, 0)
    let noise = 0.5 * (1 + 0.1) * 0.25
    #expect(relativeError(losses.values[1], h * plain.loss + noise) <= 1e-14)
    for solver in NamedSolver.all {
      let solution = try solver.solve(model, HyperparameterLimits(momentum: 0.9), horizon: 4)
      #expect(solution.finalLoss.isFinite)
      #expect(solution.finalLoss <= model.initialLoss)
      #expect(solution.finalLoss >= solution.informationBound * (1 - 1e-12))
    }
  }
}
