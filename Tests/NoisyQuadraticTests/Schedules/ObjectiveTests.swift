import NoisyQuadratic
import Testing

@Suite("Objectives")
struct ObjectiveTests {
  @Test("S13: the weights of every objective")
  func weights() throws {
    #expect(try Objective.finalLoss.weights(horizon: 3) == [0, 0, 0, 1])
    #expect(try Objective.averageLoss.weights(horizon: 4) == [0, 0.25, 0.25, 0.25, 0.25])
    #expect(try Objective.discountedLoss(discount: 0.5).weights(horizon: 4) == [0, 1, 0.5, 0.25, 0.125])
    #expect(try Objective.loss(atStep: 2).weights(horizon: 3) == [0, 0, 1, 0])
    #expect(try Objective.weightedLoss([5, 0, 2]).weights(horizon: 2) == [5, 0, 2])
    #expect(try Objective.averageLoss.weights(horizon: 1) == Objective.finalLoss.weights(horizon: 1))
    // A discount that underflows leaves the early losses.
    let steep = try Objective.discountedLoss(discount: 1e-200).weights(horizon: 4)
    #expect(steep == [0, 1, 1e-200, 0, 0])
  }

  private static func check(
    _ name: String, _ objective: Objective, _ error: NoisyQuadraticError, horizon: Int = 3
  ) -> BadInput {
    BadInput(name, error) { _ = try objective.weights(horizon: horizon) }
  }

  @Test(
    "S13: objectives that are none are refused",
    arguments: [
      check(
        "no steps", .averageLoss, .invalidCount(field: "horizon", value: 0, expected: "at least 1"),
        horizon: 0),
      check(
        "discount 0", .discountedLoss(discount: 0),
        .invalidValue(field: "discount", value: 0, expected: "above 0 and at most 1")),
      check(
        "discount above 1", .discountedLoss(discount: 1.5),
        .invalidValue(field: "discount", value: 1.5, expected: "above 0 and at most 1")),
      check(
        "discount that is no number", .discountedLoss(discount: .nan),
        .invalidValue(field: "discount", value: .nan, expected: "above 0 and at most 1")),
      check(
        "step 0", .loss(atStep: 0),
        .invalidCount(field: "atStep", value: 0, expected: "1 to the horizon, 3")),
      check(
        "step beyond the end", .loss(atStep: 4),
        .invalidCount(field: "atStep", value: 4, expected: "1 to the horizon, 3")),
      check(
        "too few weights", .weightedLoss([1, 1, 1]),
        .invalidCount(
          field: "weights.count", value: 3,
          expected: "4: one for the loss before the first step and one for that after each of 3 steps")),
      check(
        "a negative weight", .weightedLoss([0, 1, -1, 1]),
        .invalidValue(field: "weights", index: 2, value: -1, expected: "finite and at least 0")),
      check(
        "an infinite weight", .weightedLoss([0, .infinity, 1, 1]),
        .invalidValue(field: "weights", index: 1, value: .infinity, expected: "finite and at least 0")),
      check(
        "a weight that is no number", .weightedLoss([.nan, 1, 1, 1]),
        .invalidValue(field: "weights", index: 0, value: .nan, expected: "finite and at least 0")),
      check(
        "a weight at the start only", .weightedLoss([1, 0, 0, 0]),
        .invalidValue(field: "weights", value: 0, expected: "one above 0 after the start")),
    ])
  func refused(_ input: BadInput) {
    input.check()
  }

  @Test("S13: an absurd horizon is refused before anything is allocated")
  func memory() {
    expectExceedsMemory("horizon", .max) { _ = try Objective.averageLoss.weights(horizon: .max) }
  }

  @Test("S13: every solver refuses an objective that does not fit")
  func solvers() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    let wrong = Objective.loss(atStep: 5)
    let solvers: [any ScheduleSolver] = [
      GreedySolver(objective: wrong), FullHorizonSolver(objective: wrong),
      RecedingHorizonSolver(lookahead: 2, objective: wrong),
      RecedingHorizonSolver(lookahead: 2, window: .held, objective: wrong),
    ]
    for solver in solvers {
      BadInput(
        "\(solver)", .invalidCount(field: "atStep", value: 5, expected: "1 to the horizon, 3")
      ) { _ = try solver.solve(model, horizon: 3) }.check()
    }
  }

  @Test("S13: the value is the weighted sum of the losses", arguments: NamedObjective.all, [0, 0.9])
  func value(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5000)
    let model = try random.model(dimension: 4)
    let schedule = try random.schedule(steps: 9, momentum: momentum)
    let objective = objective.make(9)
    let losses = PlainMoments.losses(model, schedule)
    let expected = zip(try objective.weights(horizon: 9), losses).reduce(0) { $0 + $1.0 * $1.1 }
    // The plain recursion of second moments rounds relative to the largest loss along the way.
    let allowed = 1e-13 * (losses.max() ?? 0) * Double(losses.count)
    #expect(abs(try model.value(of: objective, under: schedule) - expected) <= allowed)
    #expect(abs(try model.gradient(of: objective, under: schedule).value - expected) <= allowed)
  }

  @Test("S13: the start counts in the value")
  func start() throws {
    let model = try NoisyQuadraticModel(curvature: [2], gradientNoise: [1], initialSecondMoment: [3])
    let still = try Schedule(learningRates: [0, 0])
    #expect(try model.value(of: .weightedLoss([4, 0, 1]), under: still) == 15)
    #expect(try model.gradient(of: .weightedLoss([4, 0, 1]), under: still).value == 15)
  }
}
