import NoisyQuadratic

/// Images of one shape, each with the class that it belongs to.
///
/// Image i is `pixels[i·n ..< (i+1)·n]` with n = `shape.count`, channel after channel and row after row from
/// the top; its class is `labels[i]`. Pixels are 0…255.
public struct LabeledImages: Sendable, Equatable {
  /// The shape of every image.
  public let shape: ImageShape
  /// The pixels of all images, `count` · `shape.count` of them.
  public let pixels: [UInt8]
  /// The class of every image, less than `classes`.
  public let labels: [UInt8]
  /// Classes that there are, whether or not each has an image.
  public let classes: Int

  /// Images and their classes.
  ///
  /// - Throws: `NoisyQuadraticError/invalidCount(field:value:expected:)` when there is no image or `classes`
  ///   is not of 1…256, `NoisyQuadraticError/lengthMismatch(field:expected:actual:)` when the pixels are not
  ///   those of as many images as there are labels, and
  ///   `NoisyQuadraticError/invalidValue(field:index:value:expected:)` for the first label out of range.
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

  /// Images that are known to fit together.
  package init(validShape shape: ImageShape, pixels: [UInt8], labels: [UInt8], classes: Int) {
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
    self.classes = classes
  }

  /// Images that there are, at least 1.
  public var count: Int { labels.count }

  /// The first images.
  ///
  /// - Parameter length: how many, of 1…`count`.
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
