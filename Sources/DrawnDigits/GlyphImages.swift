import MetaOptimization
import NoisyQuadratic

/// Images in the format of MNIST without a file: digits drawn by a wavering pen, from a seed.
///
/// White digits on black, 28 × 28 grey pixels, ten classes. Every image takes its digit, evenly of all ten,
/// and one of some ways of writing it as strokes; bends them by a random smooth field,
/// turns, shears, stretches and shifts them; draws them with a pen of random width and pressure; and adds
/// contrast, grain, and now and then a gap or a speck. How hard they are to learn is measured in Docs/Data.md.
///
/// Image i is a function of the seed and of i alone, so that any part can be drawn on its own, in any order.
/// Only +, −, ·, / and √ are used, and the same seed gives the same pixels on every platform.
public struct GlyphImages: Sendable, Equatable {
  /// The shape of every image.
  public static let shape = ImageShape(validChannels: 1, height: 28, width: 28)
  /// The number of classes; a digit is its class.
  public static let classes = 10

  /// What all images follow from.
  public let seed: UInt64

  /// The images of a seed.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// The first images.
  ///
  /// - Parameter count: at least 1.
  /// - Returns: images 0 ..< `count` of the seed.
  /// - Throws: as ``images(_:)``.
  public func images(count: Int) throws(NoisyQuadraticError) -> LabeledImages {
    guard count >= 1 else { throw .invalidCount(field: "images", value: count, expected: "at least 1") }
    return try images(0..<count)
  }

  /// The images of the given indices.
  ///
  /// - Parameter indices: not empty, none negative.
  /// - Returns: these images in order; several ranges make up the same images as one.
  /// - Throws: `NoisyQuadraticError/invalidCount(field:value:expected:)` for other indices,
  ///   `NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)` for too many.
  /// - Complexity: some twenty microseconds for an image.
  public func images(_ indices: Range<Int>) throws(NoisyQuadraticError) -> LabeledImages {
    guard !indices.isEmpty else {
      throw .invalidCount(field: "images", value: 0, expected: "at least 1")
    }
    guard indices.lowerBound >= 0 else {
      throw .invalidCount(field: "indices", value: indices.lowerBound, expected: "indices from 0 on")
    }
    let size = Self.shape.count
    let bytes = Double(size + 1) * Double(indices.count)
    try MemoryRequirement.check("images", indices.count, doubles: bytes / 8)
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    pixels.reserveCapacity(size * indices.count)
    labels.reserveCapacity(indices.count)
    var writer = GlyphWriter(seed: seed)
    for i in indices { labels.append(writer.write(i, to: &pixels)) }
    return LabeledImages(validShape: Self.shape, pixels: pixels, labels: labels, classes: Self.classes)
  }
}
