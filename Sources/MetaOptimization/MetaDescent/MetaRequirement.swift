import NoisyQuadratic

/// The common requirements on options and arguments of meta-optimization and calibration.
enum MetaRequirement {
  /// Requires integers between a least value and 2³⁰.
  static func counts(_ fields: [(String, Int, least: Int)]) throws(NoisyQuadraticError) {
    for (field, value, least) in fields where value < least || value > 1 << 30 {
      throw .invalidCount(field: field, value: value, expected: "from \(least) to \(1 << 30)")
    }
  }

  /// Requires numbers of steps that are not negative and never decrease.
  static func ascending(_ field: String, _ steps: [Int]) throws(NoisyQuadraticError) {
    for (i, step) in steps.enumerated() where step < (i > 0 ? steps[i - 1] : 0) {
      throw .invalidCount(field: "\(field)[\(i)]", value: step, expected: "at least 0 and the one before")
    }
  }

  /// Requires that a batch has no more images than there are.
  static func batchSize(_ size: Int, of images: LabeledImages) throws(NoisyQuadraticError) {
    guard size <= images.count else {
      throw .invalidCount(field: "batchSize", value: size, expected: "at most the \(images.count) images")
    }
  }
}
