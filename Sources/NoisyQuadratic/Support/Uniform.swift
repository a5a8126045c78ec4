extension RandomNumberGenerator {
  /// The next uniform number in [0, 1): the top 53 bits of a draw times 2⁻⁵³. This rule is the same in every
  /// release.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
