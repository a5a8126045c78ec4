import NoisyQuadratic

/// A selection of at least one image from a set.
public struct Batch: Sendable {
  /// The whole set.
  public let images: LabeledImages
  /// The indices of the selected images, in order.
  public let indices: [Int32]

  /// Creates a batch of the images with the given indices.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no index, or if an index has no image.
  public init(_ images: LabeledImages, _ indices: [Int32]) throws(NoisyQuadraticError) {
    guard !indices.isEmpty else {
      throw .invalidCount(field: "indices.count", value: 0, expected: "at least 1")
    }
    if let i = indices.firstIndex(where: { $0 < 0 || Int($0) >= images.count }) {
      throw .invalidCount(
        field: "indices[\(i)]", value: Int(indices[i]), expected: "from 0 to \(images.count - 1)")
    }
    self.images = images
    self.indices = indices
  }

  /// Creates a batch whose indices are valid by construction.
  init(unchecked images: LabeledImages, _ indices: [Int32]) {
    self.images = images
    self.indices = indices
  }

  /// Creates a batch of all images.
  public init(_ images: LabeledImages) {
    self.images = images
    indices = (0..<Int32(images.count)).map { $0 }
  }

  /// The number of images in the batch.
  public var count: Int { indices.count }
}
