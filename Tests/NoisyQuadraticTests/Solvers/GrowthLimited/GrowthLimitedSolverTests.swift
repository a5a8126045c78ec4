import Testing

@testable import NoisyQuadratic

@Suite("Limits on growth")
struct GrowthLimitedSolverTests {
  /// A small problem with the lowest final loss that sequential quadratic programming reached from 80 random
  /// starts, under the limit κ on every second moment.
  struct Case: Sendable, CustomTestStringConvertible {
    let h, c, m: [Double]
    let rate, momentum: Double
    let steps: Int
    let limit, loss: Double

    init(
      _ h: [Double], _ c: [Double], _ m: [Double], rate: Double, momentum: Double, steps: Int, limit: Double,
      loss: Double
    ) {
      (self.h, self.c, self.m, self.rate, self.momentum) = (h, c, m, rate, momentum)
      (self.steps, self.limit, self.loss) = (steps, limit, loss)
    }

    var testDescription: String {
      "\(h.count) directions, \(steps) steps, momentum \(momentum), κ = \(limit)"
    }

    func solve() throws -> (NoisyQuadraticModel, Solution) {
      let model = try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
      let limits = HyperparameterLimits(learningRate: .value(rate), momentum: momentum)
      return (model, try GrowthLimitedSolver(growthLimit: limit, limits: limits).solve(model, horizon: steps))
    }

    static let all: [Case] = [
      (
        [1, 0.1], [0.1, 0.01], [1, 1], 1.9, 0.9, 3, [(1, 0.05051392733972571), (1.2, 0.050229225941614414)]
      ),
      ([1, 0.3, 0.02], [0.05, 0.01, 0.001], [1, 2, 3], 1.9, 0.95, 4, [(1, 0.03946879469226189)]),
      ([1, 0.5], [0.2, 0.2], [1, 1], 1.9, 0, 3, [(1, 0.08944551396552641)]),
      (
        [1, 0.01], [1e-3, 1e-5], [1, 1], 2, 0.99, 5,
        [(1, 0.003692583754006606), (1.2, 0.0036916323058018776)]
      ),
      (
        [1, 0.05], [0.02, 0.001], [1, 1], 3, 0, 3,
        [
          (1, 0.022508812334088652), (3, 0.021213726463067302),
        ]
      ),
      (
        [1, 0.3, 0.1, 0.03], [0.01, 0.003, 0.001, 0.0003], [1, 1, 1, 1], 6, 0.9, 4,
        [
          (1, 0.018208819258680654), (3, 0.016697828613282038),
        ]
      ),
      (
        [1, 0.1, 0.02], [0.01, 0.01, 0.01], [2, 1, 0.5], 8, 0, 4,
        [
          (1, 0.024530490534353907), (1.6, 0.023689173079457986),
        ]
      ),
    ].flatMap { h, c, m, rate, momentum, steps, losses in
      losses.map { Case(h, c, m, rate: rate, momentum: momentum, steps: steps, limit: $0.0, loss: $0.1) }
    }
  }

  @Test(
    "K2: as low as sequential quadratic programming from many starts", .long,
    arguments: LongTest.cases(Case.all, otherwise: Array(Case.all.prefix(2))))
  func lowest(_ problem: Case) throws {
    let (model, solution) = try problem.solve()
    #expect(solution.finalLoss <= problem.loss * (1 + 1e-8))
    // Its own tolerance on the limit.
    #expect(solution.finalLoss >= problem.loss * (1 - 1e-6))
    let growth = try #require(solution.statistics.growth)
    #expect(solution.termination == .converged || growth.pulling == 0)
    #expect(growth.limit == problem.limit)
    #expect(growth.largest == model.largestGrowth(under: solution.schedule))
    #expect(growth.largest.factor <= problem.limit * (1 + 1e-9))
    #expect(growth.unlimitedLoss <= solution.finalLoss * (1 + 1e-12))
    #expect((growth.pulling > 0) == (growth.unlimited.factor > problem.limit * (1 + 1e-9)))
  }

  @Test("K1: the largest growth, by the plain recursion", arguments: 0..<6)
  func largest(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5800)
    let model = try random.model(dimension: 4, noise: 0.5)
    let schedule = try random.schedule(steps: 9, momentum: seed % 2 == 0 ? 0 : 0.9)
    var plain = PlainMoments(model)
    let start = plain.p
    var largest = (direction: 0, step: 0, factor: 1.0)
    for (t, step) in schedule.enumerated() {
      plain.step(step.learningRate, step.momentum)
      for i in start.indices where plain.p[i] / start[i] > largest.factor {
        largest = (i, t + 1, plain.p[i] / start[i])
      }
    }
    let growth = model.largestGrowth(under: schedule)
    #expect(growth.direction == largest.direction && growth.step == largest.step)
    #expect(relativeError(growth.factor, largest.factor) <= 1e-13)
  }

  @Test("K1, K2: gradient and Hessian are differences of value and gradient", arguments: 0..<4)
  func derivatives(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5820)
    let model = try random.model(dimension: 3, noise: 0.1)
    let steps = 4
    let limits = HyperparameterLimits(learningRate: .value(2.5), momentum: seed % 2 == 0 ? 0.9 : 0)
    let setup = try SolverSetup(model, horizon: steps, limits)
    let lagrangian = AugmentedLagrangian(setup, steps: steps, limit: 1.01, reference: 0.7)
    lagrangian.penalty = 3
    func point() -> [Double] { random.array(lagrangian.box.scale.count) { $0.uniform(0.2, 0.9) } }
    func at<R>(_ x: [Double], _ f: (KernelSchedule) -> R) -> R { f(lagrangian.box.unpack(x)) }
    // Multipliers of a wilder schedule.
    _ = at(point().map { 1 - 0.1 * (1 - $0) }) { lagrangian.updateMultipliers($0) }
    let x = point()
    #expect(at(x) { lagrangian.largestGrowth($0) }.pulling > 0)
    let (gradient, _) = at(x) { lagrangian.slope($0) }
    let matrix = at(x) { lagrangian.hessian($0, active: []) }
    let n = x.count
    let width = 1e-6
    for j in 0..<n {
      var (up, down) = (x, x)
      up[j] += width
      down[j] -= width
      let slope = (at(up) { lagrangian.value($0) } - at(down) { lagrangian.value($0) }) / (2 * width)
      #expect(abs(slope - gradient[j]) <= 1e-7 * (1 + abs(slope)))
      let (above, below) = (
        at(up) { lagrangian.slope($0) }.gradient, at(down) { lagrangian.slope($0) }.gradient
      )
      for i in j..<n {
        let curvature = (above[i] - below[i]) / (2 * width)
        #expect(abs(curvature - matrix.elements[i * n + j]) <= 1e-6 * (1 + abs(curvature)))
      }
    }
  }

  @Test("A limit that nothing reaches costs nothing")
  func loose() throws {
    var random = TestRandom(5840)
    let model = try random.model(dimension: 3)
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9)
    let free = try FullHorizonSolver(limits: limits).solve(model, horizon: 5)
    let limited = try GrowthLimitedSolver(growthLimit: 1e6, limits: limits).solve(model, horizon: 5)
    #expect(limited.schedule == free.schedule)
    #expect(limited.statistics.growth?.pulling == 0)
  }

  @Test(
    "Bad limits on growth are refused",
    arguments: [0.999, 0, -1, .nan, .infinity] as [Double])
  func refused(_ limit: Double) throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    #expect {
      _ = try GrowthLimitedSolver(growthLimit: limit).solve(model, horizon: 2)
    } throws: { error in
      "\(error)" == "growthLimit is \(limit), expected finite and at least 1"
    }
  }

  @Test("A direction with noise that starts at 0 is refused")
  func startsSolved() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [1, 1], initialSecondMoment: [1, 0])
    BadInput(
      "a moment of 0",
      .invalidValue(
        field: "initialSecondMoment", index: 1, value: 0,
        expected: "above 0 where there is noise, under a growth limit")
    ) {
      _ = try GrowthLimitedSolver(growthLimit: 2).solve(model, horizon: 2)
    }.check()
  }

  @Test("K2: what the limit costs on the paper's problem", .long)
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    let solver = GrowthLimitedSolver(
      growthLimit: 1.5, limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999))
    let solution = try solver.solve(model, horizon: 250)
    let growth = try #require(solution.statistics.growth)
    #expect(growth.largest.factor <= 1.5 * (1 + 1e-9))
    #expect(abs(growth.unlimited.factor - 1.9068) <= 5e-5)
    #expect(solution.finalLoss <= 3.884488)
  }

  @Test(
    "K2: the best known schedule of a problem with several minima", .long,
    arguments: HardProblem.all("growth"))
  func hard(_ problem: HardProblem) throws {
    let solver = GrowthLimitedSolver(growthLimit: try #require(problem.growthLimit), limits: problem.limits)
    let solution = try solver.solve(problem.model(), horizon: problem.horizon)
    #expect(solution.finalLoss <= problem.best * (1 + 1e-7))
  }
}
