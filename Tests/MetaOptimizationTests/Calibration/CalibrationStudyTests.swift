import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Schedules, rates and checkpoints of a calibrated comparison")
struct CalibrationStudyTests {
  private let images: LabeledImages
  private let network: Network<Double>
  private let trainer: Trainer<Double>
  private let state: TrainingState<Double>

  init() throws {
    let shape = try ImageShape(channels: 1, height: 2, width: 3)
    var random = RandomProblem(21)
    images = try random.images(shape, count: 24, classes: 3)
    network = try Network(.perceptron(input: shape, hidden: [4], classes: 3, activation: .tanh))
    trainer = Trainer(network, optimizer: .sgd)
    state = trainer.initialState(deviation: 0.5, seed: 3)
  }

  @Test("A measured curve is the mean loss of runs on orders of their own, with its standard error")
  func curve() throws {
    let trials = ScheduleTrials(trainer, images: images, batchSize: 6, seed: 4)
    let schedule = try Schedule.linear(initialValue: 0.4, steps: 7)
    let curve = try trials.measure(schedule, from: state, orders: 0..<3, interval: 3)
    #expect(curve.steps == [0, 3, 6, 7])
    let alone = try (0..<3).map {
      try trials.measure(schedule, from: state, orders: $0..<$0 + 1, interval: 7)
    }
    #expect(Set(alone.map(\.final)).count == 3 && alone.allSatisfy { $0.finalError.isNaN })
    let mean = alone.reduce(0) { $0 + $1.final } / 3
    let square = alone.reduce(0) { $0 + ($1.final - mean) * ($1.final - mean) }
    #expect(abs(curve.final - mean) <= 1e-14 && abs(curve.finalError - (square / 6).squareRoot()) <= 1e-14)
    #expect(curve.means[0] == network.loss(state.parameters, on: Batch(images)))
    // One batch of everything: no order.
    let whole = ScheduleTrials(trainer, images: images, batchSize: 24, seed: 4)
    let quiet = try whole.measure(schedule, from: state, orders: 0..<3, interval: 3)
    #expect(quiet.finalError <= 1e-14)
  }

  @Test("A run that diverges has no loss from there on")
  func divergence() throws {
    // A tanh is never more than 1; rectified units multiply.
    let rectified = Trainer(
      try Network<Double>(.perceptron(input: images.shape, hidden: [4], classes: 3)), optimizer: .sgd)
    let trials = ScheduleTrials(rectified, images: images, batchSize: 6, seed: 4)
    let wild = try trials.measure(
      .constant(learningRate: 1e300, steps: 40), from: rectified.initialState(deviation: 0.5, seed: 3),
      orders: 0..<2, interval: 1)
    #expect(wild.means.count == 41 && wild.means[0].isFinite && wild.final.isNaN)
  }

  @Test("Tuning ends at the lowest of the factors of √2 beside it")
  func tuning() throws {
    let trials = ScheduleTrials(trainer, images: images, batchSize: 6, seed: 4)
    func loss(_ rate: Double) throws -> Double {
      try trials.measure(
        .constant(learningRate: rate, steps: 20), from: state, orders: 0..<2, interval: 20
      ).final
    }
    for guess in [0.01, 1, 100] {
      let best = try trials.tune(from: guess, start: state, orders: 0..<2) {
        rate throws(NoisyQuadraticError) in try .constant(learningRate: rate, steps: 20)
      }
      let lowest = try loss(best)
      #expect(try lowest <= loss(best * 2.0.squareRoot()) && lowest <= loss(best / 2.0.squareRoot()))
    }
  }

  @Test("Meta-descent settles where the loss after the look-ahead is least, on batches without noise")
  func lookAhead() throws {
    var options = LookAheadDescent<Double>.Options()
    options.metaLearningRate = 0.1
    var descent = try LookAheadDescent(trainer, images: images, batchSize: 24, rate: 0.1, options: options)
    let settled = try descent.settle(at: state, metaSteps: 300)
    let trials = ScheduleTrials(trainer, images: images, batchSize: 24, seed: 0)
    func loss(_ rate: Double) throws -> Double {
      try trials.measure(.constant(learningRate: rate, steps: 5), from: state, orders: 0..<1, interval: 5)
        .final
    }
    #expect(settled.momentum == 0)
    #expect(
      try loss(settled.rate) < loss(1.1 * settled.rate) && loss(settled.rate) < loss(settled.rate / 1.1))
    let schedule = try descent.schedule(from: state, steps: 4, metaSteps: 1, order: 0)
    #expect(schedule.count == 4 && Set(schedule.learningRates).count == 4)
    #expect(throws: NoisyQuadraticError.self) {
      try LookAheadDescent(trainer, images: images, batchSize: 24, rate: 0)
    }
  }

  @Test("A rate at which training diverges within the look-ahead is lowered")
  func wildRate() throws {
    var options = LookAheadDescent<Double>.Options()
    options.rates = 1e-4...1e300
    var descent = try LookAheadDescent(trainer, images: images, batchSize: 6, rate: 1e300, options: options)
    try descent.adapt(to: state)
    #expect(descent.rate < 1e300)
  }

  @Test("A study compares every checkpoint, the same each time, and says what it cannot do")
  func study() throws {
    var options = CalibrationStudy<Double>.Options()
    options.budget = 8
    options.batchSize = 6
    options.repeats = 2
    options.tuningRepeats = 1
    options.metaSteps = 4
    options.metaStepsPerStep = 1
    options.calibration.lanczosSteps = 8
    let study = try CalibrationStudy(network, images: images, options: options)
    let result = try study.run(checkpoints: [0, 9])
    let comparisons = result.comparisons
    #expect(result.end == nil)
    #expect(comparisons.map(\.step) == [0, 9])
    let again = try study.run(checkpoints: [9]).comparisons
    #expect(again[0].rates == comparisons[1].rates)
    #expect(again[0].runs.map(\.measured) == comparisons[1].runs.map(\.measured))
    for comparison in comparisons {
      for run in comparison.runs {
        #expect(run.schedule.count == 8 && run.predicted.count == 9 && run.local.count == 9)
        #expect(run.measured.means[0] == run.local[0])
        #expect(abs(run.predicted[0] / run.local[0] - 1) <= 1e-9)
        #expect((0...8).contains(run.reach(tolerance: 0.2)))
      }
    }
    for change: (inout CalibrationStudy<Double>.Options) -> Void in [
      { $0.budget = 0 }, { $0.repeats = 0 }, { $0.learningRate = .nan }, { $0.batchSize = 25 },
      { $0.hessianImages = 0 },
    ] {
      var wrong = options
      change(&wrong)
      #expect(throws: NoisyQuadraticError.self) {
        try CalibrationStudy(network, images: images, options: wrong)
      }
    }
    options.learningRate = 1e300
    // Without a unit that lives there is no curvature; with one, training overflows.
    let wild = try CalibrationStudy(network, images: images, options: options)
    let end = try wild.run(checkpoints: [0, 9])
    #expect(end.comparisons.map(\.step) == [0] && end.end.map { (1...9).contains($0.step) } == true)
    #expect(throws: NoisyQuadraticError.self) { try wild.run(checkpoints: [9]) }
    for checkpoints in [[-1], [9, 4]] {
      #expect(throws: NoisyQuadraticError.self) { try study.run(checkpoints: checkpoints) }
    }
  }
}
