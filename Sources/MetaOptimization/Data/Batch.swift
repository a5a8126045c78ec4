import NoisyQuadratic

/// Some images out of a set, at least one.
public struct Batch: Sendable {
  /// The whole set.
  public let images: LabeledImages
  /// Which of them, in order.
  public let indices: [Int32]

  /// A batch of the images with some indices.
  ///
  /// - Throws: `NoisyQuadraticError` for no index, and for one that no image has.
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

  /// A batch whose indices are right by construction.
  init(unchecked images: LabeledImages, _ indices: [Int32]) {
    self.images = images
    self.indices = indices
  }

  /// A batch of all images.
  public init(_ images: LabeledImages) {
    self.images = images
    indices = (0..<Int32(images.count)).map { $0 }
  }

  /// Images in it.
  public var count: Int { indices.count }
}
