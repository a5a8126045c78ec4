import Testing

@testable import NoisyQuadratic

@Suite("Search among many local optima")
struct SearchTests {
  private func solution(
    _ problem: HardSearch, effort: FullHorizonOptions.Effort = .standard
  ) throws -> Solution {
    var solver = FullHorizonSolver(limits: problem.limits)
    solver.options.effort = effort
    return try solver.solve(problem.model(), horizon: problem.steps)
  }

  @Test(
    "S16: hard problems end at the lowest loss known", .long,
    arguments: LongTest.cases(HardSearch.all.map(\.name), otherwise: HardSearch.quick))
  func hard(_ name: String) throws {
    let problem = try HardSearch.named(name)
    let solution = try solution(problem)
    // The known values have eight digits.
    #expect(solution.finalLoss <= problem.bestKnown * (1 + 1e-6))
    #expect(solution.schedule.learningRates.allSatisfy { $0 <= problem.rateLimit ?? .infinity })
    #expect(solution.schedule.momenta.allSatisfy { $0 <= problem.momentumLimit })
    let statistics = solution.statistics
    #expect(statistics.evaluations > 0 && statistics.perturbations > 0)
    #expect(statistics.agreeingRuns <= statistics.runs && statistics.runs >= 3)
    if solution.termination == .converged { #expect(statistics.agreeingRuns >= 3) }
  }

  @Test("S8, S16: a look-ahead as long as the run is the full horizon, to the last bit", .long)
  func whole() throws {
    let problem = try HardSearch.named("momentum-214")
    let full = try solution(problem)
    let receding = try RecedingHorizonSolver(lookahead: problem.steps, limits: problem.limits)
      .solve(problem.model(), horizon: problem.steps)
    #expect(full == receding)
  }

  @Test(
    "S16: on all cores the search is that on one core, to the last bit", .long,
    arguments: LongTest.cases([1, 2] as [UInt64]))
  func cores(seed: UInt64) async throws {
    let problem = try HardSearch.named("momentum-214")
    var solver = FullHorizonSolver(limits: problem.limits)
    solver.options.seed = seed
    let one = try solver.solve(problem.model(), horizon: problem.steps)
    let many = try await solver.solveConcurrently(problem.model(), horizon: problem.steps)
    #expect(one == many && one.statistics.runs >= 3)
  }

  /// What a search needs, on a problem without noise, whose optima are many.
  private struct Bench {
    let setup: SolverSetup
    let search: ChainSearch

    init(seed: UInt64, steps: Int, noise: Double = 1e-4) throws {
      var random = TestRandom(seed)
      let limits = HyperparameterLimits(learningRate: .value(1), momentum: 0.95)
      setup = try SolverSetup(
        random.model(dimension: 4, noise: noise), horizon: steps, limits, engineSteps: steps)
      search = ChainSearch(setup, steps: steps, weights: nil)
    }
  }

  @Test(
    "S16: a run with more work never ends higher, and a run is its seed's", .long,
    arguments: 0..<3 as Range<UInt64>)
  func budgets(seed: UInt64) throws {
    let bench = try Bench(seed: seed + 5800, steps: 9)
    var last = Double.infinity
    for budget in [0, 3000, 10_000, 30_000] {
      let run = bench.search.run(seed: seed, first: [bench.search.start(0, seed: seed)], budget: budget)
      #expect(run.value <= last * (1 + 1e-11), "\(budget)")
      last = run.value
    }
    let again = try Bench(seed: seed + 5800, steps: 9).search.run(seed: seed, first: [], budget: 30_000)
    #expect(again.value == last)
  }

  @Test(
    "S16: more starts and more effort never end higher",
    arguments: LongTest.cases([0, 1, 2] as [UInt64], otherwise: [0]))
  func monotone(seed: UInt64) throws {
    var random = TestRandom(seed + 5820)
    let model = try random.model(dimension: 3, noise: 1e-3)
    var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(1), momentum: 0.9))
    var last = Double.infinity
    for (starts, effort) in [
      (1, .standard), (4, .standard), (40, .standard), (40, .thorough),
    ] as [(Int, FullHorizonOptions.Effort)] {
      (solver.options.starts, solver.options.effort) = (starts, effort)
      let solution = try solver.solve(model, horizon: 5)
      #expect(solution.finalLoss <= last * (1 + 1e-11))
      #expect(solution.statistics.starts.allSatisfy { solution.finalLoss <= $0.finalLoss * (1 + 1e-11) })
      last = solution.finalLoss
    }
  }

  @Test("S15: descents end at stationary points, never above their start", arguments: 0..<8)
  func descent(index: Int) throws {
    let bench = try Bench(seed: 5840, steps: 7, noise: 0.1)
    var mover = ScheduleMover(
      seed: UInt64(index), steps: 7, reference: bench.setup.limits.referenceRate(bench.setup.problem),
      momentum: 0.95, limit: bench.setup.limits.scaledRate)
    let start = mover.start(kind: index % 4)
    let end = bench.search.descend(start, gain: 1e-13)
    #expect(end.converged)
    #expect(end.value <= bench.setup.dynamics.objective(start) * (1 + 1e-12))
    #expect(end.value == bench.setup.dynamics.objective(end.schedule))
    let search = ScheduleSearch(bench.setup, FullHorizonOptions(), steps: 7)
    #expect(try #require(search.report(end)).kktResidual <= 1e-6)
  }

  @Test("S15: a descent that cannot reach its target ends early, and no lower")
  func target() throws {
    let bench = try Bench(seed: 5850, steps: 12, noise: 1e-6)
    let descent = LocalDescent(bench.setup, steps: 12, weights: nil)
    let start = KernelSchedule(rate: 0.3, momentum: 0.5, steps: 12)
    let whole = descent.descend(start)
    let early = descent.descend(start, target: whole.value / 1e6)
    #expect(early.newtonSteps < whole.newtonSteps && early.newtonSteps >= 4)
    #expect(early.value >= whole.value)
  }

  @Test("S16: starts and moves stay within the limits and have as many steps", arguments: [1, 2, 13])
  func moves(steps: Int) {
    var mover = ScheduleMover(seed: 3, steps: steps, reference: 0.5, momentum: 0.9, limit: 0.7)
    var twin = ScheduleMover(seed: 3, steps: steps, reference: 0.5, momentum: 0.9, limit: 0.7)
    var pool: [ScheduleIterate] = []
    func check(_ schedule: KernelSchedule, _ same: KernelSchedule) {
      #expect(schedule == same)
      #expect(schedule.count == steps && schedule.momenta.count == steps)
      #expect(schedule.rates.allSatisfy { $0 >= 0 && $0 <= 0.7 })
      #expect(schedule.momenta.allSatisfy { $0 >= 0 && $0 <= 0.9 })
    }
    for kind in 0..<4 {
      let start = mover.start(kind: kind)
      check(start, twin.start(kind: kind))
      pool.append(ScheduleIterate(value: 1, start))
    }
    var changed = 0
    var current = pool[0].schedule
    for _ in 0..<300 {
      let next = mover.moved(current, pool: pool)
      check(next, twin.moved(current, pool: pool))
      if next != current { changed += 1 }
      current = next
    }
    #expect(changed >= 100)
  }

  @Test("S16: a single start without independent ones is called a local optimum")
  func honest() throws {
    var random = TestRandom(5860)
    let model = try random.model(dimension: 3, noise: 0.1)
    var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(1)))
    (solver.options.starts, solver.options.maximumNewtonSteps) = (1, 0)
    #expect(try solver.solve(model, horizon: 6).termination == .localOptimum)
    solver.options.starts = nil
    #expect(try solver.solve(model, horizon: 6).termination == .converged)
  }
}
