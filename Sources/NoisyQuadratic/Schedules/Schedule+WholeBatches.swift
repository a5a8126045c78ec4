extension Schedule {
  /// The same rates and momenta with whole batch sizes, of as many examples.
  ///
  /// Every batch size is rounded down to a multiple, at least one. The examples that are left go to the steps that
  /// lost the largest share of a multiple. The sum is that of the given batch sizes, rounded down to a multiple.
  ///
  /// - Parameter multiple: the number that must divide every batch size, such as the number of devices.
  /// - Returns: a schedule of as many steps. ``NoisyQuadraticModel/expectedLoss(under:)`` tells what rounding
  ///   costs.
  /// - Throws: ``NoisyQuadraticError`` for a schedule without batch sizes, for a multiple below 1, and if the
  ///   examples do not suffice for one multiple at every step.
  /// - Complexity: O(T log T).
  public func withWholeBatchSizes(multiplesOf multiple: Int = 1) throws(NoisyQuadraticError) -> Schedule {
    guard let batchSizes else { throw .lengthMismatch(field: "batchSize", expected: count, actual: 0) }
    guard multiple >= 1 else {
      throw .invalidCount(field: "multiplesOf", value: multiple, expected: "at least 1")
    }
    let unit = Double(multiple)
    // Sums that only rounding keeps below a whole number count as that number.
    let quotient = Elementary.sum(batchSizes) / unit
    let above = quotient.rounded(.up)
    let total = above - quotient <= 4 * Double.ulpOfOne * quotient ? above : quotient.rounded(.down)
    guard total >= Double(count), total <= 0x1p53 else {
      throw .invalidValue(
        field: "examples", value: total * unit,
        expected: "at least \(multiple) and at most 2^53 for all \(count) steps together")
    }
    let wanted: [Double] = batchSizes.map { $0 / unit }
    var sizes: [Double] = wanted.map { Swift.max($0.rounded(.down), 1) }
    var left = total - Elementary.sum(sizes)
    while left != 0 {
      let change: Double = left > 0 ? 1 : -1
      // Those that have lost the most come first if there is something to give, and last if something is to be
      // taken away. Of equal ones, the first counts.
      let losses: [Double] = indices.map { change * (wanted[$0] - sizes[$0]) }
      let order = indices.filter { change > 0 || sizes[$0] > 1 }
        .sorted { losses[$0] != losses[$1] ? losses[$0] > losses[$1] : $0 < $1 }
      for t in order where left != 0 {
        sizes[t] += change
        left -= change
      }
    }
    return try with(batchSizes: sizes.map { unit * $0 })
  }
}
