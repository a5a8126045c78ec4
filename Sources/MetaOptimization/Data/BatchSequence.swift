import NoisyQuadratic

/// Mini-batches in the order of shuffled epochs: a function of the seed and the batch's number alone.
///
/// Every epoch is a permutation of its own (Fisher and Yates); what is left of it after the last whole batch is left
/// out.
public struct BatchSequence: Sendable {
  /// The images.
  public let images: LabeledImages
  /// Images per batch.
  public let batchSize: Int
  /// Determines the permutations.
  public let seed: UInt64

  private var epoch = -1
  private var order: [Int32] = []

  /// Mini-batches of a set.
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

  /// Batches per epoch.
  public var batchesPerEpoch: Int { images.count / batchSize }

  /// The batch of a number ≥ 0.
  ///
  /// - Complexity: O(batch size), and O(images) where an epoch begins or is met out of order.
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
