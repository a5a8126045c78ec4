/// The history of a run as far as update rules depend on it.
package struct RuleClock: Sendable, Equatable {
  /// The number of steps taken so far.
  package private(set) var step = 0
  /// The number of steps T of the whole run.
  package let totalSteps: Int
  /// The number of steps so far whose momentum was not 0.
  package private(set) var momentumSteps = 0
  /// The largest rate so far, and the sum of the squared rates in units of its square. The sum of the plain
  /// squares could overflow or vanish.
  package private(set) var largestRate = 0.0
  private var squares = 0.0

  package init(totalSteps: Int) { self.totalSteps = totalSteps }

  /// Takes a step and returns what its rule may know.
  package mutating func next(learningRate: Double, momentum: Double) -> StepContext {
    count(learningRate)
    let relative = largestRate > 0 ? learningRate / largestRate : 0
    defer { finish(1, momentum) }
    return StepContext(
      index: step, totalSteps: totalSteps, learningRate: learningRate, momentum: momentum,
      earlierMomentumSteps: momentumSteps, squaredRateShare: squares > 0 ? relative * relative / squares : 0)
  }

  /// Lets `steps` steps of the same rate and momentum pass.
  package mutating func skip(_ steps: Int, learningRate: Double, momentum: Double) {
    guard steps > 0 else { return }
    count(learningRate)
    if largestRate > 0 {
      let relative = learningRate / largestRate
      squares += Double(steps - 1) * (relative * relative)
    }
    finish(steps, momentum)
  }

  /// The sum of the squared rates so far in units of `unit²`.
  package func squaredRates(unit: Double) -> Double {
    let relative = largestRate / unit
    return squares * (relative * relative)
  }

  private mutating func count(_ rate: Double) {
    if rate > largestRate {
      let shrinking = largestRate / rate
      squares = squares * (shrinking * shrinking) + 1
      largestRate = rate
    } else if largestRate > 0 {
      let relative = rate / largestRate
      squares += relative * relative
    }
  }

  private mutating func finish(_ steps: Int, _ momentum: Double) {
    step += steps
    if momentum != 0 { momentumSteps += steps }
  }
}
