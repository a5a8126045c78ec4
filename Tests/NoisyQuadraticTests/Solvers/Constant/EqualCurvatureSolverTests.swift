import NoisyQuadratic
import Testing

@Suite("Equal curvatures")
struct EqualCurvatureSolverTests {
  private let free = HyperparameterLimits(learningRate: .none)

  private func sample(_ seed: UInt64) throws -> NoisyQuadraticModel {
    var random = TestRandom(seed)
    return try NoisyQuadraticModel(
      curvature: [0.7, 0.7, 0.7], gradientNoise: random.array(3) { $0.uniform(0.1, 2) },
      initialSecondMoment: random.array(3) { $0.uniform(0.5, 3) },
      multiplicity: random.array(3) { $0.uniform(0.5, 2) }, batchSize: 2)
  }

  @Test("S9: Theorem 3 in closed form", arguments: 0..<4)
  func closedForm(seed: Int) throws {
    let model = try sample(UInt64(seed) + 1300)
    let solution = try EqualCurvatureSolver(limits: free).solve(model, horizon: 40)
    let h = 0.7
    let (n, noise, moments) = (model.multiplicity, model.gradientNoise, model.initialSecondMoment)
    let c = zip(n, noise).reduce(0) { $0 + $1.0 * $1.1 / 2 }
    let m0 = zip(n, moments).reduce(0) { $0 + $1.0 * $1.1 }
    for t in 0...40 {
      let m = m0 * c / (c + Double(t) * h * h * m0)
      // Forty steps of a few ulp.
      #expect(relativeError(solution.losses.values[t], 0.5 * h * m) <= 1e-13)
      if t < 40 {
        #expect(relativeError(solution.schedule.learningRates[t], h * m / (h * h * m + c)) <= 1e-13)
      }
    }
    #expect(solution.termination == .closedForm)
  }

  @Test("S9: greedy and the full horizon arrive at the same, momentum or not", arguments: 0..<3, [0, 0.9])
  func optimal(seed: Int, momentum: Double) throws {
    let model = try sample(UInt64(seed) + 1310)
    let solution = try EqualCurvatureSolver(limits: free).solve(model, horizon: 12)
    let limits = HyperparameterLimits(learningRate: .none, momentum: momentum)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 12)
    let full = try FullHorizonSolver(limits: limits).solve(model, horizon: 12)
    #expect(relativeError(greedy.finalLoss, solution.finalLoss) <= 1e-12)
    #expect(relativeError(full.finalLoss, solution.finalLoss) <= 1e-12)
    #expect(full.finalLoss >= solution.finalLoss * (1 - 1e-12))
  }

  @Test("S9, M7: one direction, or equal c/m₀, attains the information bound", arguments: [1, 3])
  func bound(_ d: Int) throws {
    let m = (1...d).map { Double($0) }
    let model = try NoisyQuadraticModel(
      curvature: m.map { _ in 2 }, gradientNoise: m.map { 0.3 * $0 }, initialSecondMoment: m)
    for steps in [1, 2, 10, 1000] {
      let solution = try EqualCurvatureSolver(limits: free).solve(model, horizon: steps)
      // A thousand steps of a few ulp, most of them forgotten.
      #expect(relativeError(solution.finalLoss, solution.informationBound) <= 1e-12)
    }
  }

  @Test("S9: a limit binds in the first steps, where greedy takes it too", arguments: [0.05, 0.2, 0.5, 5])
  func limit(_ limit: Double) throws {
    let model = try sample(1320)
    let limits = HyperparameterLimits(learningRate: .value(limit))
    let solution = try EqualCurvatureSolver(limits: limits).solve(model, horizon: 25)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 25)
    let full = try FullHorizonSolver(limits: limits).solve(model, horizon: 25)
    #expect(largestRelativeError(solution.schedule.learningRates, greedy.schedule.learningRates) <= 1e-12)
    #expect(relativeError(solution.finalLoss, full.finalLoss) <= 1e-11)
    #expect(solution.schedule.learningRates.allSatisfy { $0 <= limit })
    let rates = solution.schedule.learningRates
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("S9: without noise one step ends it, flat directions and solved ones do not count")
  func degenerate() throws {
    let quiet = try NoisyQuadraticModel(
      curvature: [0, 4, 0], gradientNoise: [1, 0, 1], initialSecondMoment: [1, 2, 3])
    let solution = try EqualCurvatureSolver(limits: free).solve(quiet, horizon: 3)
    #expect(solution.schedule.learningRates == [0.25, 0, 0])
    #expect(solution.finalLoss == 0)
    let solved = try NoisyQuadraticModel(curvature: [4], gradientNoise: [1], initialSecondMoment: [0])
    let still = try EqualCurvatureSolver(limits: free).solve(solved, horizon: 3)
    #expect(still.schedule.learningRates == [0, 0, 0])
    let nothing = try NoisyQuadraticModel(curvature: [4], gradientNoise: [0], initialSecondMoment: [0])
    #expect(try EqualCurvatureSolver(limits: free).solve(nothing, horizon: 3).finalLoss == 0)
  }

  @Test("Different curvatures are refused with the first that differs")
  func refused() {
    BadInput(
      "curvatures",
      .invalidValue(
        field: "curvature", index: 2, value: 0.5, expected: "the curvature 1.0 of the other directions")
    ) {
      let model = try NoisyQuadraticModel(
        curvature: [0, 1, 0.5], gradientNoise: [0, 0, 0], initialSecondMoment: [1, 1, 1])
      _ = try EqualCurvatureSolver().solve(model, horizon: 1)
    }.check()
  }
}
