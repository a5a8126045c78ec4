import TrainingCurves

extension TrainingCurve {
  /// The number of leading steps over which the rate rises, without a pause, to its largest value; 0 if it does
  /// not begin so.
  public var warmupSteps: Int {
    guard !learningRates.isEmpty else { return 0 }
    var end = 0
    while end + 1 < learningRates.count, learningRates[end + 1] > learningRates[end] { end += 1 }
    // A largest rate that later rows repeat with other digits is still the largest.
    return learningRates[end] >= (1 - 1e-6) * peakRate ? end : 0
  }
}
