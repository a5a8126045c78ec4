import Testing

@testable import NoisyQuadratic

@Suite("Solvers of running costs")
struct ObjectiveSolverTests {
  private let limits = [0, 0.9].map {
    HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: $0)
  }

  private func full(_ limits: HyperparameterLimits, _ objective: Objective) -> FullHorizonSolver {
    var solver = FullHorizonSolver(limits: limits, objective: objective)
    solver.options.starts = 4
    return solver
  }

  @Test("S13: greedy looks at the next loss alone", arguments: NamedObjective.all)
  func greedy(_ objective: NamedObjective) throws {
    var random = TestRandom(5600)
    let model = try random.model(dimension: 5)
    for limits in limits {
      let objective = objective.make(8)
      let plain = try GreedySolver(limits: limits).solve(model, horizon: 8)
      let other = try GreedySolver(limits: limits, objective: objective).solve(model, horizon: 8)
      // The kernels' sums for paths and for matrices may fuse other products.
      #expect(largestScaledError(other.schedule.learningRates, plain.schedule.learningRates) <= 1e-12)
      #expect(largestScaledError(other.schedule.momenta, plain.schedule.momenta) <= 1e-9)
      #expect(other.objective == objective)
      #expect(other.objectiveValue == (try model.value(of: objective, under: other.schedule)))
    }
  }

  @Test(
    "S13: two steps against a grid", arguments: NamedObjective.all,
    LongTest.cases(Array(0..<3)))
  func bruteForce(_ objective: NamedObjective, seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 5610)
    let model = try random.model(dimension: 2, noise: random.logUniform(1e-3, 1))
    let weights = try objective.make(2).weights(horizon: 2)
    for limits in limits {
      let solution = try full(limits, .weightedLoss(weights)).solve(model, horizon: 2)
      let limit = 2 / model.maximumCurvature
      var lowest = Double.infinity
      for i in 0...200 {
        var first = PlainMoments(model)
        first.step(limit * Double(i) / 200, 0)
        // The last step has but one loss to lower.
        for j in 0...(limits.momentum > 0 ? 20 : 0) {
          let mu = limits.momentum * Double(j) / 20
          var second = first
          second.step(second.bestRate(momentum: mu, limit: limit), mu)
          lowest = min(
            lowest, weights[0] * model.initialLoss + weights[1] * first.loss + weights[2] * second.loss)
        }
      }
      #expect(solution.objectiveValue <= lowest * (1 + 1e-12))
      // Steps of 1/200 and 1/20 cannot miss a smooth minimum by much.
      #expect(solution.objectiveValue >= lowest * 0.97)
    }
  }

  @Test(
    "S13: no random schedule, and none of the other solvers, does better", .long,
    arguments: LongTest.cases(NamedObjective.all))
  func neverWorse(_ objective: NamedObjective) throws {
    var random = TestRandom(5620)
    let (model, steps) = (try random.model(dimension: 3, noise: 0.05), 6)
    let objective = objective.make(steps)
    for limits in limits {
      let best = try full(limits, objective).solve(model, horizon: steps)
      let others: [any ScheduleSolver] = [
        GreedySolver(limits: limits, objective: objective),
        RecedingHorizonSolver(lookahead: 3, limits: limits, objective: objective),
        RecedingHorizonSolver(lookahead: 3, window: .held, limits: limits, objective: objective),
        FullHorizonSolver(limits: limits),
      ]
      for other in others {
        let value = try model.value(of: objective, under: other.solve(model, horizon: steps).schedule)
        #expect(best.objectiveValue <= value * (1 + 1e-10))
      }
      let limit = 2 / model.maximumCurvature
      for _ in 0..<(LongTest.isAsked ? 200 : 40) {
        let schedule = try Schedule(
          learningRates: random.array(steps) { $0.uniform(0, limit) },
          momenta: random.array(steps) { $0.uniform(0, limits.momentum) })
        #expect(best.objectiveValue <= (try model.value(of: objective, under: schedule)))
      }
      // What the starts led to is the same number.
      let lowest = try #require(best.statistics.starts.map(\.finalLoss).min())
      #expect(best.objectiveValue <= lowest * (1 + 1e-12))
      if best.statistics.improvingPerturbations == 0 {
        #expect(relativeError(best.objectiveValue, lowest) <= 1e-11)
      }
    }
  }

  @Test("S13: truncated, the full horizon of the steps that count, then greedy", arguments: [1, 3, 6])
  func truncated(_ s: Int) throws {
    var random = TestRandom(5630)
    let model = try random.model(dimension: 4)
    for limits in limits {
      let whole = try full(limits, .loss(atStep: s)).solve(model, horizon: 7)
      let short = try full(limits, .finalLoss).solve(model, horizon: s)
      #expect(Array(whole.schedule.prefix(s)) == Array(short.schedule))
      #expect(whole.schedule.count == 7 && whole.losses.values.count == 8)
      #expect(relativeError(whole.objectiveValue, short.finalLoss) <= 1e-13)
      #expect(whole.objectiveValue == whole.losses.values[s])
      // The moments at a step of D3, from which the next loss is minimized.
      var moments = PlainMoments(model)
      for (t, step) in whole.schedule.enumerated() {
        if t >= s {
          let rate = moments.bestRate(momentum: step.momentum, limit: 2 / model.maximumCurvature)
          #expect(relativeError(step.learningRate, rate) <= 1e-10)
        }
        moments.step(step.learningRate, step.momentum)
      }
      let receding = try RecedingHorizonSolver(
        lookahead: 7, limits: limits, objective: .loss(atStep: s)
      ).solve(model, horizon: 7)
      #expect(relativeError(receding.losses.values[s], whole.losses.values[s]) <= 1e-9)
    }
  }

  @Test("S13: a window as long as the run is the full horizon", arguments: NamedObjective.all)
  func wholeWindow(_ objective: NamedObjective) throws {
    var random = TestRandom(5640)
    let (model, steps) = (try random.model(dimension: 3), 5)
    let objective = objective.make(steps)
    let full = try FullHorizonSolver(limits: limits[1], objective: objective).solve(model, horizon: steps)
    let receding = try RecedingHorizonSolver(lookahead: steps, limits: limits[1], objective: objective)
      .solve(model, horizon: steps)
    #expect(receding.schedule == full.schedule)
    #expect(receding.objectiveValue == full.objectiveValue)
  }

  @Test("S13: a look-ahead that sees no loss that counts minimizes the one at its end")
  func blindWindow() throws {
    var random = TestRandom(5650)
    let model = try random.model(dimension: 3)
    let (last, plain) = (
      RecedingHorizonSolver(
        lookahead: 2, limits: limits[1], objective: .weightedLoss([0, 0, 0, 0, 0, 3])),
      RecedingHorizonSolver(lookahead: 2, limits: limits[1])
    )
    #expect(try last.solve(model, horizon: 5).schedule == plain.solve(model, horizon: 5).schedule)
    // A small weight in the middle changes nothing before a window reaches it.
    let gap = RecedingHorizonSolver(
      lookahead: 2, limits: limits[1], objective: .weightedLoss([0, 0, 0, 1e-3, 0, 1]))
    let first = try gap.solve(model, horizon: 5).schedule[0]
    let expected = try plain.solve(model, horizon: 5).schedule[0]
    #expect(relativeError(first.learningRate, expected.learningRate) <= 1e-9)
  }

  @Test("S13: only the ratios of the weights matter", arguments: [0x1p-660, 0x1p660])
  func scale(_ scale: Double) throws {
    var random = TestRandom(5660)
    let model = try random.model(dimension: 3)
    let weights = [7, 0, 2, 0, 1, 3.0]
    for limits in limits {
      let one = try full(limits, .weightedLoss(weights)).solve(model, horizon: 5)
      let two = try full(limits, .weightedLoss(weights.map { scale * $0 })).solve(model, horizon: 5)
      #expect(one.schedule == two.schedule)
      #expect(two.objectiveValue == scale * one.objectiveValue)
      #expect(two.statistics.starts.map(\.finalLoss) == one.statistics.starts.map { scale * $0.finalLoss })
    }
  }

  @Test("S13: without a discount the sum, which is T averages")
  func discount() throws {
    var random = TestRandom(5670)
    let model = try random.model(dimension: 3)
    for limits in limits {
      let sum = try full(limits, .discountedLoss(discount: 1)).solve(model, horizon: 5)
      let ones = try full(limits, .weightedLoss([0, 1, 1, 1, 1, 1])).solve(model, horizon: 5)
      let average = try full(limits, .averageLoss).solve(model, horizon: 5)
      #expect(sum.schedule == ones.schedule && sum.schedule == average.schedule)
      #expect(relativeError(sum.objectiveValue, 5 * average.objectiveValue) <= 8 * .ulpOfOne)
      // A discount that forgets everything leaves the first step greedy.
      let myopic = try full(limits, .discountedLoss(discount: 1e-12)).solve(model, horizon: 5)
      let greedy = try GreedySolver(limits: limits).solve(model, horizon: 5)
      #expect(relativeError(myopic.schedule[0].learningRate, greedy.schedule[0].learningRate) <= 1e-9)
    }
  }
}
