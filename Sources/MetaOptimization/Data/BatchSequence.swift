import NoisyQuadratic

/// Mini-batches in the order of shuffled epochs. A batch depends only on the seed and the number of the
/// batch.
///
/// Every epoch is an independent permutation (Fisher and Yates). The images after the last whole batch of an
/// epoch are left out.
public struct BatchSequence: Sendable {
  /// The images.
  public let images: LabeledImages
  /// The number of images per batch.
  public let batchSize: Int
  /// The seed that determines the permutations.
  public let seed: UInt64

  private var epoch = -1
  private var order: [Int32] = []

  /// Creates the mini-batches of a set.
  ///
  /// - Throws: `NoisyQuadraticError` unless `batchSize` is at least 1 and at most the number of images.
  public init(_ images: LabeledImages, batchSize: Int, seed: UInt64) throws(NoisyQuadraticError) {
    guard batchSize >= 1, batchSize <= images.count else {
      throw .invalidCount(
        field: "batchSize", value: batchSize, expected: "from 1 to the \(images.count) images")
    }
    self.images = images
    self.batchSize = batchSize
    self.seed = seed
  }

  /// The number of batches per epoch.
  public var batchesPerEpoch: Int { images.count / batchSize }

  /// Returns the batch with a number ≥ 0.
  ///
  /// - Complexity: O(batch size); O(images) if an epoch begins or is accessed out of order.
  public mutating func batch(_ number: Int) -> Batch {
    let (wanted, place) = number.quotientAndRemainder(dividingBy: batchesPerEpoch)
    if wanted != epoch {
      epoch = wanted
      order = Self.permutation(images.count, seed: RandomStream.shuffle.seed(seed, epoch))
    }
    return Batch(unchecked: images, Array(order[place * batchSize..<(place + 1) * batchSize]))
  }

  private static func permutation(_ count: Int, seed: UInt64) -> [Int32] {
    var generator = Xoshiro256StarStar(seed: seed)
    var order = (0..<Int32(count)).map { $0 }
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, Int(generator.next().multipliedFullWidth(by: UInt64(i + 1)).high))
    }
    return order
  }
}
