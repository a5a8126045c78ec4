import NoisyQuadratic

/// What the options of offline and online meta-optimization have to satisfy alike.
enum MetaRequirement {
  /// Integers from a least one to 2³⁰.
  static func counts(_ fields: [(String, Int, least: Int)]) throws(NoisyQuadraticError) {
    for (field, value, least) in fields where value < least || value > 1 << 30 {
      throw .invalidCount(field: field, value: value, expected: "from \(least) to \(1 << 30)")
    }
  }

  /// No more images in a batch than there are.
  static func batchSize(_ size: Int, of images: LabeledImages) throws(NoisyQuadraticError) {
    guard size <= images.count else {
      throw .invalidCount(field: "batchSize", value: size, expected: "at most the \(images.count) images")
    }
  }
}
