import NoisyQuadratic
import Testing

@Suite("All cores")
struct ConcurrentSolveTests {
  @Test(
    "S16: a multi-start on all cores is the one on one core, to the last bit", .long, arguments: [0, 0.9])
  func multiStart(momentum: Double) async throws {
    var random = TestRandom(7100)
    let model = try random.model(dimension: 4, noise: 1e-3)
    var solver = FullHorizonSolver(limits: HyperparameterLimits(momentum: momentum))
    solver.options.seed = 5
    for starts in [nil, 1, 8] {
      solver.options.starts = starts
      let one = try solver.solve(model, horizon: 6)
      let many = try await solver.solveConcurrently(model, horizon: 6)
      #expect(one == many)
    }
  }

  @Test("Look-aheads on all cores are those one after the other")
  func lookaheads() async throws {
    var random = TestRandom(7110)
    let model = try random.model(dimension: 5, noise: 0.1)
    let limits = HyperparameterLimits(learningRate: .value(0.5), momentum: 0.5)
    let comparison = try HorizonComparison(
      horizon: 8, lookaheads: [1, 2, 4], includesHeld: true, limits: limits)
    let together = try await comparison.solveConcurrently(model, horizon: 8)
    let alone = try comparison.entries.map { try $0.solver.solve(model, horizon: 8) }
    #expect(together == alone)
  }

  @Test("Errors are those of one core")
  func errors() async throws {
    var random = TestRandom(7120)
    let model = try random.model(dimension: 2, noise: 0.1)
    await #expect(throws: NoisyQuadraticError.self) {
      _ = try await FullHorizonSolver().solveConcurrently(model, horizon: 0)
    }
    var solver = FullHorizonSolver()
    solver.options.starts = 0
    await #expect(throws: NoisyQuadraticError.invalidCount(field: "starts", value: 0, expected: "at least 1"))
    {
      _ = try await solver.solveConcurrently(model, horizon: 2)
    }
  }
}
