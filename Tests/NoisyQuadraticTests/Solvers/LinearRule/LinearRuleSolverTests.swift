import NoisyQuadratic
import Testing

@Suite("Best schedules under other conventions")
struct LinearRuleSolverTests {
  private static func quick(
    _ convention: MomentumConvention, _ limits: HyperparameterLimits
  ) -> LinearRuleSolver {
    var solver = LinearRuleSolver(convention: convention, limits: limits)
    // Without basin hopping, which takes a second.
    solver.options.fullHorizon.maximumNewtonSteps = 0
    return solver
  }

  private static func model(noise: Double = 0.1) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: [1, 0.05], gradientNoise: [noise, 0.05 * noise], initialSecondMoment: [1, 2])
  }

  @Test(
    "S17: no point of a grid is lower, two and three steps", .long,
    arguments: [MomentumConvention.pytorch, .pytorchNesterov, .normalized], [2, 3])
  func bruteForce(_ convention: MomentumConvention, _ steps: Int) throws {
    let model = try Self.model()
    let limits = HyperparameterLimits(learningRate: .value(1.5), momentum: 0.8)
    let solution = try Self.quick(convention, limits).solve(model, horizon: steps)
    #expect(solution.schedule.convention == convention)
    #expect(solution.schedule.learningRates.allSatisfy { $0 >= 0 && $0 <= 1.5 })
    #expect(solution.schedule.momenta.allSatisfy { $0 >= 0 && $0 <= 0.8 })
    #expect(relativeError(solution.finalLoss, ConventionLoss.final(model, solution.schedule)) <= 1e-13)
    #expect(solution.termination == .converged)
    #expect(try #require(solution.statistics.kktResidual) <= 1e-6)
    // Rates and momenta by turns.
    let (rates, momenta) = steps == 2 ? (9, 9) : (6, 4)
    var (lowest, index) = (Double.infinity, [Int](repeating: 0, count: 2 * steps))
    while true {
      let schedule = Schedule(
        validRates: (0..<steps).map { 1.5 * Double(index[2 * $0]) / Double(rates - 1) },
        momenta: (0..<steps).map { 0.8 * Double(index[2 * $0 + 1]) / Double(momenta - 1) },
        convention: convention)
      lowest = min(lowest, ConventionLoss.final(model, schedule))
      var i = 0
      while i < index.count {
        index[i] += 1
        // The first momentum only matters to Nesterov.
        let top = i % 2 == 0 ? rates : convention.isNesterov || i > 1 ? momenta : 1
        if index[i] < top { break }
        index[i] = 0
        i += 1
      }
      if i == index.count { break }
    }
    #expect(solution.finalLoss <= lowest * (1 + 1e-12))
    // The grid is close enough to the optimum to see one that is too high.
    #expect(solution.finalLoss >= 0.7 * lowest)
  }

  @Test(
    "S17: where no limit on momentum binds, heavy balls share one optimum",
    arguments: [MomentumConvention.velocity, .pytorch, .optax])
  func heavyBall(_ convention: MomentumConvention) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.1], gradientNoise: [0.03, 0.009, 0.003], initialSecondMoment: [1, 10.0 / 3, 10])
    // Rates are the same in these conventions, and so are limits on them.
    let limits = HyperparameterLimits(learningRate: .value(4), momentum: 0.9)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 3)
    let own = try best.schedule.converted(to: convention)
    #expect(own.momenta.dropFirst().allSatisfy { $0 > 0.1 && $0 < 0.5 })
    let solution = try Self.quick(convention, limits).solve(model, horizon: 3)
    #expect(abs(solution.finalLoss / best.finalLoss - 1) <= 1e-6)
    #expect(solution.termination == .converged)
    for t in 1..<3 {
      // The square root of the loss's tolerance.
      #expect(abs(solution.schedule.momenta[t] - own.momenta[t]) <= 1e-3)
      #expect(abs(solution.schedule.learningRates[t] - own.learningRates[t]) <= 1e-3 * 4)
    }
  }

  @Test("S17: without momentum all conventions are one")
  func withoutMomentum() throws {
    let model = try Self.model()
    let limits = HyperparameterLimits(learningRate: .value(1))
    let full = try FullHorizonSolver(limits: limits).solve(model, horizon: 4)
    let solution = try LinearRuleSolver(convention: .pytorchNesterov, limits: limits).solve(model, horizon: 4)
    #expect(solution.schedule == full.schedule.with(convention: .pytorchNesterov))
    #expect(solution.losses == full.losses)
  }

  @Test("S17: a start that gains by an old buffer keeps its zeros")
  func oldBuffer() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.02], gradientNoise: [0, 0], initialSecondMoment: [0.01, 50])
    var solver = Self.quick(.pytorch, HyperparameterLimits(learningRate: .value(1), momentum: 0.5))
    let start = try Schedule(
      learningRates: [1, 1, 1, 1], momenta: [0.5, 0, 0.5, 0.5], convention: .pytorch)
    solver.options.additionalStarts = [start]
    let solution = try solver.solve(model, horizon: 4)
    #expect(solution.finalLoss <= model.expectedLoss(under: start).final)
    #expect(solution.statistics.starts.last?.name == "additional-0")
  }

  @Test("S17: other objectives count all their losses")
  func average() throws {
    let model = try Self.model()
    var solver = Self.quick(.pytorchNesterov, HyperparameterLimits(learningRate: .value(1.5), momentum: 0.8))
    let final = try solver.solve(model, horizon: 3)
    solver.objective = .averageLoss
    let average = try solver.solve(model, horizon: 3)
    #expect(average.objective == .averageLoss)
    #expect(
      relativeError(average.objectiveValue, average.losses.values.dropFirst().reduce(0, +) / 3) <= 1e-14)
    #expect(
      average.objectiveValue < (try model.value(of: .averageLoss, under: final.schedule)) * (1 - 1e-6))
  }

  @Test("S17: bad options are refused")
  func refused() throws {
    let model = try Self.model()
    var solver = Self.quick(.pytorch, HyperparameterLimits(momentum: 0.9))
    solver.options.maximumIterations = 0
    BadInput(
      "iterations", .invalidCount(field: "maximumIterations", value: 0, expected: "at least 1")
    ) { [solver] in _ = try solver.solve(model, horizon: 2) }.check()
    solver.options.maximumIterations = nil
    solver.options.additionalStarts = [try Schedule(learningRates: [1])]
    BadInput("a short start", .lengthMismatch(field: "additionalStarts[0]", expected: 2, actual: 1)) {
      [solver] in _ = try solver.solve(model, horizon: 2)
    }.check()
    solver.options.additionalStarts = [
      try Schedule(learningRates: [1, 1], momenta: [0.5, 0.5], convention: .optaxNesterov)
    ]
    BadInput(
      "Nesterov for heavy ball",
      .notConvertible(
        from: "optax-nesterov", to: "pytorch", step: 1,
        reason: "Nesterov's momentum moves by two gradients, heavy ball by one")
    ) { [solver] in _ = try solver.solve(model, horizon: 2) }.check()
    for limit in [1, -0.1, .nan] {
      BadInput(
        "momentum \(limit)",
        .invalidValue(field: "momentumLimit", value: limit, expected: "at least 0 and below 1")
      ) {
        _ = try LinearRuleSolver(convention: .optax, limits: HyperparameterLimits(momentum: limit))
          .solve(model, horizon: 2)
      }.check()
    }
  }
}
