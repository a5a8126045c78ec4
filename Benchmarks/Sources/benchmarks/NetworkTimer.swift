import Foundation
import DrawnDigits
import MetaOptimization
import NoisyQuadratic

/// Times training steps: batches are drawn beforehand, pixels are made floats in the step.
final class NetworkTimer {
  /// Steps before the clock starts, the same in every run.
  private static let warmUp = 200

  private let trainer: Trainer<Float>
  private let path: HyperparameterPath
  private let batches: [Batch]
  private var state: TrainingState<Float>
  private var tangents: TangentState<Float>
  private var steps = 1
  private var next = 0
  /// The trainings beside this one.
  private let others: [NetworkTimer]
  /// The loss over a thousand images after the warm-up: it does not depend on how long the clock ran.
  let finalLoss: Double

  /// Draws images, trains to warm up, and finds how many steps are long enough to be timed.
  init(_ network: NetworkCase) throws {
    let images = try GlyphImages(seed: 1).images(count: 6000)
    let architecture = try NetworkArchitecture.perceptron(
      input: images.shape, hidden: Array(NetworkCase.sizes.dropFirst().dropLast()),
      classes: GlyphImages.classes)
    let trainer = Trainer(
      try Network<Float>(architecture, workers: network.workers), optimizer: .heavyBall(.outside))
    var sequence = try BatchSequence(images, batchSize: NetworkCase.batchSize, seed: 1)
    batches = (0..<sequence.batchesPerEpoch).map { sequence.batch($0) }
    // A rate of 0.01 and a momentum of 0.9.
    let gap = log(0.1)
    path =
      network.hasHypergradient
      ? try HyperparameterPath(logEffectiveRate: gap, logMomentumGap: gap, steps: 1)
      : HyperparameterPath(try Schedule.constant(learningRate: 0.01, momentum: 0.9, steps: 1))
    self.trainer = trainer
    state = trainer.initialState(seed: 1)
    tangents = TangentState(count: path.count, of: state)
    for k in 0..<Self.warmUp {
      trainer.step(&state, tangents: &tangents, on: batches[k % batches.count], path[0])
    }
    finalLoss = trainer.meanLoss(state.parameters, Array(batches.prefix(10)))
    var single = network
    single.runs = 1
    others = try (1..<network.runs).map { [single] _ in try NetworkTimer(single) }
    let start = ContinuousClock.now
    for _ in 0..<10 { step() }
    steps = max(10, Int((0.5 / start.secondsSince).rounded(.up)))
  }

  /// Microseconds of a step, once. Trainings side by side share the time.
  func microseconds() -> Double {
    // Unsafe, but correct: every training has a thread of its own.
    nonisolated(unsafe) let trainings = [self] + others
    let (count, steps) = (trainings.count, steps)
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: count) { k in
      for _ in 0..<steps { trainings[k].step() }
    }
    return 1e6 * start.secondsSince / Double(steps * count)
  }

  private func step() {
    trainer.step(&state, tangents: &tangents, on: batches[next % batches.count], path[0])
    next += 1
  }
}
