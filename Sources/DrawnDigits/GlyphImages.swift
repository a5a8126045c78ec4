import MetaOptimization
import NoisyQuadratic

/// Images in the format of MNIST that need no file: digits drawn by a wavering pen, from a seed.
///
/// The images show white digits on black with 28 × 28 grey pixels and ten classes. Every image chooses its
/// digit uniformly among the ten, and one of several ways of writing it as strokes. The strokes are bent by a
/// random smooth field, turned, sheared, stretched and shifted. They are drawn with a pen of random width and
/// pressure. Finally, contrast, grain, and occasionally a gap or a speck are added. Docs/Data.md reports how
/// hard the images are to learn.
///
/// Image i is a function of the seed and of i alone, so that any part can be drawn separately and in any
/// order. Only +, −, ·, / and √ are used, so that the same seed gives the same pixels on every platform.
public struct GlyphImages: Sendable, Equatable {
  /// The shape of every image.
  public static let shape = ImageShape(validChannels: 1, height: 28, width: 28)
  /// The number of classes. The class of an image is its digit.
  public static let classes = 10

  /// The seed that determines all images.
  public let seed: UInt64

  /// Creates the images of a seed.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// Returns the first images.
  ///
  /// - Parameter count: the number of images, at least 1.
  /// - Returns: images 0 ..< `count` of the seed.
  /// - Throws: the errors of ``images(_:)``.
  public func images(count: Int) throws(NoisyQuadraticError) -> LabeledImages {
    guard count >= 1 else { throw .invalidCount(field: "images", value: count, expected: "at least 1") }
    return try images(0..<count)
  }

  /// Returns the images with the given indices.
  ///
  /// - Parameter indices: the indices, not empty, none negative.
  /// - Returns: these images in order. Several ranges give the same images as one range that covers them.
  /// - Throws: `NoisyQuadraticError/invalidCount(field:value:expected:)` for other indices,
  ///   `NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)` for too many.
  /// - Complexity: about twenty microseconds per image.
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
