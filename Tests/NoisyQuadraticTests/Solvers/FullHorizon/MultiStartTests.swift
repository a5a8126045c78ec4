import NoisyQuadratic
import Testing

@Suite("Several starts")
struct MultiStartTests {
  private func solver(_ count: Int?, seed: UInt64 = 0, momentum: Double = 0.9) -> FullHorizonSolver {
    var solver = FullHorizonSolver(limits: HyperparameterLimits(momentum: momentum))
    solver.options.starts = count
    solver.options.seed = seed
    return solver
  }

  @Test(
    "S16: as many starts as asked for, none above the best", .long, arguments: [1, 34],
    LongTest.cases([0, 0.9], otherwise: [0.9]))
  func count(_ n: Int, momentum: Double) throws {
    var random = TestRandom(5700)
    let model = try random.model(dimension: 2, noise: 0.01)
    let solution = try solver(n, momentum: momentum).solve(model, horizon: 4)
    let starts = solution.statistics.starts
    #expect(starts.count == n)
    #expect(Set(starts.map(\.name)).count == n)
    #expect(starts[0].name == "greedy")
    for start in starts { #expect(solution.finalLoss <= start.finalLoss * (1 + 1e-11), "\(start)") }
    #expect(solution.statistics.improvingPerturbations <= solution.statistics.perturbations)
  }

  @Test("S16: all sweeps and Newton steps are counted, for every start and in all", .long)
  func work() throws {
    var random = TestRandom(5705)
    let model = try random.model(dimension: 3, noise: 0.01)
    var solver = solver(6)
    // Tolerances that nothing meets: every start takes all that it may.
    (solver.options.scoutingTolerance, solver.options.tolerance) = (0, 0)
    (solver.options.scoutingSweeps, solver.options.maximumSweeps) = (3, 3)
    solver.options.maximumNewtonSteps = 0
    let sweeps = try solver.solve(model, horizon: 8).statistics
    #expect(sweeps.starts.map(\.sweeps) == [3, 3, 3, 3, 3, 3])
    #expect(sweeps.sweeps == 18 && sweeps.newtonSteps == 0)
    solver.options.residualTolerance = 0
    solver.options.maximumNewtonSteps = 1
    let newton = try solver.solve(model, horizon: 8).statistics
    // Runs and the last descent come on top of the starts.
    #expect(newton.starts.allSatisfy { $0.newtonSteps > 0 && $0.sweeps > 0 })
    #expect(newton.newtonSteps > newton.starts.reduce(0) { $0 + $1.newtonSteps })
    #expect(newton.sweeps > newton.starts.reduce(0) { $0 + $1.sweeps })
    #expect(newton.evaluations > newton.sweeps)
  }

  @Test("S16: additional starts come on top, and onto the limits")
  func additional() throws {
    var random = TestRandom(5710)
    let model = try random.model(dimension: 2, noise: 0.01)
    var solver = solver(2)
    solver.limits.learningRate = .value(0.01)
    solver.limits.momentum = 0.1
    // Far better than what the limits allow.
    solver.options.additionalStarts = [try .constant(learningRate: 0.5, momentum: 0.2, steps: 5)]
    for starts in [2, nil] {
      solver.options.starts = starts
      let solution = try solver.solve(model, horizon: 5)
      #expect(solution.statistics.starts.last?.name == "additional-0")
      if starts == 2 { #expect(solution.statistics.starts.count == 3) }
      #expect(solution.schedule.learningRates.allSatisfy { $0 <= 0.01 })
      #expect(solution.schedule.momenta.allSatisfy { $0 <= 0.1 })
    }
  }

  @Test("S16: one seed, one result to the last bit; another seed, other starts")
  func seed() throws {
    var random = TestRandom(5720)
    // Above the size of small problems there are few standard starts.
    let model = try random.model(dimension: 700, noise: 0.01)
    func run(_ seed: UInt64) throws -> Solution {
      var solver = solver(9, seed: seed, momentum: 0)
      solver.options.maximumNewtonSteps = 0
      solver.options.scoutingSweeps = 1
      solver.options.maximumSweeps = 1
      return try solver.solve(model, horizon: 8)
    }
    let (first, again, other) = (try run(1), try run(1), try run(2))
    #expect(first == again)
    let names = first.statistics.starts.map(\.name)
    #expect(names == other.statistics.starts.map(\.name))
    #expect(names.filter { $0.hasPrefix("random-") }.count == 5)
    for (a, b) in zip(first.statistics.starts, other.statistics.starts) {
      #expect((a.finalLoss == b.finalLoss) == !a.name.hasPrefix("random-"))
    }
  }

  @Test("S16: no starts, and more than memory holds, are refused")
  func refused() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    for n in [0, -3] {
      let solver = solver(n)
      BadInput("\(n) starts", .invalidCount(field: "starts", value: n, expected: "at least 1")) {
        _ = try solver.solve(model, horizon: 3)
      }.check()
    }
    let absurd = solver(.max)
    expectExceedsMemory("starts", .max) { _ = try absurd.solve(model, horizon: 3) }
  }

  @Test(
    "S16: many starts and perturbations end at least as low as one",
    arguments: LongTest.cases(Array(0..<4), otherwise: [0]))
  func lowNoise(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5730)
    let model = try random.model(dimension: 2 + seed, noise: random.logUniform(1e-5, 1e-3))
    let horizon = 4 + 2 * seed
    let many = try solver(4, seed: 1).solve(model, horizon: horizon)
    let one = try solver(1, seed: 1).solve(model, horizon: horizon)
    #expect(many.finalLoss <= one.finalLoss * (1 + 1e-11))
    #expect(many.finalLoss >= many.informationBound)
    // With so little noise rounding may come before the tolerance.
    #expect(many.statistics.secondOrder == .reached || many.statistics.secondOrder == .noProgress)
    #expect(try #require(many.statistics.optimality).kktResidual <= 1e-9)
  }
}
