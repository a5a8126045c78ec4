import NoisyQuadratic
import Testing

@Suite("Solvers on compressed spectra")
struct CompressedSolverTests {
  /// 300 directions of two kinds, whose curvatures a rule can take for many fewer.
  private func model() throws -> NoisyQuadraticModel {
    let h = (0..<300).map { (i: Int) -> Double in
      let x = Double(i)
      return i < 250 ? 1 / (1 + x / 8) : 1 - (x - 250) / 500
    }
    return try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.enumerated().map { $0 % 5 == 0 ? 0.02 : 0.3 * $1 },
      initialSecondMoment: h.indices.map { 1 + Double($0 % 7) / 7 })
  }

  struct Named: Sendable, CustomTestStringConvertible {
    let name: String
    var isExact = true
    let make: @Sendable (HyperparameterLimits) -> any ScheduleSolver
    var testDescription: String { name }

    static let all = [
      Named(name: "constant") { ConstantSolver(limits: $0) },
      Named(name: "full horizon") { FullHorizonSolver(limits: $0) },
      Named(name: "receding horizon, free") { RecedingHorizonSolver(lookahead: 20, limits: $0) },
      Named(name: "receding horizon, held", isExact: false) {
        RecedingHorizonSolver(lookahead: 20, window: .held, limits: $0)
      },
      Named(name: "family") { FamilySolver(family: InverseTimeFamily(), limits: $0) },
    ]
  }

  @Test("Q4: solvers end where they end on all directions", arguments: Named.all)
  func agreement(_ solver: Named) throws {
    let model = try model()
    let steps = 60
    let solution = try solver.make(HyperparameterLimits()).solve(model, horizon: steps)
    let report = try #require(solution.statistics.compression)
    #expect(report.directions == 300 && report.nodes <= 225)
    // The tolerance of solvers, of which the loss is at least the information bound.
    let certified = try #require(report.certifiedError)
    #expect(certified <= 1e-8)
    #expect(try #require(report.measuredError) <= min(1e-10, certified + 1e-13))
    #expect(report.evaluationError == nil)
    // The loss reported is that of all directions.
    #expect(solution.losses == model.expectedLoss(under: solution.schedule))
    // A limit beyond 2/h_max by more than rounding is not compressed, and no other otherwise: rates at the limit
    // make 1e-11 of themselves a difference of loss of that size at most.
    let beyond = HyperparameterLimits(learningRate: .value(2 / model.maximumCurvature * (1 + 4e-12)))
    let whole = try solver.make(beyond).solve(model, horizon: steps)
    #expect(whole.statistics.compression == nil)
    // Held windows are minimized for themselves, to the root of a rounding; the final loss is no minimum of theirs,
    // and follows to first order.
    #expect(relativeError(solution.finalLoss, whole.finalLoss) <= (solver.isExact ? 1e-10 : 1e-8))
  }

  @Test("Q4: few directions, short runs and wild limits are left alone")
  func untouched() throws {
    let few = try ReferenceProblem.twoDimensional.model()
    #expect(try FullHorizonSolver().solve(few, horizon: 30).statistics.compression == nil)
    let model = try model()
    let free = HyperparameterLimits(learningRate: .none)
    #expect(try ConstantSolver(limits: free).solve(model, horizon: 60).statistics.compression == nil)
    #expect(try ConstantSolver().solve(model, horizon: 5).statistics.compression == nil)
    #expect(try GreedySolver().solve(model, horizon: 60).statistics.compression == nil)
  }

  @Test("Q4: with momentum the error is measured, and nothing is claimed")
  func momentum() throws {
    let model = try model()
    let solution = try ConstantSolver(limits: HyperparameterLimits(momentum: 0.95)).solve(model, horizon: 60)
    try #require(solution.schedule.usesMomentum)
    let report = try #require(solution.statistics.compression)
    #expect(report.certifiedError == nil && report.evaluationError == nil)
    // Measured: some 1e-12; a thousandth of the tolerance without momentum leaves room for other libraries.
    #expect(try #require(report.measuredError) <= 1e-11)
    #expect(solution.losses == model.expectedLoss(under: solution.schedule))
  }

  @Test("Q4: where all directions would take minutes a finer rule evaluates the solution")
  func evaluation() throws {
    let model = try model()
    let setup = try SolverSetup(model, horizon: 60, HyperparameterLimits(), passes: 100)
    #expect(setup.compression != nil)
    let schedule = try Schedule.linear(initialValue: 1.5, momentum: 0, steps: 60)
    let exact = model.expectedLoss(under: schedule)
    let all = setup.evaluation(setup.original.scaled(schedule))
    #expect(all.losses == exact)
    let work = Double(300 * 60)
    #expect(setup.evaluation(setup.original.scaled(schedule), mostExactWork: work).report == all.report)
    let fine = setup.evaluation(setup.original.scaled(schedule), mostExactWork: work - 1)
    let report = try #require(fine.report)
    #expect(report.measuredError == nil && report.certifiedError != nil)
    let error = try #require(report.evaluationError)
    let coarse = try #require(report.certifiedError)
    #expect(error <= 1e-11 && error < coarse)
    #expect(fine.losses != exact && fine.losses.values.count == 61)
    for (actual, expected) in zip(fine.losses.values, exact.values) {
      // T steps and d terms of a few roundings each.
      #expect(abs(actual - expected) <= error * exact.final + 8 * 360 * .ulpOfOne * expected)
    }
    // With momentum nothing is proven, and all directions are asked whatever that takes.
    let momentum = try SolverSetup(model, horizon: 60, HyperparameterLimits(momentum: 0.9), passes: 100)
    let moving = try Schedule.linear(initialValue: 0.5, momentum: 0.8, steps: 60)
    let measured = momentum.evaluation(momentum.original.scaled(moving), mostExactWork: 0)
    #expect(measured.losses == model.expectedLoss(under: moving))
    #expect(measured.report?.evaluationError == nil && measured.report?.certifiedError == nil)
    #expect(measured.report?.measuredError != nil)
  }

  @Test("Q4: more than 4·10⁹ directions times steps, evaluated both ways", .long)
  func huge() throws {
    let (d, steps) = (100_000, 50_000)
    #expect(Double(d * steps) > SolverSetup.mostExactWork)
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: d, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let solution = try ConstantSolver().solve(model, horizon: steps)
    let report = try #require(solution.statistics.compression)
    #expect(report.directions == d && report.nodes <= 1000 && report.measuredError == nil)
    let error = try #require(report.evaluationError)
    #expect(error <= 1e-11)
    let exact = model.expectedLoss(under: solution.schedule).final
    // Random roundings of a hundred thousand terms, each through as many steps.
    #expect(relativeError(solution.finalLoss, exact) <= error + 1e-11)
  }
}
