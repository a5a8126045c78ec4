import NoisyQuadratic

/// Images of equal shape, each with its class.
///
/// Image i is `pixels[i·n ..< (i+1)·n]` with n = `shape.count`, ordered by channel and then by row from the
/// top. Its class is `labels[i]`. Pixels are 0…255.
public struct LabeledImages: Sendable, Equatable {
  /// The shape of every image.
  public let shape: ImageShape
  /// The pixels of all images; there are `count` · `shape.count` of them.
  public let pixels: [UInt8]
  /// The class of every image, less than `classes`.
  public let labels: [UInt8]
  /// The number of classes, including classes without an image.
  public let classes: Int

  /// Creates images with their classes.
  ///
  /// - Throws: `NoisyQuadraticError/invalidCount(field:value:expected:)` if there is no image or `classes` is
  ///   not in 1…256; `NoisyQuadraticError/lengthMismatch(field:expected:actual:)` if the number of pixels
  ///   does not match the number of labels; `NoisyQuadraticError/invalidValue(field:index:value:expected:)`
  ///   for the first label out of range.
  /// - Complexity: one pass over the labels.
  public init(
    shape: ImageShape, pixels: [UInt8], labels: [UInt8], classes: Int
  ) throws(NoisyQuadraticError) {
    guard (1...256).contains(classes) else {
      throw .invalidCount(field: "classes", value: classes, expected: "a number of 1...256")
    }
    guard !labels.isEmpty else {
      throw .invalidCount(field: "labels.count", value: 0, expected: "at least 1")
    }
    let (expected, overflow) = labels.count.multipliedReportingOverflow(by: shape.count)
    guard !overflow, pixels.count == expected else {
      throw .lengthMismatch(field: "pixels", expected: overflow ? .max : expected, actual: pixels.count)
    }
    if let i = labels.firstIndex(where: { Int($0) >= classes }) {
      throw .invalidValue(
        field: "labels", index: i, value: Double(labels[i]), expected: "a class less than \(classes)")
    }
    self.init(validShape: shape, pixels: pixels, labels: labels, classes: classes)
  }

  /// Creates images whose parts are known to be consistent.
  package init(validShape shape: ImageShape, pixels: [UInt8], labels: [UInt8], classes: Int) {
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
    self.classes = classes
  }

  /// The number of images, at least 1.
  public var count: Int { labels.count }

  /// Returns the first images.
  ///
  /// - Parameter length: the number of images, in 1…`count`.
  /// - Returns: images 0 ..< `length`, of the same shape and classes.
  /// - Throws: `NoisyQuadraticError/invalidCount(field:value:expected:)` for any other length.
  public func prefix(_ length: Int) throws(NoisyQuadraticError) -> LabeledImages {
    guard (1...count).contains(length) else {
      throw .invalidCount(field: "images", value: length, expected: "a number of 1...\(count)")
    }
    return LabeledImages(
      validShape: shape, pixels: Array(pixels.prefix(length * shape.count)),
      labels: Array(labels.prefix(length)), classes: classes)
  }
}
