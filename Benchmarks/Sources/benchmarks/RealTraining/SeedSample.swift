import Foundation

/// Numbers of several seeds, with their mean and its standard error.
struct SeedSample {
  /// One number for each seed, at least two.
  let values: [Double]

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The standard error of the mean.
  var error: Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// The logarithms of the ratios to other numbers, seed by seed.
  func logRatios(to other: SeedSample) -> SeedSample {
    SeedSample(values: zip(values, other.values).map { log($0 / $1) })
  }
}
