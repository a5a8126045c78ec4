import NoisyQuadratic

/// Times the expected-loss curve of one run: all of the call, what it prepares and allocates included.
struct CurveTimer {
  private let model: NoisyQuadraticModel
  private let schedule: Schedule
  private let calls: Int
  /// The loss after the last step.
  let finalLoss: Double

  /// Prepares the run, warms up, and finds how many calls are long enough to be timed.
  init(_ model: NoisyQuadraticModel, steps: Int, usesMomentum: Bool) throws {
    self.model = model
    // A rate that falls step by step, so that nothing can be kept from one step to the next.
    let first = (model.firstStepGrowthLimit ?? 1 / model.maximumCurvature) / 2
    let rates = (0..<steps).map { first * (1 - Double($0) / Double(steps)) }
    schedule = try Schedule(
      learningRates: usesMomentum ? rates.map { $0 / 10 } : rates,
      momenta: usesMomentum ? Array(repeating: 0.9, count: steps) : nil)
    finalLoss = model.expectedLoss(under: schedule).final
    let start = ContinuousClock.now
    _ = model.expectedLoss(under: schedule)
    calls = max(1, Int((0.02 / start.secondsSince).rounded(.up)))
  }

  /// Nanoseconds per coordinate and step, once.
  func nanoseconds() -> Double {
    let start = ContinuousClock.now
    for _ in 0..<calls { _ = model.expectedLoss(under: schedule) }
    return 1e9 * start.secondsSince
      / (Double(calls) * Double(model.dimension) * Double(schedule.count))
  }
}
