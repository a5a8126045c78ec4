import Testing

@testable import NoisyQuadratic

/// The fewest steps to a target, against stepping, scans and brute force.
@Suite("Steps to a target")
struct StepsToTargetTests {
  private typealias Method = StepsToTarget.Method

  /// Three directions; the target is far from a power of T.
  private static func small(_ batchSize: Double) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.05], gradientNoise: [1, 0.3, 0.05], initialSecondMoment: [1, 2, 1],
      multiplicity: [1, 1, 2], batchSize: batchSize)
  }

  /// The problem of Zhang et al. (2019) in the bins of their notebook.
  private static func notebook(_ batchSize: Double) throws -> NoisyQuadraticModel {
    let h = (1...10_000).map { 1 / Double($0) }
    return try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: Array(repeating: 1, count: h.count),
      batchSize: batchSize
    ).inGeometricBins(100)
  }

  /// The loss of a method's hyperparameters after T steps, by stepping.
  private static func stepped(
    _ method: Method, _ result: TargetReached, _ model: NoisyQuadraticModel
  ) throws -> Double {
    let (steps, rates) = (result.steps, result.learningRates)
    let schedule = try Schedule(
      learningRates: (0..<steps).map { t in
        // Piece j of k ends after ⌊(j + 1) T/k⌋ steps.
        rates[rates.indices.first { ($0 + 1) * steps / rates.count > t } ?? 0]
      }, momenta: Array(repeating: result.momentum ?? 0, count: steps))
    guard method == .average else { return model.expectedLoss(under: schedule).final }
    let rule = try AveragedIterates(of: GradientDescent(), .exponential(decay: result.decay ?? 0))
    return model.expectedLoss(under: schedule, rule: rule).final
  }

  @Test("Y1: the loss at T is that of the steps, and T − 1 steps stay above the target by brute force")
  func bruteForce() throws {
    let search = StepsToTarget(target: 0.12)
    for (batchSize, methods) in [
      (1.0, [Method.constant, .momentum, .average, .pieces(3), .schedule, .informationBound]),
      (50, [.constant, .momentum, .average, .pieces(4)]),
    ] {
      let model = try Self.small(batchSize)
      for method in methods {
        let result = try #require(try search.outcome(of: method, for: model).reached)
        #expect(result.loss <= search.target)
        let before = try #require(result.previousLoss)
        #expect(before > search.target)
        if method == .informationBound {
          #expect(result.loss == (try model.informationBound(steps: result.steps)))
          #expect(try (0..<result.steps).allSatisfy { try model.informationBound(steps: $0) > search.target })
          continue
        }
        // A few roundings per step of a sum of positive terms.
        #expect(relativeError(try Self.stepped(method, result, model), result.loss) < 1e-12, "\(method)")
        // Random hyperparameters of T − 1 steps around the best ones, which lie above its loss.
        var random = TestRandom(4242)
        let last = result.learningRates.count > 10 ? [] : result.learningRates
        for _ in 0..<(last.isEmpty ? 0 : 20) {
          let spread = random.logUniform(1e-3, 1)
          let trial = TargetReached(
            steps: result.steps - 1, loss: 0, previousLoss: nil,
            learningRates: last.map { min($0 * random.logUniform(1 / (1 + spread), 1 + spread), 2) },
            momentum: result.momentum.map { 1 - (1 - $0) * random.uniform(1 - spread, 1) },
            decay: result.decay.map { 1 - (1 - $0) * random.uniform(1 - spread, 1) })
          #expect(try Self.stepped(method, trial, model) >= before * (1 - 1e-9), "\(method)")
        }
      }
    }
  }

  @Test("Y1: every smaller T stays above the target, by independent solvers")
  func everySmallerStep() throws {
    let model = try Self.small(4)
    let search = StepsToTarget(target: 0.1)
    let plain = try #require(try search.outcome(of: .constant, for: model).reached)
    for steps in 1..<plain.steps where steps % 5 == 0 || steps == plain.steps - 1 {
      // A fine scan, which cannot miss more than its spacing allows.
      let losses = try (0...40).map { j in
        try model.expectedLoss(under: .constant(learningRate: 0.05 * Double(j), steps: steps)).final
      }
      #expect(losses.allSatisfy { $0 > search.target })
    }
    let free = try #require(try search.outcome(of: .schedule, for: model).reached)
    #expect(free.steps <= plain.steps)
    for steps in [free.steps - 1, free.steps] {
      let solution = try FullHorizonSolver().solve(model, horizon: steps)
      #expect((solution.finalLoss <= search.target) == (steps == free.steps))
    }
    let heavy = try #require(try search.outcome(of: .momentum, for: model).reached)
    let best = try ConstantSolver(limits: HyperparameterLimits(learningRate: .none, momentum: 0.999999))
      .solve(model, horizon: heavy.steps - 1)
    #expect(best.finalLoss > search.target && relativeError(best.finalLoss, heavy.previousLoss ?? 0) < 1e-9)
  }

  @Test("Y1: the best constant loss may rise with T")
  func rises() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 2], gradientNoise: [0, 1e-3], initialSecondMoment: [1, 0])
    let losses = try (1...2).map {
      try ConstantSolver(limits: .init(learningRate: .none)).solve(model, horizon: $0).finalLoss
    }
    #expect(losses[0] < 0.8 * losses[1])
    let search = StepsToTarget(target: 1.1 * losses[0])
    #expect(try search.outcome(of: .constant, for: model).reached?.steps == 1)
  }

  @Test("Y1: targets at the start, out of reach and out of their domain")
  func edges() throws {
    let model = try Self.small(1)
    let start = try StepsToTarget(target: model.initialLoss).outcome(of: .momentum, for: model)
    #expect(start.reached?.steps == 0 && start.reached?.loss == model.initialLoss)
    for method in [Method.constant, .pieces(2), .schedule, .average] {
      let short = StepsToTarget(target: 1e-3, maximumSteps: 40)
      guard case .notReached(40, let loss) = try short.outcome(of: method, for: model) else {
        Issue.record("\(method) reaches the target")
        continue
      }
      #expect(loss > 1e-3 && loss < model.initialLoss)
    }
    for (field, search, method) in [
      ("target", StepsToTarget(target: 0), Method.constant),
      ("target", StepsToTarget(target: .nan), .constant),
      ("momentumLimit", StepsToTarget(target: 1, momentumLimit: 1), .momentum),
      ("learningRateLimit", StepsToTarget(target: 1, learningRateLimit: .value(-1)), .average),
      ("maximumSteps", StepsToTarget(target: 1, maximumSteps: 0), .schedule),
      ("pieces", StepsToTarget(target: 1), .pieces(0)),
    ] {
      let error = #expect(throws: NoisyQuadraticError.self) { try search.outcome(of: method, for: model) }
      #expect(error?.description.hasPrefix(field + " is ") == true, "\(field)")
    }
  }

  @Test("Y2: averages are those of the steps, with their derivatives", arguments: [0, 0.4])
  func averages(noise: Double) throws {
    var random = TestRandom(610)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: 5, noise: noise))
    let model = try problem.model()
    let dynamics = UpdateRule.sgd.dynamics(of: problem, hasRunningCosts: false)
    for steps in [1, 2, 7, 100] {
      let run = ConstantRun(dynamics, steps: steps, averages: true, from: dynamics.makeState())
      for (alpha, gamma) in [(0.3, 0.9), (1.2, 0.01), (0.01, 0.99), (0.6, 0.4), (1.9, 0.8), (0.4, 0)] {
        let schedule = try Schedule.constant(learningRate: problem.modelRate(alpha), steps: steps)
        let rule = try AveragedIterates(of: GradientDescent(), .exponential(decay: gamma))
        let expected = model.expectedLoss(under: schedule, rule: rule).final
        let loss = problem.modelLoss(run.losses([alpha], [gamma])[0])
        // A few roundings per step, of the loss or of that at the start.
        #expect(abs(loss - expected) <= 1e-15 * Double(steps + 4) * max(expected, model.initialLoss))
        let here = run.derivatives(alpha, gamma)
        #expect(relativeError(problem.modelLoss(here.value), loss) < 1e-13)
        let e = 1e-5
        let (right, left) = (run.derivatives(alpha + e, gamma), run.derivatives(alpha - e, gamma))
        let (up, down) = (run.derivatives(alpha, gamma + e), run.derivatives(alpha, max(gamma - e, 0)))
        let width = gamma > 0 ? 2 * e : e
        let scale = 1e-4 * max(abs(here.a), abs(here.m), abs(here.aa), abs(here.am), abs(here.mm))
        for (slope, difference) in [
          (here.a, (right.value - left.value) / (2 * e)), (here.aa, (right.a - left.a) / (2 * e)),
          (here.am, (right.m - left.m) / (2 * e)), (here.m, (up.value - down.value) / width),
          (here.mm, (up.m - down.m) / width),
        ] { #expect(abs(slope - difference) <= scale * (gamma > 0 ? 1 : 10), "\(alpha) \(gamma) \(steps)") }
      }
    }
  }

  @Test("C6: runs near the edge of stability keep their digits (C3)")
  func edgeOfStability() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.4, 0.01], gradientNoise: [1, 1, 1], initialSecondMoment: [1, 1, 1])
    let dynamics = UpdateRule.heavyBall.dynamics(
      of: NormalizedProblem(anyNoise: model), hasRunningCosts: false)
    for (mu, slack, steps) in [(0.999999, 1e-9, 50_000), (0.99, 1e-4, 63), (0.9, 1e-3, 64)] {
      let alpha = 2 * (1 + mu) * (1 - slack)
      let run = ConstantRun(dynamics, steps: steps, from: dynamics.makeState())
      let expected = try model.expectedLoss(
        under: .constant(learningRate: alpha, momentum: mu, steps: steps)
      ).final
      // Stepping has a relative error of some 2e-5 in the first run. Without the mirror its loss is negative.
      #expect(relativeError(run.losses([alpha], [mu])[0], expected) < 1e-3, "\(mu)")
      guard mu < 0.999 else { continue }
      let (here, e) = (run.derivatives(alpha, mu), 1e-7)
      let difference = (run.losses([alpha], [mu + e])[0] - run.losses([alpha], [mu - e])[0]) / (2 * e)
      #expect(abs(here.m - difference) < 1e-3 * abs(here.m))
    }
  }

  @Test("Y3: the loss of pieces is that of the steps, and its derivatives are those of the differences")
  func pieces() throws {
    var random = TestRandom(611)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: 4))
    let model = try problem.model()
    let top = problem.maximumCurvature
    for lengths in [[1, 1, 1, 1], [3, 0, 5, 2], [40, 1, 17, 60]] {
      // At the edge of stability, at the rate that solves a direction, at rest, and elsewhere.
      for rates in [[2 / top, 1 / top, 0.3 / top, 0], [0.01 / top, 1.999999 / top, 0.7 / top, 1e-9 / top]] {
        let run = PieceRun(problem, lengths: lengths)
        let (loss, gradient, hessian) = run.evaluate(rates)
        let schedule = try Schedule(
          learningRates: zip(rates, lengths).flatMap { Array(repeating: problem.modelRate($0), count: $1) })
        #expect(relativeError(problem.modelLoss(loss), model.expectedLoss(under: schedule).final) < 1e-12)
        #expect(run.evaluate(rates, derivatives: false).loss == loss)
        let e = 1e-6 / top
        for j in rates.indices {
          var (right, left) = (rates, rates)
          right[j] += e
          left[j] -= e
          let (above, below) = (run.evaluate(right), run.evaluate(left))
          let scale = 1e-5 * (abs(gradient[j]) + abs(hessian.diagonal(j)) / top + loss * top)
          #expect(abs((above.loss - below.loss) / (2 * e) - gradient[j]) <= scale)
          for l in j..<rates.count {
            let slope = (above.gradient[l] - below.gradient[l]) / (2 * e)
            let size = (hessian.diagonal(j) * hessian.diagonal(l)).magnitude.squareRoot()
            // A direction that is solved exactly has its cross derivatives left out.
            #expect(
              abs(slope - hessian.elements[l * rates.count + j]) <= 1e-4 * (size + loss * top * top),
              "\(lengths) \(rates) \(j) \(l)")
          }
        }
      }
    }
  }

  /// Curvatures 1, ½ and ⅕ with noise in proportion to them.
  private static func three(noise: Double) throws -> NoisyQuadraticModel {
    let h = [1, 0.5, 0.2]
    return try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { noise * $0 }, initialSecondMoment: [1, 1, 1])
  }

  @Test("Y4: pieces of few steps, against L-BFGS-B from 300 random starts or more in scipy")
  func fewSteps() throws {
    let quiet = try Self.three(noise: 1e-6)
    // Its five best rates are 2, but for the fourth.
    let hidden = try NoisyQuadraticModel(
      curvature: [1, 0.127, 0.0566], gradientNoise: [0, 0, 0], initialSecondMoment: [0.0852, 1, 1])
    for (model, target, count, steps, loss, previous) in [
      (quiet, 1.1e-5, 3, 11, 1.0621269007e-5, 2.6546194552e-5),
      (hidden, 2.68e-4, 5, 21, 2.6126096980e-4, 3.3099656857e-4),
    ] {
      let found = try #require(
        try StepsToTarget(target: target).outcome(of: .pieces(count), for: model).reached)
      #expect(found.steps == steps && relativeError(found.loss, loss) < 1e-9)
      #expect(relativeError(found.previousLoss ?? 0, previous) < 1e-9)
    }
    let silent = try Self.three(noise: 0)
    for count in LongTest.cases([10, 50], otherwise: [50]) {
      let found = try #require(
        try StepsToTarget(target: 1e-5).outcome(of: .pieces(count), for: silent).reached)
      #expect(found.steps == 10 && found.learningRates.count == count)
      #expect(relativeError(found.loss, 6.499831945e-6) < 1e-8)
      #expect(relativeError(found.previousLoss ?? 0, 1.805506266e-5) < 1e-8)
      #expect(relativeError(try Self.stepped(.pieces(count), found, silent), found.loss) < 1e-9)
    }
    guard
      case .notReached(4, _) = try StepsToTarget(target: 1e-5, maximumSteps: 4)
        .outcome(of: .pieces(9), for: silent)
    else {
      Issue.record("4 steps are enough")
      return
    }
  }

  @Test("Y4: more pieces never need more steps if they contain fewer, nor fewer than the best schedule")
  func pieceOrder() throws {
    var random = TestRandom(612)
    for trial in 0..<(LongTest.isAsked ? 12 : 1) {
      // Little noise and few steps, where pieces have many minima and their best loss may rise.
      let h = trial == 0 ? [1, 0.3, 0.05] : (0..<1 + trial % 4).map { _ in random.logUniform(0.1, 1) }
      let noise = trial == 0 ? 0.5 : [0, 1e-6, 1e-2][trial % 3]
      let model = try NoisyQuadraticModel(
        curvature: h, gradientNoise: h.map { noise * $0 }, initialSecondMoment: h.map { _ in 1 })
      let target = trial == 0 ? 0.1 : model.initialLoss * [1e-2, 1e-4, 1e-5][trial % 3]
      let search = StepsToTarget(target: target, learningRateLimit: .twoOverMaximumCurvature)
      func steps(_ method: Method) throws -> Int? {
        try search.outcome(of: method, for: model).reached?.steps
      }
      guard let best = try steps(.schedule), let constant = try steps(.constant) else { continue }
      let counts = trial == 0 ? [1, 2, 8] : [1, 2, 3, 4, 6, 12]
      let pieces = try counts.map { try steps(.pieces($0)) ?? 0 }
      #expect(pieces[0] == constant && best <= pieces.min() ?? 0, "\(trial) \(best) \(pieces) \(constant)")
      for (i, k) in counts.enumerated() {
        for (j, fewer) in counts[..<i].enumerated() where k.isMultiple(of: fewer) || pieces[j] <= k {
          #expect(pieces[i] <= pieces[j], "\(trial) \(best) \(pieces) \(k) \(fewer)")
        }
        if best <= k { #expect(pieces[i] == best, "\(trial) \(best) \(pieces) \(k)") }
      }
    }
  }

  /// Losses that a search near known hyperparameters, which it does not use, and a wider one find.
  private struct Table: TargetOracle {
    let triedSteps = 0
    let narrow, wide: @Sendable (Int) -> Double

    func best(steps: Int, near known: [Double]?) -> TargetPoint {
      TargetPoint(loss: narrow(steps), variables: [])
    }
    func confirmed(steps: Int, near known: [Double]) -> TargetPoint {
      TargetPoint(loss: wide(steps), variables: [])
    }
    func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
      TargetReached(
        steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: nil, learningRates: [])
    }
  }

  @Test("Y1: the search ends between two neighbours, whatever the losses")
  func termination() throws {
    let fine = Table(narrow: { 100 / Double($0) }, wide: { 50 / Double($0) })
    var search = TargetSearch(target: 1, oracle: fine, floor: 3, floorLoss: nil, maximumSteps: 1000)
    let bracket = try #require(try search.run(from: 7, near: nil, slope: -1))
    #expect(bracket.below.steps == 50 && bracket.below.loss == 1)
    #expect(bracket.above.steps == 49 && bracket.above.loss == 50.0 / 49)
    #expect(search.count < 250)
    for seed in 1...30 {
      @Sendable func loss(_ steps: Int, _ salt: Int) -> Double {
        var random = TestRandom(UInt64(1000 * seed + 10 * steps + salt))
        return random.uniform(0, 1) + 20 / Double(steps + seed)
      }
      let rough = Table(narrow: { loss($0, 0) }, wide: { min(loss($0, 0), loss($0, 1)) })
      var search = TargetSearch(target: 0.8, oracle: rough, floor: 2, floorLoss: 9, maximumSteps: 400)
      guard let found = try search.run(from: seed, near: nil, slope: seed % 2 == 0 ? nil : -1) else {
        continue
      }
      #expect(found.above.steps == found.below.steps - 1 && found.above.steps >= 2)
      #expect(found.below.loss <= 0.8 && (found.above.loss ?? 0) > 0.8)
    }
  }

  @Test("Y5: the notebook's bins, and its numbers of steps")
  func knownAnswers() throws {
    let model = try Self.notebook(64)
    #expect(model.dimension == 84 && model.multiplicity.reduce(0, +) == 10_000)
    #expect(model.curvature.last == 1e-4 && model.gradientNoise == model.curvature)
    #expect(abs(model.initialLoss - 4.702495573) < 1e-8)
    // The steps of Docs/BatchSizeScaling.md. The notebook prints the last that do not reach the target on its grids: 95 759,
    // 17 380, 14 722, 83 186 at 64 and 8117, 7330, 7506, 1280 at 4096.
    let documented: [(Double, [(Method, Int)])] = [
      (64, [(.constant, 95_633), (.pieces(10), 17_382), (.average, 14_387), (.momentum, 80_323)]),
      (4096, [(.constant, 8079), (.pieces(10), 7333), (.average, 7055), (.momentum, 1263)]),
    ]
    for (batchSize, numbers) in documented {
      for (method, steps) in numbers where LongTest.isAsked || method == .constant {
        let result = try #require(
          try StepsToTarget(target: 0.01).outcome(of: method, for: model.with(batchSize: batchSize)).reached)
        #expect(result.steps == steps, "\(method) \(batchSize)")
        #expect(result.loss <= 0.01 && (result.previousLoss ?? 0) > 0.01)
      }
    }
  }

  @Test("Y5: a hyperbola is found again, and curves without one have none")
  func critical() throws {
    let batchSizes = (0...10).map { Double(1 << $0) }
    let fit = try #require(
      CriticalBatchSize(batchSizes: batchSizes, steps: batchSizes.map { 300 + 6000 / $0 }))
    #expect(relativeError(fit.minimumSteps, 300) < 1e-10 && relativeError(fit.batchSize, 20) < 1e-10)
    #expect(fit.largestDeviation < 1e-12)
    // Two points lie on some hyperbola, and rising steps on none.
    #expect(CriticalBatchSize(batchSizes: [4, 8, 4], steps: [30, 20, 30]) == nil)
    #expect(CriticalBatchSize(batchSizes: [4, 8, 16], steps: [30, 20, 15]) != nil)
    #expect(CriticalBatchSize(batchSizes: [4, 8, 16], steps: [10, 30, 90]) == nil)
  }

  @Test("A thousand directions are compressed, and all of them decide (Q1)")
  func compressed() async throws {
    let h = (1...1200).map { 1 / Double($0) }
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: Array(repeating: 1, count: h.count))
    let search = StepsToTarget(target: 0.5)
    let scaling = try await BatchSizeScaling(
      model, search, courses: [.init(.constant), .init(.average, power: 0.5)],
      batchSizes: [1, 4])
    for curve in scaling.curves {
      let problem = try model.preconditioned(power: curve.course.power)
      for (batchSize, outcome) in zip(scaling.batchSizes, curve.outcomes) {
        let result = try #require(outcome.reached)
        let loss = try Self.stepped(curve.course.method, result, problem.with(batchSize: batchSize))
        #expect(relativeError(loss, result.loss) < 1e-10 && loss <= 0.5)
      }
    }
  }
}
