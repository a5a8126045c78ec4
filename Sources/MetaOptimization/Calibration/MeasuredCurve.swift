/// The training loss along a schedule, measured on several orders of the batches.
public struct MeasuredCurve: Sendable, Equatable {
  /// After how many steps it was measured, ascending.
  public let steps: [Int]
  /// The mean over the orders; not finite from where training diverged on any of them.
  public let means: [Double]
  /// The standard error of the mean; not a number for a single order.
  public let errors: [Double]

  /// The curve of some runs, each a loss for every entry of `steps`.
  init(steps: [Int], runs: [[Double]]) {
    let count = Double(runs.count)
    let means = steps.indices.map { k in runs.reduce(0) { $0 + $1[k] } / count }
    self.steps = steps
    self.means = means
    errors = steps.indices.map { k in
      let squares = runs.reduce(0) { $0 + ($1[k] - means[k]) * ($1[k] - means[k]) }
      return (squares / (count - 1) / count).squareRoot()
    }
  }

  /// The loss at the end.
  public var final: Double { means[means.count - 1] }

  /// Its standard error.
  public var finalError: Double { errors[errors.count - 1] }
}
