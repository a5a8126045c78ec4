extension NoisyQuadraticModel {
  /// The model with its directions counted into geometric bins, as the notebook of Zhang et al. (2019) does (Y5).
  ///
  /// The bins' curvatures are `count` numbers in geometric progression from the largest to the smallest curvature. A
  /// direction belongs to the bin of the largest of them that is not above its own. Empty bins are left out. A bin's
  /// multiplicity is the sum of those of its directions, and its noise over curvature and its moments are their
  /// means. The loss of the binned model is therefore lower at the start.
  ///
  /// Compare ``SpectralCompression``, which keeps the losses of the model to many digits.
  ///
  /// - Parameter count: the number of bins, at least 2.
  /// - Returns: a model of at most `count` directions.
  /// - Throws: ``NoisyQuadraticError`` for a count below 2, and for a direction without curvature.
  /// - Complexity: O(d log count).
  public func inGeometricBins(_ count: Int) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    guard count >= 2 else { throw .invalidCount(field: "bins", value: count, expected: "at least 2") }
    let (highest, lowest) = (maximumCurvature, curvature.min() ?? 0)
    if let i = curvature.firstIndex(of: 0) {
      throw .invalidValue(
        field: "curvature", index: i, value: 0, expected: "a number > 0 to be counted into bins")
    }
    let last = Double(count - 1)
    let step = Elementary.log(lowest / highest) / last
    let edges = (0..<count).map { j in
      j == 0 ? highest : j == count - 1 ? lowest : highest * Elementary.exp(step * Double(j))
    }
    var sums = [(count: Double, noise: Double, mean: Double, variance: Double)](
      repeating: (0, 0, 0, 0), count: count)
    for i in curvature.indices {
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= curvature[i] { high = middle } else { low = middle + 1 }
      }
      let n = multiplicity[i]
      sums[low].count += n
      sums[low].noise += n * (gradientNoise[i] / curvature[i])
      sums[low].mean += n * initialMean[i]
      sums[low].variance += n * initialVariance[i]
    }
    let kept = sums.indices.filter { sums[$0].count > 0 }
    if case .leastSquares(let residualVariance) = noiseKind {
      return try NoisyQuadraticModel(
        leastSquares: kept.map { edges[$0] }, residualVariance: residualVariance,
        initialMean: kept.map { sums[$0].mean / sums[$0].count },
        initialVariance: kept.map { sums[$0].variance / sums[$0].count },
        multiplicity: kept.map { sums[$0].count }, batchSize: batchSize)
    }
    return try NoisyQuadraticModel(
      curvature: kept.map { edges[$0] },
      gradientNoise: kept.map { sums[$0].noise / sums[$0].count * edges[$0] },
      initialMean: kept.map { sums[$0].mean / sums[$0].count },
      initialVariance: kept.map { sums[$0].variance / sums[$0].count },
      multiplicity: kept.map { sums[$0].count }, batchSize: batchSize)
  }
}
