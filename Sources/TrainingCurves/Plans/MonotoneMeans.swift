/// The best monotone approximation of a sequence, by pooling adjacent violators.
enum MonotoneMeans {
  /// The non-decreasing x of least `Σ w_i (x_i − y_i)²`: means over blocks of neighbours.
  ///
  /// - Complexity: O(n).
  static func nonDecreasing(_ values: [Double], weights: [Double]) -> [Double] {
    var blocks: [(sum: Double, weight: Double, count: Int)] = []
    for (value, weight) in zip(values, weights) {
      blocks.append((value * weight, weight, 1))
      while blocks.count > 1 {
        let (last, previous) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard previous.sum * last.weight > last.sum * previous.weight else { break }
        blocks.removeLast()
        blocks[blocks.count - 1] = (
          previous.sum + last.sum, previous.weight + last.weight, previous.count + last.count
        )
      }
    }
    return blocks.flatMap { Array(repeating: $0.sum / $0.weight, count: $0.count) }
  }
}
