/// The mean of a quantity over independent samples, with its standard error.
public struct ProbeMean: Sendable, Equatable {
  /// The mean.
  public let value: Double
  /// The standard deviation of the mean; `nil` for a single sample, which does not tell.
  public let standardError: Double?

  /// Creates the mean of at least one sample.
  init(_ samples: [Double]) {
    let count = Double(samples.count)
    let mean = Elementary.sum(samples.map { $0 / count })
    value = mean
    let squares = Elementary.sum(samples.map { ($0 - mean) * ($0 - mean) })
    standardError = samples.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
  }

  init(value: Double, standardError: Double) {
    (self.value, self.standardError) = (value, standardError)
  }
}
