extension Double {
  /// Creates the finite number that a plain decimal text denotes. The result is `nil` for any other text,
  /// including the names and hexadecimal numbers that Swift also reads.
  init?(plain text: some StringProtocol) {
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text),
      value.isFinite
    else { return nil }
    self = value
  }

  /// The number with four significant digits, for display.
  public var shortText: String { significant(4) }

  /// The number with the given number of significant digits. Below 0.001 and from 10^digits on, it is in
  /// scientific notation.
  public func significant(_ digits: Int) -> String {
    precondition((1...15).contains(digits), "1 to 15 digits")
    guard isFinite else { return word }
    if self == 0 { return "0" }
    let magnitude = abs(self)
    var exponent = 0
    var power = 1.0
    if magnitude >= 1e-3 {
      while magnitude >= 10 * power { (power, exponent) = (power * 10, exponent + 1) }
      while magnitude < power { (power, exponent) = (power / 10, exponent - 1) }
      // 9.9999 rounds to 10.00, which has one decimal less.
      if (magnitude / power).fixed(digits - 1).hasPrefix("10") { exponent += 1 }
      if exponent <= digits { return fixed(max(0, digits - 1 - exponent)) }
    }
    return scientific(digits)
  }

  /// The text for a number that is not finite: `overflow` or `-overflow` for an infinity, `-` for NaN.
  private var word: String { isNaN ? "-" : self > 0 ? "overflow" : "-overflow" }

  /// The number in fixed notation with the given number of decimals.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite else { return word }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(self) * scale).rounded()
    guard scaled < 1e18 else { return "\(self)" }
    let digits = String(Int(scaled))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  private func scientific(_ digits: Int) -> String {
    var mantissa = abs(self)
    var exponent = 0
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var text = mantissa.fixed(digits - 1)
    // Rounding up to 10 moves the decimal point.
    if text.hasPrefix("10") { (text, exponent) = (1.0.fixed(digits - 1), exponent + 1) }
    let size = abs(exponent)
    return (self < 0 ? "-" : "") + text + "e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
  }
}
