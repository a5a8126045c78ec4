import NoisyQuadratic
import Testing

/// Rules that every solver follows.
@Suite("All solvers")
struct CommonSolverTests {
  struct Problem: Sendable, CustomTestStringConvertible {
    let name: String
    let h, c, m: [Double]
    var testDescription: String { name }

    func model() throws -> NoisyQuadraticModel {
      try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
    }

    /// M5: the limit as a number, without one infinity.
    func limit(_ limit: LearningRateLimit) -> Double {
      switch limit {
      case .firstStepGrowth:
        let caps = h.indices.map {
          h[$0] * m[$0] > 0 ? 2 * h[$0] * m[$0] / (h[$0] * h[$0] * m[$0] + c[$0]) : .infinity
        }
        return caps.min() ?? .infinity
      case .twoOverMaximumCurvature: return 2 / (h.max() ?? 0)
      case .oneOverMaximumCurvature: return 1 / (h.max() ?? 0)
      case .value(let value): return value
      case .none: return .infinity
      }
    }

    /// M7: `Σ ½ h / (1/m + T h²/c)`, which is 0 without noise and without anything to do.
    func bound(_ steps: Int) -> Double {
      h.indices.reduce(0) { sum, i in
        guard c[i] > 0, m[i] > 0 else { return sum }
        return sum + 0.5 * h[i] / (1 / m[i] + Double(steps) * h[i] * h[i] / c[i])
      }
    }

    static let all = [
      Problem(name: "one direction", h: [2], c: [1], m: [3]),
      Problem(name: "one direction, no noise", h: [2], c: [0], m: [3]),
      Problem(name: "no noise", h: [1, 0.3, 0.1], c: [0, 0, 0], m: [1, 2, 3]),
      Problem(name: "noise in one direction", h: [1, 0.3, 0.1], c: [0, 0.5, 0], m: [1, 2, 3]),
      Problem(name: "zero moments", h: [1, 0.3], c: [1, 1], m: [0, 0]),
      Problem(name: "zero moments, no noise", h: [1, 0.3], c: [0, 0], m: [0, 0]),
      Problem(name: "a zero moment", h: [1, 0.3], c: [0.1, 0.1], m: [0, 1]),
      Problem(name: "flat directions", h: [0, 1, 0, 0.1], c: [1, 0.1, 0, 0.1], m: [1, 1, 5, 1]),
      Problem(name: "equal curvatures", h: [1, 1, 1], c: [0.1, 0.2, 0.3], m: [1, 1, 1]),
      Problem(name: "wide", h: [1, 1e-6], c: [1e-3, 1e-9], m: [1, 1]),
    ]
  }

  static let limits: [HyperparameterLimits] = [
    (.firstStepGrowth, 0), (.twoOverMaximumCurvature, 0), (.oneOverMaximumCurvature, 0), (.value(0.125), 0),
    (.none, 0),
    (.firstStepGrowth, 0.9), (.none, 0.9), (.value(0.125), 0.9999), (.oneOverMaximumCurvature, 0.9999),
  ].map { HyperparameterLimits(learningRate: $0, momentum: $1) }

  @Test(
    "S4: limits are respected, losses exact and between the bound and the start", arguments: NamedSolver.all,
    LongTest.cases(Problem.all))
  func rules(_ solver: NamedSolver, _ problem: Problem) throws {
    let model = try problem.model()
    for limits in LongTest.cases(Self.limits) {
      for horizon in solver.name == "full horizon" ? [1, 4] : [1, 2, 6] {
        let solution = try solver.solve(model, limits, horizon: horizon)
        let highest = solution.learningRateLimit ?? .infinity
        #expect(solution.schedule.count == horizon)
        #expect(solution.schedule.learningRates.allSatisfy { $0 >= 0 && $0 <= highest && $0.isFinite })
        #expect(solution.schedule.momenta.allSatisfy { $0 >= 0 && $0 <= limits.momentum })
        expectLosses(solution, model)
        #expect(solution.finalLoss.isFinite && solution.finalLoss >= 0)
        // Rate zero is always allowed, and every solver minimizes over it.
        #expect(solution.finalLoss <= model.initialLoss * (1 + 1e-12))
        #expect(solution.finalLoss >= solution.informationBound * (1 - 1e-12))
        // A handful of roundings of positive terms.
        #expect(relativeError(solution.informationBound, problem.bound(horizon)) <= 16 * .ulpOfOne)
        let limit = problem.limit(limits.learningRate)
        #expect(relativeError(highest, limit) <= 4 * .ulpOfOne)
        #expect((solution.learningRateLimit == nil) == (limit == .infinity))
        #expect(solution.momentumLimit == limits.momentum)
        #expect(solution.termination != .diverged)
        if let gap = solution.gapToInformationBound { #expect(gap >= -1e-12 && gap <= 1) }
        #expect((solution.gapToInformationBound == nil) == (solution.finalLoss == 0))
        #expect(
          solution.schedule.momenta[0] == 0 || ["constant", "family"].contains(solver.name)
            || solver.name.contains("held"))
      }
    }
  }

  /// The losses by influence sums (D5), in which nothing cancels.
  private func expectLosses(_ solution: Solution, _ model: NoisyQuadraticModel) {
    let losses = InfluenceSums.losses(model, solution.schedule)
    #expect(solution.losses.values.count == losses.count)
    // Every step leaves an error of a few ulp of the path's size in the path.
    let delta = 16 * Double.ulpOfOne * Double(losses.count)
    var peak = 0.0
    for (actual, expected) in zip(solution.losses.values, losses) {
      peak = max(peak, expected)
      #expect(abs(actual - expected) <= delta * (expected * peak).squareRoot() + delta * delta * peak)
    }
  }

  @Test("S3: for one step every solver is greedy", arguments: NamedSolver.all, LongTest.cases(Problem.all))
  func oneStep(_ solver: NamedSolver, _ problem: Problem) throws {
    let model = try problem.model()
    for limits in Self.limits where limits.momentum < 0.99 {
      let greedy = try GreedySolver(limits: limits).solve(model, horizon: 1)
      let solution = try solver.solve(model, limits, horizon: 1)
      // A search ends within 1e-9 of the best rate, whose square enters the loss.
      #expect(abs(solution.finalLoss - greedy.finalLoss) <= 1e-12 * model.initialLoss)
    }
  }

  @Test("Limits: the paper's cap, 2/h_max, 1/h_max, a number, none")
  func limitValues() throws {
    let model = try NoisyQuadraticModel(
      curvature: [4, 1], gradientNoise: [4, 1], initialSecondMoment: [1, 1])
    #expect(try LearningRateLimit.firstStepGrowth.value(for: model) == model.firstStepGrowthLimit)
    #expect(try LearningRateLimit.twoOverMaximumCurvature.value(for: model) == 0.5)
    #expect(try LearningRateLimit.oneOverMaximumCurvature.value(for: model) == 0.25)
    #expect(try LearningRateLimit.value(0.3).value(for: model) == 0.3)
    #expect(try LearningRateLimit.none.value(for: model) == nil)
  }

  @Test("Bad horizons and limits are refused", arguments: NamedSolver.all)
  func refused(_ solver: NamedSolver) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 2], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    for limit in [0, -1, .nan, .infinity] {
      BadInput(
        "limit \(limit)",
        .invalidValue(field: "learningRateLimit", value: limit, expected: "a finite number > 0")
      ) {
        _ = try solver.solve(model, HyperparameterLimits(learningRate: .value(limit)), horizon: 3)
      }.check()
    }
    for limit in [1, 1.5, -0.1, .nan] {
      BadInput(
        "momentum limit \(limit)",
        .invalidValue(field: "momentumLimit", value: limit, expected: "at least 0 and below 1")
      ) {
        _ = try solver.solve(model, HyperparameterLimits(momentum: limit), horizon: 3)
      }.check()
    }
    guard !solver.name.contains("lookahead") else { return }
    for horizon in [0, -5] {
      BadInput(
        "horizon \(horizon)", .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
      ) { _ = try solver.solve(model, HyperparameterLimits(), horizon: horizon) }.check()
    }
  }

  @Test("Look-aheads refuse empty horizons", arguments: [0, -5], [RecedingHorizonSolver.Window.free, .held])
  func emptyHorizon(_ horizon: Int, _ window: RecedingHorizonSolver.Window) throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    #expect(
      throws: NoisyQuadraticError.invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    ) {
      try RecedingHorizonSolver(lookahead: 1, window: window).solve(model, horizon: horizon)
    }
  }

  @Test(
    "Absurd horizons are refused before anything is allocated", arguments: NamedSolver.all,
    [1 << 50, 1 << 62])
  func absurd(_ solver: NamedSolver, _ horizon: Int) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 2], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    expectExceedsMemory("horizon", horizon) {
      _ = try solver.solve(model, HyperparameterLimits(momentum: 0.9), horizon: horizon)
    }
  }

  @Test("The largest integer is a horizon like any other")
  func largestHorizon() async {
    await #expect(processExitsWith: .success) {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
      for solver in NamedSolver.all {
        do {
          _ = try solver.solve(model, HyperparameterLimits(), horizon: .max)
          throw Fixture.Missing(name: "an error of \(solver.name)")
        } catch NoisyQuadraticError.exceedsMemory {
          continue
        }
      }
    }
  }

  @Test("Curvatures at the edge of the number range are legal without a limit")
  func extremeRange() async {
    await #expect(processExitsWith: .success) {
      for low in LongTest.cases([1e-300, 1e-300 * 1e-20], otherwise: [1e-300 * 1e-20]) {
        let model = try NoisyQuadraticModel(
          curvature: [1, low], gradientNoise: [1, 0], initialSecondMoment: [1, 1])
        for solver in NamedSolver.all {
          for momentum in [0, 0.9] {
            let limits = HyperparameterLimits(learningRate: .none, momentum: momentum)
            _ = try solver.solve(model, limits, horizon: 3)
          }
        }
      }
    }
  }

  @Test("A cap that underflows is no reason to stop")
  func vanishingCap() async {
    await #expect(processExitsWith: .success) {
      let model = try NoisyQuadraticModel(
        curvature: [1, 0.5], gradientNoise: [1, 1], initialSecondMoment: [1, 1e-300 * 1e-10])
      for solver in NamedSolver.all {
        for momentum in [0, 0.9] {
          let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: momentum)
          _ = try solver.solve(model, limits, horizon: 3)
        }
      }
    }
  }

  @Test("S3, S4: one direction without noise, whose matrices are all singular", arguments: 0..<12)
  func singular(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 2500)
    for _ in 0..<20 {
      let (h, limit) = (random.uniform(0.3, 2), random.uniform(0.1, 2))
      let momentum = random.uniform(0.1, 0.99)
      let noise = seed % 3 == 0 ? 1e-16 : 0
      let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [noise], initialSecondMoment: [1])
      let limits = HyperparameterLimits(learningRate: .value(limit), momentum: momentum)
      let solution = try GreedySolver(limits: limits).solve(model, horizon: 6)
      var (theta, v) = (1.0, 0.0)
      for (t, step) in solution.schedule.enumerated() {
        // The next position θ + μ v − α h θ is linear: over the box it lies between its corners.
        let corners = [(0, 0), (0, momentum), (limit, 0), (limit, momentum)].map {
          theta + $0.1 * v - $0.0 * h * theta
        }
        let passesZero = corners.contains { $0 >= 0 } && corners.contains { $0 <= 0 }
        let best = passesZero ? 0 : corners.map { $0 * $0 }.min() ?? 0
        let before = theta * theta
        v = step.momentum * v - step.learningRate * h * theta
        theta += v
        // Rounding of the terms that cancel, and the noise.
        let allowed = best + 1e-12 * before + 1e-15
        #expect(theta * theta <= allowed, "step \(t), h \(h), box \(limit) × \(momentum)")
        if theta * theta > allowed { return }
      }
    }
  }
}
