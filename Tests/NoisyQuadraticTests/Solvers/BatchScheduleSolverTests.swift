import NoisyQuadratic
import Testing

@Suite("Rates and batch sizes together")
struct BatchScheduleSolverTests {
  private static func model(_ d: Int, seed: UInt64 = 1, noise: Double = 1) throws -> NoisyQuadraticModel {
    var random = TestRandom(seed)
    return try random.model(dimension: d, noise: noise)
  }

  @Test("P5: the closed form of batch sizes, against all feasible exchanges of examples")
  func closedForm() throws {
    var random = TestRandom(2)
    for (smallest, largest) in [(0.01, nil), (1.0, nil), (1.0, 3.0), (2.0, 2.0)] as [(Double, Double?)] {
      let budget = BatchBudget(examples: 16, smallest: smallest, largest: largest)
      let needs = [0] + random.array(7) { $0.logUniform(1e-3, 1) }
      let sizes = budget.sizes(for: needs)
      #expect(abs(sizes.reduce(0, +) - 16) <= 1e-12)
      #expect(sizes.allSatisfy { $0 >= smallest && $0 <= largest ?? 16 })
      func slope(_ t: Int) -> Double { needs[t] * needs[t] / (sizes[t] * sizes[t]) }
      for s in needs.indices where sizes[s] < (largest ?? 16) * (1 - 1e-12) {
        for t in needs.indices where sizes[t] > smallest * (1 + 1e-12) {
          // An example moved from t to s gains nothing.
          #expect(slope(s) <= slope(t) * (1 + 1e-9))
        }
      }
    }
  }

  @Test("P5: two steps and two directions, against a grid")
  func grid() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.2], gradientNoise: [2, 1], initialSecondMoment: [1, 3])
    let solver = BatchScheduleSolver(limits: HyperparameterLimits(learningRate: .value(1.5)))
    let solution = try solver.solve(model, steps: 2, budget: BatchBudget(examples: 8, smallest: 0.5))
    var lowest = Double.infinity
    for i in 0...30 {
      for j in 0...30 {
        for b in 0...28 {
          let size = 0.5 + 0.25 * Double(b)
          var state = MomentState(model)
          state.advance(learningRate: 0.05 * Double(i), batchSize: size)
          state.advance(learningRate: 0.05 * Double(j), batchSize: 8 - size)
          lowest = min(lowest, state.expectedLoss)
        }
      }
    }
    #expect(solution.finalLoss <= lowest)
    // Half a cell away, a quadratic is at most this much higher.
    #expect(solution.finalLoss >= lowest * (1 - 1e-2))
    #expect(solution.termination == .converged && solution.kktResidual <= 1e-6)
    #expect(abs(solution.examples - 8) <= 1e-12)
  }

  @Test(
    "P5: no small change of rates and batch sizes within the budget lowers the loss",
    arguments: LongTest.cases([0.05, 1]))
  func perturbed(noise: Double) throws {
    let model = try Self.model(4, noise: noise)
    let budget = BatchBudget(examples: 60, smallest: 1)
    let solution = try BatchScheduleSolver().solve(model, steps: 12, budget: budget)
    // At the limit 2/h_max starts may differ in the number of steps at the limit, each a local optimum.
    #expect([.converged, .localOptimum].contains(solution.termination) && solution.kktResidual <= 1e-6)
    let schedule = solution.schedule
    let sizes = try #require(schedule.batchSizes)
    var random = TestRandom(9)
    for _ in 0..<20 {
      let rates = schedule.learningRates.map { min($0 * random.uniform(0.98, 1.02), 2) }
      var other = sizes
      let (s, t) = (Int(12 * random.unit()), Int(12 * random.unit()))
      let moved = min(0.05, other[t] - 1)
      (other[s], other[t]) = s == t ? (other[s], other[t]) : (other[s] + moved, other[t] - moved)
      let trial = try Schedule(learningRates: rates, batchSizes: other)
      #expect(model.expectedLoss(under: trial).final >= solution.finalLoss * (1 - 1e-9))
    }
  }

  @Test("P5: given batch sizes, against sweeps")
  func given() throws {
    let model = try Self.model(5).with(batchSize: 6)
    let full = try FullHorizonSolver().solve(model, horizon: 15)
    let solution = try BatchScheduleSolver().solve(model, batchSizes: Array(repeating: 6, count: 15))
    #expect(relativeError(solution.finalLoss, full.finalLoss) <= 1e-9)
  }

  @Test("P5: without noise the optimum is that of sweeps, with unequal rates", arguments: [2, 3])
  func silent(dimension: Int) throws {
    let h = (1...dimension).map { 1 / Double($0) }
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { _ in 0 }, initialSecondMoment: h.map { _ in 1 })
    let best = try FullHorizonSolver().solve(model, horizon: 2).finalLoss
    let solver = BatchScheduleSolver()
    for solution in [
      try solver.solve(model, batchSizes: [1, 1]), try solver.solve(model, batchSizes: [1, 3]),
      try solver.solve(model, steps: 2, budget: BatchBudget(examples: 4)),
    ] {
      #expect(abs(solution.finalLoss - best) <= 1e-9 * best + 1e-25)
      #expect(solution.termination == .converged && solution.kktResidual <= 1e-6)
    }
  }

  @Test("P5: rates far below the limit, and rates of 0")
  func tinyRates() throws {
    let h = [1, 0.5, 0.1]
    func model(_ moment: Double) throws -> NoisyQuadraticModel {
      try NoisyQuadraticModel(curvature: h, gradientNoise: h, initialSecondMoment: h.map { _ in moment })
    }
    let (solver, near) = (BatchScheduleSolver(), try model(1e-15))
    let budget = BatchBudget(examples: 20, largest: 1)
    let joint = try solver.solve(near, steps: 20, budget: budget)
    #expect(joint.finalLoss < near.initialLoss && joint.termination == .converged)
    #expect(try solver.solveConstantRate(near, steps: 20, budget: budget).finalLoss < near.initialLoss)
    #expect(try solver.solve(model(0), steps: 2, budget: BatchBudget(examples: 4)).finalLoss == 0)
    // A step whose noise is beyond all bounds is left out.
    let hostile = try solver.solve(model(1), batchSizes: [1, 1e-300, 1])
    #expect(hostile.schedule.learningRates[1] == 0)
    let two = try solver.solve(model(1), batchSizes: [1, 1])
    #expect(relativeError(hostile.finalLoss, two.finalLoss) <= 1e-9)
  }

  @Test("The fewest examples to the last bit")
  func lastBit() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    // One step has the loss ½/(1 + B).
    let best = try #require(
      try BatchScheduleSolver().fewestExamples(
        model, reaching: 0.125, steps: 1, budget: BatchBudget(examples: 8), tolerance: 1e-300))
    #expect(abs(best.examples - 3) <= 1e-12)
  }

  @Test("P5, P7: what a ramp saves, and the order of losses", .long, arguments: [nil, 4.0])
  func ramp(largest: Double?) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.25, 0.1], gradientNoise: [1, 0.25, 0.1], initialSecondMoment: [1, 1, 1])
    let solver = BatchScheduleSolver(limits: HyperparameterLimits(learningRate: .value(1)))
    let ramp = try BatchRamp(model, steps: 16, batchSize: 2, largest: largest, solver: solver)
    let target = ramp.constantBatch.finalLoss
    #expect(ramp.joint.informationBound < ramp.joint.finalLoss)
    #expect(ramp.joint.finalLoss <= min(target, ramp.constantRate.finalLoss) * (1 + 1e-9))
    #expect(ramp.fewestSteps.finalLoss <= target && ramp.savedSteps > 0)
    #expect(abs(ramp.fewestSteps.examples - 32) <= 1e-9)
    let less = try solver.solve(
      model, steps: ramp.fewestSteps.schedule.count - 1,
      budget: BatchBudget(examples: 32, smallest: 0.125, largest: largest))
    #expect(less.finalLoss > target)
    let fewer = try #require(
      try solver.fewestExamples(
        model, reaching: target, steps: 16, budget: BatchBudget(examples: 32, smallest: 0.125),
        tolerance: 0.01))
    #expect(fewer.examples < 32 && fewer.finalLoss <= target)
  }

  @Test("P6: halving steps and batches together changes the loss in proportion to the rate")
  func degenerate() throws {
    var random = TestRandom(4)
    let h = random.array(4) { $0.uniform(0.3, 1) }
    func losses(noise: Double, moment: Double) throws -> [Double] {
      let model = try NoisyQuadraticModel(
        curvature: h, gradientNoise: h.map { _ in noise }, initialSecondMoment: h.map { _ in moment })
      return try [1, 2, 4, 8].map { parts in
        let scale = Double(parts)
        let steps = 0..<8 * parts
        let schedule = try Schedule(
          learningRates: steps.map { 0.2 / scale * (1 - (Double($0 / parts) + 0.5) / 8) },
          batchSizes: steps.map { Double(1 + $0 / parts) / scale })
        return model.expectedLoss(under: schedule).final
      }
    }
    let (noise, signal) = (try losses(noise: 1, moment: 0), try losses(noise: 0, moment: 1))
    for losses in [noise, signal] {
      // Differences halve with the rate; its square is still some percent.
      let ratio = (losses[0] - losses[1]) / (losses[1] - losses[2])
      #expect(abs(ratio - 2) <= 0.25)
      #expect(relativeError(losses[0], losses[3]) <= 0.1)
    }
    // Small steps have less noise and keep more of the signal.
    #expect(noise[0] > noise[1] && signal[0] < signal[1])
  }

  @Test("P7: the bound of examples is that of steps for equal batches, and below any division of them")
  func bound() throws {
    let model = try Self.model(5).with(batchSize: 2)
    #expect(
      relativeError(try model.informationBound(examples: 30), try model.informationBound(steps: 15)) <= 1e-14)
    // One direction with its own rate reaches it by α_t = h m/(h² m + c/B_t).
    let single = try NoisyQuadraticModel(curvature: [2], gradientNoise: [3], initialSecondMoment: [1])
    var state = MomentState(single)
    for size in [0.5, 4, 1.5] {
      let m = state.secondMoment[0]
      state.advance(learningRate: 2 * m / (4 * m + 3 / size), batchSize: size)
    }
    #expect(relativeError(state.expectedLoss, try single.informationBound(examples: 6)) <= 1e-14)
  }

  @Test("Whole batches keep the sum and stay within one multiple")
  func whole() throws {
    var random = TestRandom(3)
    let sizes = random.array(40) { $0.logUniform(0.2, 300) }
    let schedule = try Schedule(learningRates: sizes, batchSizes: sizes)
    for multiple in [1, 8] {
      let rounded = try #require(try schedule.withWholeBatchSizes(multiplesOf: multiple).batchSizes)
      let unit = Double(multiple)
      #expect(rounded.allSatisfy { $0 >= unit && $0.truncatingRemainder(dividingBy: unit) == 0 })
      let sum = sizes.reduce(0, +)
      #expect(rounded.reduce(0, +) == (sum / unit).rounded(.down) * unit)
      #expect(zip(rounded, sizes).allSatisfy { abs($0 - $1) <= 1.5 * unit })
    }
    let whole = try Schedule(learningRates: [1, 1], batchSizes: [3, 5])
    #expect(try whole.withWholeBatchSizes() == whole)
    let huge = try Schedule(learningRates: [1, 1, 1], batchSizes: [1e-9, 1e-9, 9e15])
    #expect(try huge.withWholeBatchSizes().batchSizes == [1, 1, 9e15 - 2])
    // Rounding alone keeps this sum below 3.
    let below = try Schedule(learningRates: [1, 1], batchSizes: [1.5, 1.5.nextDown])
    #expect(try below.withWholeBatchSizes().batchSizes?.reduce(0, +) == 3)
  }

  static let badInput: [BadInput] = [
    BadInput(
      "budget",
      .invalidValue(
        field: "examples", value: 5, expected: "at least 10.0, the smallest batch size times 10 steps")
    ) { _ = try BatchScheduleSolver().solve(model(2), steps: 10, budget: BatchBudget(examples: 5)) },
    BadInput(
      "largest",
      .invalidValue(field: "largestBatchSize", value: 0.5, expected: "a finite number of at least 1.0")
    ) {
      _ = try BatchScheduleSolver().solve(
        model(2), steps: 1, budget: BatchBudget(examples: 5, largest: 0.5))
    },
    BadInput(
      "momentum",
      .invalidValue(
        field: "momentumLimit", value: 0.5, expected: "0, because batch sizes are those of plain SGD")
    ) {
      let limits = HyperparameterLimits(momentum: 0.5)
      _ = try BatchScheduleSolver(limits: limits).solve(model(2), batchSizes: [1])
    },
    BadInput(
      "size", .invalidValue(field: "batchSize", index: 1, value: -1, expected: "a finite number > 0")
    ) { _ = try BatchScheduleSolver().solve(model(2), batchSizes: [1, -1]) },
    BadInput("no sizes", .lengthMismatch(field: "batchSize", expected: 1, actual: 0)) {
      _ = try BatchScheduleSolver().solve(model(2), batchSizes: [])
    },
    BadInput(
      "whole",
      .invalidValue(
        field: "examples", value: 1, expected: "at least 1 and at most 2^53 for all 2 steps together")
    ) { _ = try Schedule(learningRates: [1, 1], batchSizes: [0.5, 0.5]).withWholeBatchSizes() },
    BadInput("bound", .invalidValue(field: "examples", value: -1, expected: "a finite number ≥ 0")) {
      _ = try model(2).informationBound(examples: -1)
    },
  ]

  @Test("Bad budgets are refused with field and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }
}
