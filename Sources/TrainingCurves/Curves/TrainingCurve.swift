import NoisyQuadratic

/// The loss curve of one training run, with the learning rate of every step.
///
/// A loss at step s was measured after s updates, so that it depends on the rates of steps 0 ..< s. The rates
/// begin with the first update of training, warmup included.
///
/// Units: learning rates in any unit, the same for all curves of a fit; losses in any unit.
public struct TrainingCurve: Sendable, Equatable {
  /// The name that reports and messages use.
  public let name: String
  /// The learning rates `α_t ≥ 0`; there is one for each step before the last loss, at least.
  public let learningRates: [Double]
  /// The number of updates before each loss, increasing, ≥ 0.
  public let steps: [Int]
  /// The losses, finite and above 0.
  public let losses: [Double]

  /// A curve.
  ///
  /// - Parameters:
  ///   - name: the name that reports and messages use.
  ///   - learningRates: a finite number ≥ 0 for every step, not all 0 before the last loss.
  ///   - steps: the number of updates before each loss, increasing, the first ≥ 0 and the last at most the
  ///     number of rates.
  ///   - losses: a finite number above 0 for each of the steps.
  /// - Throws: `NoisyQuadraticError` with the field, the index and the value that is wrong.
  public init(
    name: String, learningRates: [Double], steps: [Int], losses: [Double]
  ) throws(NoisyQuadraticError) {
    guard steps.count == losses.count else {
      throw .lengthMismatch(field: "loss", expected: steps.count, actual: losses.count)
    }
    guard let last = steps.last else {
      throw .invalidCount(field: "steps", value: 0, expected: "at least one loss")
    }
    try IncreasingSteps.check(steps)
    for (i, loss) in losses.enumerated() where !(loss > 0) || !loss.isFinite {
      throw .invalidValue(
        field: "loss", index: i, value: loss,
        expected: "a finite number > 0 (residuals are relative; add a constant to all losses otherwise)")
    }
    guard last <= learningRates.count else {
      throw .lengthMismatch(field: "learningRate", expected: last, actual: learningRates.count)
    }
    for (t, rate) in learningRates.enumerated() where !(rate >= 0) || !rate.isFinite {
      throw .invalidValue(field: "learningRate", index: t, value: rate, expected: "a finite number ≥ 0")
    }
    guard last == 0 || learningRates.prefix(last).contains(where: { $0 > 0 }) else {
      throw .invalidValue(
        field: "learningRate", index: 0, value: 0, expected: "a rate above 0 at one step before the last loss"
      )
    }
    (self.name, self.learningRates, self.steps, self.losses) = (name, learningRates, steps, losses)
  }

  /// The largest rate before the last loss.
  public var peakRate: Double { learningRates.prefix(steps[steps.count - 1]).max() ?? 0 }

  /// The same curve with about `limit` losses: means over groups of consecutive rows, at the groups' mean steps.
  /// Single losses of a batch are noisy, and their means say as much. A group ends where the rate has changed by
  /// a tenth.
  package func averaged(to limit: Int) -> TrainingCurve {
    let size = (steps.count + limit - 1) / limit
    guard size > 1 else { return self }
    func rate(_ row: Int) -> Double { learningRates.isEmpty ? 0 : learningRates[max(steps[row] - 1, 0)] }
    var (means, places): ([Double], [Int]) = ([], [])
    var first = 0
    for row in 1...steps.count {
      guard row == steps.count || row - first == size || abs(rate(row) - rate(first)) > 0.1 * rate(first)
      else { continue }
      let count = Double(row - first)
      means.append(losses[first..<row].reduce(0, +) / count)
      places.append(Int((steps[first..<row].reduce(0) { $0 + Double($1) } / count).rounded()))
      first = row
    }
    return TrainingCurve(valid: name, learningRates, places, means)
  }

  /// The first rows of the curve.
  package func prefix(_ count: Int) -> TrainingCurve {
    TrainingCurve(valid: name, learningRates, Array(steps.prefix(count)), Array(losses.prefix(count)))
  }

  private init(valid name: String, _ learningRates: [Double], _ steps: [Int], _ losses: [Double]) {
    (self.name, self.learningRates, self.steps, self.losses) = (name, learningRates, steps, losses)
  }
}
