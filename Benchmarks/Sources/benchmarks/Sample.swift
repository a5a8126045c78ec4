/// Runs of one figure.
struct Sample {
  /// One number per run, in the figure's unit.
  private(set) var values: [Double]
  /// The loss at which the run ended: a faster search that ends higher is none.
  let finalLoss: Double?

  init(_ values: [Double], finalLoss: Double?) {
    self.values = values.sorted()
    self.finalLoss = finalLoss
  }

  var median: Double {
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  var fastest: Double { values[0] }
  var slowest: Double { values[values.count - 1] }
}
