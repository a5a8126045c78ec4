import Foundation
import NoisyQuadratic
import Testing

@Suite("Meta-descent")
struct MetaDescentTests {
  private func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [1, 0.1], initialSecondMoment: [2, 3])
  }

  /// Adam with bias corrections written as weighted means, on differences of the loss.
  private func plain(
    _ loss: ([Double]) throws -> Double, from start: [Double], steps: Int, options: MetaDescent.Options
  ) rethrows -> [[Double]] {
    var x = start
    var gradients: [[Double]] = []
    var path = [x]
    for _ in 0..<steps {
      var gradient: [Double] = []
      for j in x.indices {
        var (up, down) = (x, x)
        up[j] += 1e-5
        down[j] -= 1e-5
        let slope = try (loss(up) - loss(down)) / 2e-5
        gradient.append(min(max(slope, -options.gradientLimit), options.gradientLimit))
      }
      gradients.append(gradient)
      for j in x.indices {
        func mean(_ decay: Double, _ f: (Double) -> Double) -> Double {
          let weights = gradients.indices.map { pow(decay, Double(gradients.count - 1 - $0)) }
          let sum = zip(weights, gradients).reduce(0) { $0 + $1.0 * f($1.1[j]) }
          return sum / weights.reduce(0, +)
        }
        x[j] -=
          options.learningRate * mean(options.firstDecay) { $0 }
          / (mean(options.secondDecay) { $0 * $0 }.squareRoot() + options.epsilon)
      }
      path.append(x)
    }
    return path
  }

  @Test("F7: Adam on the logarithms, against differences of the loss", arguments: [1e-8, 0.3])
  func adam(epsilon: Double) throws {
    var options = MetaDescent.Options()
    (options.steps, options.learningRate, options.epsilon) = (40, 0.05, epsilon)
    options.gradientLimit = 0.4
    let family = InverseTimeFamily(timeScale: 5, momentum: .fitted)
    let descent = MetaDescent(family: family, options: options)
    let model = try model()
    let trajectory = try descent.run(model, horizon: 15, from: [0.05, 0.3, 0.7])
    let path = try plain(
      { x in
        let schedule = try family.schedule([exp(x[0]), exp(x[1]), 1 - exp(x[2])], steps: 15)
        return model.expectedLoss(under: schedule).final
      }, from: [log(0.05), log(0.3), log(1 - 0.7)], steps: 40, options: options)
    #expect(trajectory.parameters.count == 41 && trajectory.values.count == 41)
    #expect(trajectory.termination == .iterationLimit)
    for (actual, x) in zip(trajectory.parameters, path) {
      // Differences err by 10⁻¹⁰ of a slope; steps whose slope is small are the most sensitive.
      #expect(largestRelativeError(actual, [exp(x[0]), exp(x[1]), 1 - exp(x[2])]) <= 1e-6)
    }
    for (parameters, value) in zip(trajectory.parameters, trajectory.values) {
      let schedule = try family.schedule(parameters, steps: 15)
      #expect(relativeError(value, model.expectedLoss(under: schedule).final) <= 1e-12)
    }
  }

  @Test("F7: the first step has the size of the learning rate in every logarithm")
  func firstStep() throws {
    var options = MetaDescent.Options()
    (options.steps, options.learningRate) = (1, 0.125)
    let trajectory = try MetaDescent(family: InverseTimeFamily(timeScale: 5), options: options)
      .run(model(), horizon: 10, from: [0.01, 3])
    for j in 0..<2 {
      let step = log(trajectory.parameters[1][j] / trajectory.parameters[0][j])
      // ε beside a slope of order 10⁻² and more.
      #expect(abs(abs(step) - 0.125) <= 1e-6)
    }
    // Small rates that decay fast want to be larger and to decay more slowly.
    #expect(trajectory.parameters[1][0] > 0.01 && trajectory.parameters[1][1] < 3)
  }

  @Test("F7: it ends where the best member of the family is")
  func optimum() throws {
    var options = MetaDescent.Options()
    (options.steps, options.learningRate) = (600, 0.05)
    let family = InverseTimeFamily(timeScale: 5)
    let trajectory = try MetaDescent(family: family, options: options).run(
      model(), horizon: 30, from: [0.02, 0.1])
    let limits = HyperparameterLimits(learningRate: .value(10))
    let fit = try FamilySolver(family: family, limits: limits).fit(model(), horizon: 30)
    #expect(trajectory.values[trajectory.best] >= fit.solution.finalLoss * (1 - 1e-12))
    // Adam's step does not shrink: it circles the optimum.
    #expect(trajectory.values[trajectory.best] <= fit.solution.finalLoss * (1 + 1e-3))
    #expect(trajectory.values[trajectory.best] == trajectory.values.min())
  }

  @Test("F7: clips hold, of start and of steps")
  func clips() throws {
    var options = MetaDescent.Options()
    (options.steps, options.learningRate) = (60, 0.5)
    options.effectiveRates = 0.02...0.05
    options.momentumGaps = 0.2...0.4
    let trajectory = try MetaDescent(
      family: InverseTimeFamily(timeScale: 5, momentum: .fitted), options: options
    ).run(model(), horizon: 10, from: [1, 1e6, 0.99])
    for parameters in trajectory.parameters {
      let gap = 1 - parameters[2]
      #expect(gap >= 0.2 * (1 - 1e-14) && gap <= 0.4 * (1 + 1e-14))
      let effective = parameters[0] / gap
      #expect(effective >= 0.02 * (1 - 1e-14) && effective <= 0.05 * (1 + 1e-14))
      #expect(parameters[1] <= 1e3 * (1 + 1e-14))
    }
    // Against the upper clip, where this run wants to be.
    #expect(relativeError(trajectory.parameters[60][0] / (1 - trajectory.parameters[60][2]), 0.05) <= 1e-13)
  }

  @Test("F7: divergence is data")
  func divergence() throws {
    var options = MetaDescent.Options()
    options.effectiveRates = 1e-4...1e40
    let trajectory = try MetaDescent(family: ConstantFamily(momentum: .fixed(0.9)), options: options)
      .run(model(), horizon: 200, from: [1e30])
    #expect(trajectory.termination == .diverged)
    #expect(trajectory.values == [.infinity])
    options.steps = 0
    let still = try MetaDescent(family: ConstantFamily(), options: options)
      .run(model(), horizon: 200, from: [1e30])
    #expect(still.termination == .diverged && still.values == [.infinity])
  }

  @Test("Bad options and starts are refused")
  func refused() throws {
    func run(
      _ start: [Double] = [1, 1], horizon: Int = 3, momentum: FamilyMomentum = .fixed(0),
      _ change: (inout MetaDescent.Options) -> Void = { _ in }
    ) throws {
      var options = MetaDescent.Options()
      options.steps = 1
      change(&options)
      let family = InverseTimeFamily(momentum: momentum)
      _ = try MetaDescent(family: family, options: options).run(model(), horizon: horizon, from: start)
    }
    func expect(_ error: NoisyQuadraticError, _ attempt: () throws -> Void) {
      #expect(throws: error) { try attempt() }
    }
    expect(.lengthMismatch(field: "start", expected: 2, actual: 1)) { try run([1]) }
    expect(.invalidValue(field: "start", index: 1, value: 0, expected: "a finite number > 0")) {
      try run([1, 0])
    }
    expect(.invalidValue(field: "start", index: 2, value: 1, expected: "at least 0 and below 1")) {
      try run([1, 1, 1], momentum: .fitted)
    }
    expect(.invalidValue(field: "momentum", value: 1, expected: "at least 0 and below 1")) {
      try run(momentum: .fixed(1))
    }
    expect(.invalidCount(field: "horizon", value: 0, expected: "at least 1")) { try run(horizon: 0) }
    expect(.invalidCount(field: "steps", value: -1, expected: "at least 0")) { try run { $0.steps = -1 } }
    expect(.invalidValue(field: "learningRate", value: 0, expected: "a finite number > 0")) {
      try run { $0.learningRate = 0 }
    }
    expect(.invalidValue(field: "secondDecay", value: 1, expected: "at least 0 and below 1")) {
      try run { $0.secondDecay = 1 }
    }
    expect(.invalidValue(field: "effectiveRates", value: 0, expected: "a finite number > 0")) {
      try run { $0.effectiveRates = 0...1 }
    }
    expect(.invalidValue(field: "momentumGaps", value: 2, expected: "at most 1.0")) {
      try run { $0.momentumGaps = 0.1...2 }
    }
    expectExceedsMemory("steps", 1 << 60) { try run { $0.steps = 1 << 60 } }
    expectExceedsMemory("horizon", .max) { try run(horizon: .max) }
  }
}
