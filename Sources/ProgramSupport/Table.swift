import NoisyQuadraticFiles

/// Cells of a table in plain text.
extension String {
  package func left(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  package func right(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  package func center(_ width: Int) -> String {
    let space = max(0, width - count)
    return String(repeating: " ", count: space - space / 2) + self + String(repeating: " ", count: space / 2)
  }
}

extension Double {
  /// The text of a loss, which may have overflowed.
  package func loss(_ digits: Int) -> String { isFinite ? significant(digits) : "overflow" }

  /// The ratio of this number to another with four digits; `-` if there is no such ratio.
  package func ratio(to other: Double) -> String {
    isFinite && other.isFinite && other > 0 ? (self / other).shortText : "-"
  }

  /// A ratio of at least 1, in words that precede "the": `4.5% above`, `3.2 times`.
  package var asMultiple: String {
    guard isFinite else { return "more than 1e308 times" }
    return self < 1.995 ? "\(((self - 1) * 100).shortText)% above" : "\(shortText) times"
  }
}
