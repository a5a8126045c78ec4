import NoisyQuadratic

/// Trains with schedules from one state, on the same batch orders for all of them.
public struct ScheduleTrials<S: NetworkScalar>: Sendable {
  /// The trainer of the network.
  public let trainer: Trainer<S>
  /// The training images.
  public let images: LabeledImages
  /// The number of images in a batch.
  public let batchSize: Int
  /// The seed that determines the orders.
  public let seed: UInt64

  /// Creates trials of schedules.
  public init(_ trainer: Trainer<S>, images: LabeledImages, batchSize: Int, seed: UInt64) {
    self.trainer = trainer
    self.images = images
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Measures the loss over all images along a schedule.
  ///
  /// - Parameters:
  ///   - schedule: a schedule of T steps.
  ///   - start: the state at which every run begins.
  ///   - orders: the numbers of the batch orders, at least one.
  ///   - interval: the number of steps between measurements; the last measurement follows the last step.
  /// - Returns: the curve, which is not finite once training has diverged.
  /// - Throws: `NoisyQuadraticError` if the batch size is impossible, if the images do not fit the network,
  ///   or if plain SGD has momentum.
  public func measure(
    _ schedule: Schedule, from start: TrainingState<S>, orders: Range<Int>, interval: Int
  ) throws(NoisyQuadraticError) -> MeasuredCurve {
    guard interval >= 1, !orders.isEmpty else {
      throw .invalidCount(
        field: interval < 1 ? "interval" : "orders.count", value: interval < 1 ? interval : 0,
        expected: "at least 1")
    }
    try schedule.requireBatchSizeOfModel("training draws batches of one size")
    try trainer.check(images, momenta: schedule.momenta)
    let schedule = try trainer.numbers(of: schedule)
    let all = Batch(images)
    let steps = Self.measurements(schedule.count, interval: interval)
    let first = trainer.network.loss(start.parameters, on: all)
    var runs: [[Double]] = []
    for order in orders {
      var batches = try BatchSequence(
        images, batchSize: batchSize, seed: RandomStream.evaluation.seed(seed, order))
      var state = start
      var losses: [Double] = []
      for (t, step) in schedule.enumerated() {
        if t % interval == 0 {
          losses.append(t == 0 ? first : trainer.network.loss(state.parameters, on: all))
        }
        let loss = trainer.step(
          &state, on: batches.batch(t), learningRate: step.learningRate, momentum: step.momentum)
        guard loss.isFinite else { break }
      }
      if losses.count == steps.count - 1 { losses.append(trainer.network.loss(state.parameters, on: all)) }
      runs.append(losses + [Double](repeating: .nan, count: steps.count - losses.count))
    }
    return MeasuredCurve(steps: steps, runs: runs)
  }

  /// The numbers of steps after which ``measure(_:from:orders:interval:)`` takes the loss.
  static func measurements(_ steps: Int, interval: Int) -> [Int] {
    Array(stride(from: 0, to: steps, by: interval)) + [steps]
  }

  /// Finds the number for which a schedule of a family has the lowest final loss. The search changes the
  /// number by factors of √2 as long as the loss decreases, at most 16 times.
  ///
  /// - Parameters:
  ///   - guess: the initial number, > 0.
  ///   - start: the state at which every run begins.
  ///   - orders: the numbers of the batch orders. They should differ from the orders on which the winner is
  ///     measured later.
  ///   - family: returns the schedule for a number.
  /// - Returns: the best number of its neighbourhood.
  /// - Throws: the errors of `family`, and `NoisyQuadraticError` if the batch size is impossible.
  public func tune(
    from guess: Double, start: TrainingState<S>, orders: Range<Int>,
    family: (Double) throws(NoisyQuadraticError) -> Schedule
  ) throws(NoisyQuadraticError) -> Double {
    func loss(_ exponent: Int) throws(NoisyQuadraticError) -> Double {
      let schedule = try family(guess * Elementary.exp(0.5 * Double(exponent) * Elementary.log(2)))
      let end = try measure(schedule, from: start, orders: orders, interval: max(schedule.count, 1)).final
      return end.isFinite ? end : .infinity
    }
    var (best, lowest) = (0, try loss(0))
    for direction in [1, -1] where direction == 1 || best == 0 {
      for _ in 0..<16 {
        let next = try loss(best + direction)
        guard next < lowest else { break }
        (best, lowest) = (best + direction, next)
      }
    }
    return guess * Elementary.exp(0.5 * Double(best) * Elementary.log(2))
  }
}
