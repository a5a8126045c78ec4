/// The training loss along a schedule, measured on several batch orders.
public struct MeasuredCurve: Sendable, Equatable {
  /// The numbers of steps after which the loss was measured, ascending.
  public let steps: [Int]
  /// The means over the orders. They are not finite once training has diverged on any order.
  public let means: [Double]
  /// The standard errors of the means; NaN for a single order.
  public let errors: [Double]

  /// Creates the curve from runs; each run has one loss per entry of `steps`.
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

  /// The mean loss at the end.
  public var final: Double { means[means.count - 1] }

  /// The standard error of the mean loss at the end.
  public var finalError: Double { errors[errors.count - 1] }
}

extension MeasuredCurve: Codable {
  private enum CodingKeys: CodingKey { case steps, means, errors }

  /// Reads a curve.
  ///
  /// - Throws: `DecodingError`, also if there is no mean and error for every number of steps, or none at all.
  public init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: CodingKeys.self)
    steps = try all.decode([Int].self, forKey: .steps)
    means = try all.decode([Double].self, forKey: .means)
    errors = try all.decode([Double].self, forKey: .errors)
    guard !steps.isEmpty, means.count == steps.count, errors.count == steps.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .means, in: all,
        debugDescription: "\(means.count) means and \(errors.count) errors for \(steps.count) measurements")
    }
  }
}
