import Foundation
import NoisyQuadratic
import Testing

@Suite("Best constant")
struct ConstantSolverTests {
  /// The lowest loss of a grid of rates and momenta, by the plain recursion.
  private func brute(
    _ model: NoisyQuadraticModel, steps: Int, maximumRate: Double, momenta: [Double], count: Int = 200
  ) -> Double {
    var lowest = Double.infinity
    for mu in momenta {
      for i in 0...count {
        let alpha = i == 0 ? 0 : maximumRate * pow(1e-4, Double(count - i) / Double(count))
        var moments = PlainMoments(model)
        for _ in 0..<steps { moments.step(alpha, mu) }
        if moments.loss < lowest { lowest = moments.loss }
      }
    }
    return lowest
  }

  @Test("C1: best rates of the reference cases", arguments: ReferenceCase.all)
  func cases(_ reference: ReferenceCase) throws {
    let solution = try ConstantSolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth))
      .solve(reference.model(), horizon: reference.expected.horizon)
    #expect(relativeError(solution.finalLoss, reference.expected.bestConstant) <= 1e-8)
    #expect(Set(solution.schedule.learningRates).count == 1)
  }

  @Test("C2: the paper's problem, rate and momentum", .long)
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    let solution = try ConstantSolver(
      limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999)
    )
    .solve(model, horizon: 250)
    #expect(abs(solution.finalLoss - 42.1395) <= 5e-5)
    #expect(abs(solution.schedule.learningRates[0] - 0.0011239) <= 5e-8)
    #expect(abs(solution.schedule.momenta[0] - 0.94410) <= 5e-6)
    #expect(Set(solution.schedule.momenta).count == 1)
    let plain = try ConstantSolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth)).solve(
      model, horizon: 250)
    #expect(abs(plain.finalLoss - 44.250) <= 5e-4)
    #expect(abs(plain.schedule.learningRates[0] - 0.019004) <= 5e-7)
  }

  @Test("C1: optima known to the last digit", arguments: SmallOptimum.all.filter { $0.bestConstant != nil })
  func small(_ oracle: SmallOptimum) throws {
    for expected in try #require(oracle.bestConstant) {
      let solution = try ConstantSolver(limits: HyperparameterLimits(learningRate: .none))
        .solve(oracle.model(), horizon: expected.steps)
      #expect(relativeError(solution.finalLoss, expected.loss) <= 1e-12)
      // A minimum is flat: half the digits.
      #expect(relativeError(solution.schedule.learningRates[0], expected.alpha) <= 1e-6)
    }
  }

  @Test("C1, C2: no point of a grid is better", arguments: [1, 2, 5, 30], [0, 0.95])
  func grid(steps: Int, momentum: Double) throws {
    var random = TestRandom(UInt64(steps) + 1400)
    for noise in [0, 1e-3, 1] {
      let model = try random.model(dimension: 2, noise: noise)
      let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum)
      let solution = try ConstantSolver(limits: limits).solve(model, horizon: steps)
      let momenta = momentum == 0 ? [0] : (0...19).map { 0.05 * Double($0) }
      let lowest = brute(model, steps: steps, maximumRate: 2, momenta: momenta, count: steps > 5 ? 80 : 200)
      // The grid's losses carry the plain recursion's cancellation.
      #expect(solution.finalLoss <= lowest * (1 + 1e-9) + 1e-13 * model.initialLoss)
    }
  }

  @Test(
    "C1: the closed-form path beyond 300 steps continues the simulated one", arguments: [299, 300, 301, 302])
  func switchWithoutMomentum(steps: Int) throws {
    var random = TestRandom(1410)
    let model = try random.model(dimension: 5)
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature)
    let solution = try ConstantSolver(limits: limits).solve(model, horizon: steps)
    // Differences of neighbouring rates: a minimum, whichever way losses were evaluated.
    let alpha = solution.schedule.learningRates[0]
    for factor in [0.97, 0.999, 1.001, 1.03] {
      let other = model.expectedLoss(under: try .constant(learningRate: alpha * factor, steps: steps)).final
      #expect(solution.finalLoss <= other)
    }
    #expect(
      solution.finalLoss <= brute(model, steps: steps, maximumRate: 2, momenta: [0], count: 40) * (1 + 1e-9))
  }

  @Test("C2, C3: the closed-form path beyond 2000 steps of momentum", arguments: [2000, 2001])
  func switchWithMomentum(steps: Int) throws {
    var random = TestRandom(1420)
    let model = try random.model(dimension: 2)
    let solution = try ConstantSolver(limits: HyperparameterLimits(momentum: 0.99)).solve(
      model, horizon: steps)
    let (alpha, mu) = (solution.schedule.learningRates[0], solution.schedule.momenta[0])
    for (rateFactor, shift) in [(0.98, 0.0), (1.02, 0), (1, -0.01), (1, 0.005), (0.98, 0.005), (1.02, -0.01)]
    {
      let schedule = try Schedule.constant(
        learningRate: alpha * rateFactor, momentum: min(max(mu + shift, 0), 0.99), steps: steps)
      #expect(solution.finalLoss <= model.expectedLoss(under: schedule).final * (1 + 1e-9))
    }
    let plain = try ConstantSolver().solve(model, horizon: steps)
    #expect(solution.finalLoss <= plain.finalLoss * (1 + 1e-9))
  }

  @Test("C7: narrow valleys between oscillations", arguments: LongTest.cases(HardProblem.all("constant")))
  func narrowValleys(_ problem: HardProblem) throws {
    let solution = try ConstantSolver(limits: problem.limits).solve(problem.model(), horizon: problem.horizon)
    // The known values have five digits or more.
    #expect(solution.finalLoss <= problem.best * (1 + 2e-5))
    #expect(solution.termination == .converged)
  }

  @Test("C7: the hard problems are there")
  func hardProblems() {
    #expect(HardProblem.all("constant").count == 12)
    #expect(HardProblem.all("held").count == 1)
    #expect(HardProblem.all("growth").count == 1)
  }

  @Test("C1: a million steps cost no more than a thousand")
  func longHorizon() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 50, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let solution = try ConstantSolver().solve(model, horizon: 100_000)
    let alpha = solution.schedule.learningRates[0]
    func loss(_ alpha: Double) throws -> Double {
      var state = MomentState(model)
      try state.advance(steps: 100_000, learningRate: alpha)
      return state.expectedLoss
    }
    // The exact run and the closed form agree, and the rate is a minimum.
    #expect(try relativeError(loss(alpha), solution.finalLoss) <= 1e-9)
    for factor in [0.3, 0.9, 0.99, 1.01, 1.1, 3] {
      #expect(try loss(alpha * factor) >= solution.finalLoss * (1 - 1e-9))
    }
  }

  @Test("A search cut short says so, and is feasible", arguments: [0, 0.95])
  func cutShort(momentum: Double) throws {
    var random = TestRandom(1430)
    let model = try random.model(dimension: 3)
    var solver = ConstantSolver(
      limits: HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum))
    let whole = try solver.solve(model, horizon: 20)
    #expect(whole.termination == .converged)
    solver.options.maximumSearchSteps = 2
    let short = try solver.solve(model, horizon: 20)
    #expect(short.termination == .iterationLimit)
    #expect(short.finalLoss >= whole.finalLoss * (1 - 1e-12))
    #expect(short.statistics.evaluations < whole.statistics.evaluations)
    #expect(short.schedule.momenta.allSatisfy { (0...momentum).contains($0) })
    BadInput(
      "no steps", .invalidCount(field: "maximumSearchSteps", value: 0, expected: "at least 1")
    ) {
      var options = ConstantSolver.Options()
      options.maximumSearchSteps = 0
      _ = try ConstantSolver(options: options).solve(model, horizon: 20)
    }.check()
  }
}
