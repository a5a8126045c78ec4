import NoisyQuadraticFiles

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

  /// A share in per cent; `> 1000%` or `< -1000%` beyond, and `-` if it is not finite.
  package var percentText: String {
    guard isFinite else { return "-" }
    return abs(self) > 10 ? (self > 0 ? "> 1000%" : "< -1000%") : "\((100 * self).significant(2))%"
  }
}
