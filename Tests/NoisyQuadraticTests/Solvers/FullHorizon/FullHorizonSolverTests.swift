import Foundation
import NoisyQuadratic
import Testing

@Suite("Full horizon")
struct FullHorizonSolverTests {
  @Test("S6: the reference cases", arguments: ReferenceCase.all)
  func cases(_ reference: ReferenceCase) throws {
    var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth))
    solver.options.maximumNewtonSteps = 0
    let solution = try solver.solve(reference.model(), horizon: reference.expected.horizon)
    #expect(relativeError(solution.finalLoss, reference.expected.fullHorizon) <= 1e-8)
    #expect(solution.finalLoss >= solution.informationBound)
    #expect(solution.termination == .converged)
    #expect(try #require(solution.statistics.kktResidual) <= 1e-4)
    #expect(solution.statistics.starts.count >= 4)
    #expect(solution.statistics.starts.contains { $0.name == "greedy" })
    // One optimum from every start; the scouts stop at a relative gain of 1e-9.
    #expect(try #require(solution.statistics.startSpread) <= 1e-6)
  }

  @Test("S6, S15: the paper's problem with momentum, to the digits that the README prints")
  func headline() throws {
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999)
    let solution = try FullHorizonSolver(limits: limits).solve(ReferenceProblem.wu2018.model(), horizon: 250)
    #expect(abs(solution.finalLoss - 3.8843376) <= 5e-8)
    // With momentum sweeps are slow, and only one start is followed to its end.
    #expect(solution.termination == .localOptimum && solution.statistics.secondOrder == .reached)
  }

  @Test("S6: the paper's problem, below the paper's 4.25 with momentum")
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    var solver = FullHorizonSolver(
      limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999))
    // Newton's method has tests of its own.
    solver.options.maximumNewtonSteps = 0
    let solution = try solver.solve(model, horizon: 250)
    #expect(solution.statistics.secondOrder == .skipped)
    #expect(solution.finalLoss <= 3.90)
    #expect(solution.finalLoss >= solution.informationBound)
    let plain = try #require(solution.statistics.starts.first { $0.name == "without-momentum" })
    #expect(plain.finalLoss <= 5.368610)
    // The rates stay at the cap first and decay at the end; the loss stays above greedy's for long.
    let rates = solution.schedule.learningRates
    #expect(rates[0] == solution.learningRateLimit)
    #expect(rates[249] < 0.1 * rates[0])
  }

  @Test("S6: the paper's problem without momentum")
  func paperWithoutMomentum() throws {
    let model = try ReferenceProblem.wu2018.model()
    var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth))
    solver.options.maximumNewtonSteps = 0
    let solution = try solver.solve(model, horizon: 250)
    #expect(abs(solution.finalLoss - 5.368609) <= 5e-7)
    // Limited at first, by derivatives of plain recursions: one rate may be at the limit to a rounding.
    let (rates, limit) = (solution.schedule.learningRates, try #require(solution.learningRateLimit))
    let limited = rates.prefix { $0 == limit }.count
    #expect((89...91).contains(limited))
    #expect(rates.dropFirst(limited).allSatisfy { $0 < limit })
    var plain = PlainSweeps(model, rates: rates)
    let slopes = plain.gradient().rates.map { $0 * limit / solution.finalLoss }
    // Sweeps stop at a relative gain of 1e-13 of the loss: slopes that remain are of the size of its root.
    #expect(slopes.prefix(limited).allSatisfy { $0 <= 1e-5 })
    #expect(slopes.dropFirst(limited).allSatisfy { abs($0) <= 1e-5 })
    // The limit costs: all but the last of these steps ask for more.
    #expect(slopes.prefix(limited - 1).allSatisfy { $0 < 0 })
  }

  @Test("S6: optima known to the last digit", arguments: SmallOptimum.all.filter { $0.optimum != nil })
  func small(_ oracle: SmallOptimum) throws {
    let expected = try #require(oracle.optimum)
    let limits = HyperparameterLimits(learningRate: .none, momentum: oracle.momentumLimit ?? 0)
    let solution = try FullHorizonSolver(limits: limits).solve(oracle.model(), horizon: expected.alpha.count)
    #expect(solution.finalLoss >= expected.loss * (1 - 1e-12))
    // Without limits local optima are to be expected: one of those that exist must have been found.
    let known = [expected.loss] + (oracle.otherMinima ?? []).map(\.loss)
    let nearest = known.map { relativeError(solution.finalLoss, $0) }.min() ?? .infinity
    #expect(nearest <= 1e-9, "\(solution.finalLoss) is none of \(known)")
    if oracle.otherMinima?.isEmpty ?? true {
      #expect(largestRelativeError(solution.schedule.learningRates, expected.alpha) <= 1e-5)
    }
  }

  @Test("S6: of the known local optima the lowest is found")
  func localOptima() throws {
    let h = [1, 0.1, 0.01]
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: [0.03082635, 1.12826412, 0.38253353])
    let solution = try FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(1)))
      .solve(model, horizon: 15)
    #expect(abs(solution.finalLoss - 0.0634786) <= 5e-8)
    // The other one exists: plain sweeps from the limit end there, and nothing is left to descend.
    var plain = PlainSweeps(model, rates: Array(repeating: 1, count: 15))
    var other = plain.forward(limit: 1)
    for _ in 0..<200 {
      plain.backward(limit: 1)
      other = plain.forward(limit: 1)
    }
    #expect(abs(other - 0.0679063) <= 5e-8)
    for (rate, slope) in zip(plain.rates, plain.gradient().rates) {
      // Sweeps end where they change no digit of the loss, half the digits of a slope.
      #expect(rate == 1 ? slope <= 1e-7 : abs(slope) <= 1e-7)
    }
  }

  @Test("S6: two steps and two directions against a grid", arguments: LongTest.cases(Array(0..<10)))
  func bruteForce(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 1500)
    let model = try random.model(dimension: 2, noise: random.logUniform(1e-3, 1))
    let limits = HyperparameterLimits(learningRate: .value(2), momentum: seed % 2 == 0 ? 0 : 0.9)
    let solution = try FullHorizonSolver(limits: limits).solve(model, horizon: 2)
    var lowest = Double.infinity
    for i in 0...400 {
      var first = PlainMoments(model)
      first.step(2 * Double(i) / 400, 0)
      for j in 0...(seed % 2 == 0 ? 0 : 30) {
        let mu = 0.9 * Double(j) / 30
        var second = first
        second.step(first.bestRate(momentum: mu, limit: 2), mu)
        lowest = min(lowest, second.loss)
      }
    }
    #expect(solution.finalLoss <= lowest * (1 + 1e-12))
    // Steps of 1/200 and 1/30 cannot miss a smooth minimum by much.
    #expect(solution.finalLoss >= lowest * 0.98)
  }

  @Test("S6: three steps against a grid, without momentum", arguments: LongTest.cases(Array(0..<4)))
  func bruteForceThree(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 1550)
    let model = try random.model(dimension: 2, noise: random.logUniform(1e-2, 1))
    let solution = try FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(2)))
      .solve(model, horizon: 3)
    var lowest = Double.infinity
    for i in 0...100 {
      for j in 0...100 {
        var state = PlainMoments(model)
        state.step(2 * Double(i) / 100, 0)
        state.step(2 * Double(j) / 100, 0)
        state.step(state.bestRate(momentum: 0, limit: 2), 0)
        lowest = min(lowest, state.loss)
      }
    }
    #expect(solution.finalLoss <= lowest * (1 + 1e-12))
    #expect(solution.finalLoss >= lowest * 0.98)
  }

  @Test(
    "S6: never worse than greedy, the best constant or any start", .long,
    arguments: LongTest.cases(Array(0..<8), otherwise: [1, 3]))
  func neverWorse(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 1600)
    let model = try random.model(dimension: 5, noise: random.logUniform(1e-2, 1))
    let limits = HyperparameterLimits(
      learningRate: [.firstStepGrowth, .none, .twoOverMaximumCurvature, .oneOverMaximumCurvature][seed % 4],
      momentum: seed < 4 ? 0 : 0.95)
    let horizon = 10 + seed
    let highest = try limits.learningRate.value(for: model) ?? 2
    let start = try Schedule(
      learningRates: random.array(horizon) { $0.uniform(0, highest) },
      momenta: random.array(horizon) { $0.uniform(0, limits.momentum) })
    var solver = FullHorizonSolver(limits: limits)
    solver.options.additionalStarts = [start]
    let solution = try solver.solve(model, horizon: horizon)
    // Sums in other orders may differ in the last digits.
    let slack = 1 + 1e-12
    #expect(
      try solution.finalLoss <= GreedySolver(limits: limits).solve(model, horizon: horizon).finalLoss * slack)
    #expect(
      try solution.finalLoss <= ConstantSolver(limits: limits).solve(model, horizon: horizon).finalLoss
        * slack)
    #expect(solution.finalLoss <= model.expectedLoss(under: start).final * slack)
    for report in solution.statistics.starts {
      #expect(solution.finalLoss <= report.finalLoss * slack, "\(report.name)")
    }
    #expect(solution.statistics.starts.last?.name == "additional-0")
    #expect(solution.finalLoss >= solution.informationBound * (1 - 1e-12))
  }

  @Test("S11: the KKT residual is that of its definition", arguments: [0, 0.9])
  func residual(_ momentum: Double) throws {
    var random = TestRandom(1700)
    let model = try random.model(dimension: 5)
    for limit in [LearningRateLimit.firstStepGrowth, .none] {
      let limits = HyperparameterLimits(learningRate: limit, momentum: momentum)
      let solution = try FullHorizonSolver(limits: limits).solve(model, horizon: 12)
      let gradient = try model.gradient(under: solution.schedule)
      let highest = solution.learningRateLimit ?? .infinity
      let scale = highest.isFinite ? highest : 1 / model.maximumCurvature
      func projected(_ g: Double, _ x: Double, _ upper: Double) -> Double {
        if x == 0, g > 0 { return 0 }
        if x == upper, g < 0 { return 0 }
        return abs(g)
      }
      var largest = 0.0
      for (t, step) in solution.schedule.enumerated() {
        largest = max(largest, scale * projected(gradient.learningRates[t], step.learningRate, highest))
        if momentum > 0, t > 0 {
          largest = max(largest, momentum * projected(gradient.momenta[t], step.momentum, momentum))
        }
      }
      let residual = try #require(solution.statistics.kktResidual)
      // Derivatives near zero carry the rounding of the losses they come from.
      #expect(abs(residual - largest / solution.finalLoss) <= 1e-12)
      #expect(residual <= (momentum == 0 ? 1e-5 : 1e-3))
    }
  }

  @Test("S10: without noise nothing beats greedy beyond rounding", .long)
  func deterministic() throws {
    let model = try NoisyQuadraticModel(
      spectrum: .chebyshev(dimension: 200, minimum: 0.05, maximum: 10), noiseScale: 0, initialSecondMoment: 10
    )
    let limits = HyperparameterLimits(learningRate: .none, momentum: 0.9999)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 60)
    let full = try FullHorizonSolver(limits: limits).solve(model, horizon: 60)
    // Sixty steps of rounding in a loss that fell by seven digits.
    #expect(full.finalLoss >= greedy.finalLoss * (1 - 1e-8))
    #expect(full.finalLoss <= greedy.finalLoss * (1 + 1e-12))
    #expect(full.informationBound == 0)
  }

  @Test("Options: few sweeps are reported as such, additional starts must fit")
  func options() throws {
    var random = TestRandom(1800)
    let model = try random.model(dimension: 4, noise: 0.01)
    var solver = FullHorizonSolver(limits: HyperparameterLimits(momentum: 0.9))
    solver.options.scoutingSweeps = 2
    solver.options.maximumSweeps = 3
    solver.options.maximumNewtonSteps = 0
    let solution = try solver.solve(model, horizon: 20)
    #expect(solution.termination == .iterationLimit)
    #expect(solution.statistics.starts.allSatisfy { $0.sweeps <= 3 })
    // Two pairs of sweeps scout every start, and one more carries the best.
    #expect(solution.statistics.sweeps == 2 * solution.statistics.starts.count + 1)
    solver.options.additionalStarts = [try .constant(learningRate: 1, steps: 19)]
    let wrong = solver
    BadInput("start", .lengthMismatch(field: "additionalStarts[0]", expected: 20, actual: 19)) {
      _ = try wrong.solve(model, horizon: 20)
    }.check()
  }
}
