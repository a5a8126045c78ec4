import NoisyQuadratic
import Testing

@Suite("Hessian")
struct ScheduleHessianTests {
  /// The library's Hessian in the model's units, rows by variable.
  private func hessian(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, _ weights: [Double]?, momentum: Bool,
    capacity: Int? = nil
  ) -> [[Double]] {
    let problem = NormalizedProblem(anyNoise: model)
    let start = UpdateRule(usesMomentum: momentum).dynamics(of: problem).makeColumns(
      columns: momentum ? 5 : 1)
    UpdateRule(usesMomentum: momentum).dynamics(of: problem).reset(start)
    let hessian = ScheduleHessian(
      problem, rule: UpdateRule(usesMomentum: momentum), capacity: capacity ?? schedule.count)
    let elements = hessian.matrix(
      KernelSchedule(rates: schedule.learningRates.map(problem.scaledRate), momenta: schedule.momenta),
      weights: weights,
      from: start)
    let n = (momentum ? 2 : 1) * schedule.count
    let scale = (0..<n).map { momentum && $0 % 2 == 1 ? 1 : problem.scaledRate(1) }
    return (0..<n).map { i in
      (0..<n).map { j in problem.modelLoss(elements[i * n + j]) * scale[i] * scale[j] }
    }
  }

  @Test("S14: every second derivative, by exact differentiation", arguments: NamedObjective.all, [0, 0.9])
  func hyperDual(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(5200)
    for steps in [1, 2, 5] {
      // Neither a multiple of the kernels' lanes nor all below one.
      let model = try random.model(dimension: 4 * steps - 1)
      let schedule = try random.schedule(steps: steps, momentum: momentum)
      let objective = objective.make(steps)
      let weights = try objective.weights(horizon: steps)
      let actual = hessian(
        model, schedule, objective == .finalLoss ? nil : weights, momentum: momentum > 0)
      let variables = momentum > 0 ? Array(0..<2 * steps) : (0..<steps).map { 2 * $0 }
      let expected = variables.map { i in
        variables.map { HyperDual.objective(model, schedule, weights: weights, by: i, $0).mixed }
      }
      // A few roundings per direction and step of the largest terms.
      let allowed = 1e-12 * (expected.joined().map(abs).max() ?? 0)
      for i in variables.indices {
        for j in variables.indices {
          if j > i {
            #expect(actual[i][j] == 0)
          } else {
            #expect(abs(actual[i][j] - expected[i][j]) <= allowed, "\(i), \(j)")
          }
        }
      }
    }
  }

  @Test("S14: several blocks of directions, by mixed differences, which are exact", arguments: [false, true])
  func blocks(momentum: Bool) throws {
    var random = TestRandom(5210)
    // The capacity makes a block 80 directions long with momentum, 272 without.
    let (d, steps, capacity) = (300, 4, 120)
    let model = try random.model(dimension: d)
    let schedule = try random.schedule(steps: steps, momentum: momentum ? 0.9 : 0)
    let objective = Objective.averageLoss
    let actual = hessian(
      model, schedule, try objective.weights(horizon: steps), momentum: momentum, capacity: capacity)
    let width = 0.25
    func value(_ changes: [(variable: Int, by: Double)]) throws -> Double {
      var (rates, momenta) = (schedule.learningRates, schedule.momenta)
      for (variable, change) in changes {
        if !momentum {
          rates[variable] += change
        } else if variable % 2 == 0 {
          rates[variable / 2] += change
        } else {
          momenta[variable / 2] += change
        }
      }
      return try model.value(of: objective, under: Schedule(validRates: rates, momenta: momenta))
    }
    let middle = try value([])
    for i in actual.indices {
      for j in 0...i {
        let (expected, size): (Double, Double)
        if i == j {
          let (up, down) = (try value([(i, width)]), try value([(i, -width)]))
          (expected, size) = ((up - 2 * middle + down) / (width * width), up + middle + down)
        } else {
          let values = try [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)].map {
            try value([(i, $0.0 * width), (j, $0.1 * width)])
          }
          expected = (values[0] - values[1] - values[2] + values[3]) / (4 * width * width)
          size = values.reduce(0, +)
        }
        #expect(abs(actual[i][j] - expected) <= 1e-13 * size / (width * width), "\(i), \(j)")
      }
    }
  }

  @Test("S14: one direction without noise in closed form")
  func closedForm() throws {
    // L_2 = ½ h m (1 − αh)² (1 − βh)².
    let (h, m, alpha, beta) = (2.0, 3.0, 0.3, 0.125)
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [0], initialSecondMoment: [m])
    let actual = hessian(
      model, try Schedule(learningRates: [alpha, beta]), nil, momentum: false)
    let (u, v) = (1 - alpha * h, 1 - beta * h)
    let expected = [[h * h * h * m * v * v, 0], [2 * h * h * h * m * u * v, h * h * h * m * u * u]]
    for i in 0..<2 {
      for j in 0..<2 { #expect(abs(actual[i][j] - expected[i][j]) <= 16 * .ulpOfOne * expected[0][0]) }
    }
  }

  @Test("S14: a momentum that starts at rest has no row and no column")
  func rest() throws {
    var random = TestRandom(5220)
    let model = try random.model(dimension: 5)
    let schedule = try random.schedule(steps: 4, momentum: 0.9)
    let actual = hessian(model, schedule, nil, momentum: true)
    for i in actual.indices { #expect(actual[i][1] == 0 && actual[1][i] == 0) }
  }

  @Test("S14: memory counts the trajectory and the matrices")
  func memory() {
    let doubles = ScheduleHessian.doubles(dimension: 1000, steps: 250, rule: .heavyBall)
    #expect(doubles >= 1_750_000)  // 6 · 250 · 1000 + 500²
    #expect(doubles < 4e6)
  }
}
