/// Some images out of a set.
public struct Batch: Sendable {
  /// The whole set.
  public let images: LabeledImages
  /// Which of them, in order.
  public let indices: [Int32]

  /// A batch; indices must be those of images.
  public init(_ images: LabeledImages, _ indices: [Int32]) {
    precondition(indices.allSatisfy { $0 >= 0 && Int($0) < images.count }, "indices of images")
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
