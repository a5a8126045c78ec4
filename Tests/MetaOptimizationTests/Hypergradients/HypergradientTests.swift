import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Hypergradients")
struct HypergradientTests {
  static let optimizers: [BaseOptimizer] = [
    .sgd, .heavyBall(.outside), .heavyBall(.inside), .adam(secondDecay: 0.9, epsilon: 1e-2),
  ]

  static let networks = [false, true]

  /// A small network with smooth loss, of dense layers or with convolutions and pools; six batches, and two that are the
  /// objective.
  private struct Problem {
    let trainer: Trainer<Double>
    let start: TrainingState<Double>
    let batches: [Batch]
    let objective: [Batch]

    init(_ optimizer: BaseOptimizer, convolutional: Bool = false) throws {
      let shape = try ImageShape(channels: 1, height: 3, width: 3)
      var random = RandomProblem(11)
      let images = try random.images(shape, count: 40, classes: 3)
      let architecture =
        try convolutional
        ? NetworkArchitecture(
          input: shape,
          layers: [
            .convolution(channels: 3, size: 3), .maxPool, .activation(.tanh),
            .convolution(channels: 2, size: 1), .activation(.tanh), .dense(units: 3),
          ])
        : .perceptron(input: shape, hidden: [5, 4], classes: 3, activation: .tanh)
      trainer = Trainer(try Network(architecture), optimizer: optimizer)
      start = trainer.initialState(deviation: 0.6, seed: 5)
      batches = try (0..<6).map { t in try Batch(images, (0..<5).map { Int32(5 * t + $0) }) }
      objective = [try Batch(images, [30, 31, 32, 33]), try Batch(images, [34, 35, 36, 37])]
    }

    func loss(_ schedule: Schedule) -> Double {
      var state = start
      for t in 0..<schedule.count {
        trainer.step(
          &state, on: batches[t], learningRate: schedule.learningRates[t], momentum: schedule.momenta[t])
      }
      return trainer.meanLoss(state.parameters, objective)
    }

    var schedule: Schedule {
      get throws {
        let momenta =
          trainer.optimizer == .sgd ? [Double](repeating: 0, count: 6) : [0.9, 0.5, 0.7, 0, 0.3, 0.8]
        return try Schedule(learningRates: [0.3, 0.2, 0.4, 0.1, 0.25, 0.15], momenta: momenta)
      }
    }
  }

  @Test("H5: reverse mode is central differences, step by step", arguments: optimizers, networks)
  func reverse(optimizer: BaseOptimizer, convolutional: Bool) throws {
    let problem = try Problem(optimizer, convolutional: convolutional)
    let schedule = try problem.schedule
    let reverse = try problem.trainer.reverseHypergradient(
      schedule, from: problem.start, batches: problem.batches, objective: problem.objective)
    #expect(abs(reverse.loss - problem.loss(schedule)) < 1e-15)
    let step = 1e-5
    var differences: [Double] = []
    for t in 0..<6 {
      func changed(_ by: Double) throws -> Double {
        var rates = schedule.learningRates
        rates[t] += by
        return problem.loss(try Schedule(learningRates: rates, momenta: schedule.momenta))
      }
      differences.append((try changed(step) - changed(-step)) / (2 * step))
    }
    #expect(distance(Array(reverse.derivatives.prefix(6)), differences) < 1e-7)
    guard optimizer != .sgd else { return }
    differences = []
    for t in 0..<6 {
      func changed(_ by: Double) throws -> Double {
        var momenta = schedule.momenta
        momenta[t] += by
        return problem.loss(try Schedule(learningRates: schedule.learningRates, momenta: momenta))
      }
      // A momentum of 0 can only grow: three points on one side.
      let slope =
        schedule.momenta[t] == 0
        ? (4 * (try changed(step)) - 3 * (try changed(0)) - (try changed(2 * step))) / (2 * step)
        : (try changed(step) - changed(-step)) / (2 * step)
      differences.append(slope)
    }
    #expect(distance(Array(reverse.derivatives.suffix(6)), differences) < 1e-6)
  }

  @Test(
    "H4: forward mode is reverse mode, for every step's rate and momentum", arguments: optimizers, networks)
  func forward(optimizer: BaseOptimizer, convolutional: Bool) throws {
    let problem = try Problem(optimizer, convolutional: convolutional)
    let schedule = try problem.schedule
    let reverse = try problem.trainer.reverseHypergradient(
      schedule, from: problem.start, batches: problem.batches, objective: problem.objective)
    let unit = (0..<6).map { t in (0..<6).map { $0 == t ? 1.0 : 0 } }
    let zero = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
    let isPlain = optimizer == .sgd
    let path = try HyperparameterPath(
      schedule, learningRateDerivatives: isPlain ? unit : unit + zero,
      momentumDerivatives: isPlain ? zero : zero + unit)
    var state = problem.start
    let forward = problem.trainer.forwardHypergradient(
      path, from: &state, batches: { problem.batches[$0] }, objective: problem.objective)
    #expect(forward.loss == reverse.loss)
    #expect(
      distance(forward.derivatives, Array(reverse.derivatives.prefix(forward.derivatives.count))) < 1e-12)
  }

  @Test("H4: by the parameters of a family, central differences")
  func family() throws {
    let problem = try Problem(.heavyBall(.outside))
    let family = InverseTimeFamily(timeScale: 3, momentum: .fitted)
    let values = [0.4, 1.5, 0.6]
    let path = try HyperparameterPath(family, parameters: values, steps: 6)
    var state = problem.start
    let result = problem.trainer.forwardHypergradient(
      path, from: &state, batches: { problem.batches[$0] }, objective: problem.objective)
    let differences = try values.indices.map { j in
      func changed(_ by: Double) throws -> Double {
        var changed = values
        changed[j] += by
        return problem.loss(try family.schedule(changed, steps: 6))
      }
      return (try changed(1e-5) - changed(-1e-5)) / 2e-5
    }
    #expect(distance(result.derivatives, differences) < 1e-8)
  }

  @Test("Effective rate and momentum in logarithms, central differences")
  func effective() throws {
    let problem = try Problem(.heavyBall(.outside))
    let (a, b) = (0.3, -0.8)
    let path = try HyperparameterPath(logEffectiveRate: a, logMomentumGap: b, steps: 6)
    #expect(abs(path.schedule.learningRates[2] / (1 - path.schedule.momenta[2]) - Elementary.exp(a)) < 1e-14)
    var state = problem.start
    let result = problem.trainer.forwardHypergradient(
      path, from: &state, batches: { problem.batches[$0] }, objective: problem.objective)
    func loss(_ a: Double, _ b: Double) throws -> Double {
      problem.loss(try HyperparameterPath(logEffectiveRate: a, logMomentumGap: b, steps: 6).schedule)
    }
    let step = 1e-5
    let differences = [
      (try loss(a + step, b) - loss(a - step, b)) / (2 * step),
      (try loss(a, b + step) - loss(a, b - step)) / (2 * step),
    ]
    #expect(distance(result.derivatives, differences) < 1e-8)
  }

  @Test("H3: on a quadratic of one weight, steps are those of the formulas")
  func updates() throws {
    let problem = try Problem(.sgd)
    let (rates, momenta) = (try problem.schedule.learningRates, [0.9, 0.5, 0.7, 0, 0.3, 0.8])
    for optimizer in Self.optimizers.dropFirst() {
      var state = TrainingState(problem.start.parameters, optimizer: optimizer)
      let trainer = Trainer(problem.trainer.network, optimizer: optimizer)
      var w = problem.start.parameters
      var (v, s) = ([Double](repeating: 0, count: w.count), [Double](repeating: 0, count: w.count))
      var (product, power) = (1.0, 1.0)
      for t in 0..<6 {
        let g = problem.trainer.network.gradient(w, on: problem.batches[t]).gradient
        let (alpha, mu) = (rates[t], momenta[t])
        product *= mu
        power *= 0.9
        for i in w.indices {
          switch optimizer {
          case .sgd, .heavyBall(.outside):
            v[i] = mu * v[i] + g[i]
            w[i] -= alpha * v[i]
          case .heavyBall(.inside):
            v[i] = mu * v[i] - alpha * g[i]
            w[i] += v[i]
          case .adam(let decay, let epsilon):
            v[i] = mu * v[i] + (1 - mu) * g[i]
            s[i] = decay * s[i] + (1 - decay) * g[i] * g[i]
            w[i] -= alpha * (v[i] / (1 - product)) / ((s[i] / (1 - power)).squareRoot() + epsilon)
          }
        }
        trainer.step(&state, on: problem.batches[t], learningRate: alpha, momentum: mu)
        #expect(distance(state.parameters, w) < 1e-13)
        #expect(state.step == t + 1)
      }
    }
  }

  @Test("The two heavy balls are one at a constant rate, and SGD is heavy ball without momentum")
  func conventions() throws {
    let problem = try Problem(.heavyBall(.outside))
    let network = problem.trainer.network
    let (inside, plain) = (
      Trainer(network, optimizer: .heavyBall(.inside)), Trainer(network, optimizer: .sgd)
    )
    var (a, b) = (problem.start, problem.start)
    var (c, d) = (problem.start, problem.start)
    for batch in problem.batches {
      problem.trainer.step(&a, on: batch, learningRate: 0.2, momentum: 0.9)
      inside.step(&b, on: batch, learningRate: 0.2, momentum: 0.9)
      problem.trainer.step(&c, on: batch, learningRate: 0.2, momentum: 0)
      plain.step(&d, on: batch, learningRate: 0.2, momentum: 0)
    }
    #expect(distance(a.parameters, b.parameters) < 1e-14)
    #expect(c == d)
  }

  @Test("Parameters that no batch moves have no slope under Adam either")
  func deadUnits() throws {
    let shape = try ImageShape(channels: 1, height: 1, width: 2)
    let architecture = try NetworkArchitecture.perceptron(input: shape, hidden: [2], classes: 2)
    let trainer = Trainer(try Network<Double>(architecture), optimizer: .adam())
    // The second unit's weights and bias are negative: it is never on.
    let start = TrainingState([1, -1, 0.5, -1, 0.1, -1, 0.3, -0.2, 0.4, 0.1, 0, 0], optimizer: .adam())
    let images = try LabeledImages(shape: shape, pixels: [200, 30, 20, 250], labels: [0, 1], classes: 2)
    let batches = [Batch](repeating: Batch(images), count: 3)
    let schedule = try Schedule.constant(learningRate: 0.1, momentum: 0.9, steps: 3)
    let reverse = try trainer.reverseHypergradient(
      schedule, from: start, batches: batches, objective: [Batch(images)])
    #expect(reverse.isFinite && reverse.derivatives.prefix(3).allSatisfy { $0 != 0 })
    var state = start
    let path = try HyperparameterPath(ConstantFamily(momentum: .fitted), parameters: [0.1, 0.9], steps: 3)
    let forward = trainer.forwardHypergradient(
      path, from: &state, batches: { batches[$0] }, objective: [Batch(images)])
    let sums = [reverse.derivatives.prefix(3).reduce(0, +), reverse.derivatives.suffix(3).reduce(0, +)]
    #expect(distance(forward.derivatives, sums) < 1e-12)
  }

  @Test("A run that diverges says so by numbers that are not finite")
  func divergence() throws {
    let problem = try Problem(.heavyBall(.outside))
    let path = try HyperparameterPath(
      InverseTimeFamily(timeScale: 3, momentum: .fixed(0.9)), parameters: [1e308, 1], steps: 6)
    var state = problem.start
    let result = problem.trainer.forwardHypergradient(
      path, from: &state, batches: { problem.batches[$0] }, objective: problem.objective)
    #expect(!result.isFinite && result.derivatives.count == 2)
  }

  @Test("Plain SGD with momentum, and images of another shape, are refused before any step")
  func refusals() throws {
    let problem = try Problem(.sgd)
    let momentum = try Schedule.constant(learningRate: 0.1, momentum: 0.9, steps: 6)
    #expect(throws: NoisyQuadraticError.self) {
      try problem.trainer.reverseHypergradient(
        momentum, from: problem.start, batches: problem.batches, objective: problem.objective)
    }
    var random = RandomProblem(12)
    let others = Batch(
      try random.images(try ImageShape(channels: 1, height: 9, width: 1), count: 5, classes: 3))
    #expect(throws: NoisyQuadraticError.self) {
      try problem.trainer.reverseHypergradient(
        problem.schedule, from: problem.start, batches: problem.batches, objective: [others])
    }
  }

  @Test("Workers change no bit of a step or of its derivatives", arguments: optimizers)
  func workers(optimizer: BaseOptimizer) throws {
    let shape = try ImageShape(channels: 1, height: 12, width: 12)
    var random = RandomProblem(31)
    let images = try random.images(shape, count: 130)
    // 15 510 parameters: enough for an update by three workers.
    let architecture = try NetworkArchitecture.perceptron(input: shape, hidden: [100])
    let path = try HyperparameterPath(
      logEffectiveRate: optimizer == .sgd ? -2 : 0, logMomentumGap: optimizer == .sgd ? 0 : -1, steps: 3)
    let results = try [1, 2, 3].map { workers in
      let trainer = Trainer(try Network<Float>(architecture, workers: workers), optimizer: optimizer)
      var state = trainer.initialState(seed: 1)
      let result = trainer.forwardHypergradient(
        path, from: &state, batches: { _ in Batch(images) }, objective: [Batch(images)])
      return (result, state)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(results[0].0.isFinite)
  }
}
