import Foundation

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
  package var shortText: String { significant(4) }

  /// The number with the given number of significant digits. Below 0.001 and from 10^(digits + 1) on, it
  /// is in scientific notation.
  ///
  /// - Precondition: `digits` is from 1 to 15.
  package func significant(_ digits: Int) -> String {
    precondition((1...15).contains(digits), "1 to 15 digits")
    guard isFinite else { return word }
    if self == 0 { return "0" }
    let scientific = text("%.\(digits - 1)e")
    let exponent = scientific.split(separator: "e").last.flatMap { Int($0) } ?? 0
    guard abs(self) >= 1e-3, exponent <= digits else { return scientific }
    return fixed(max(0, digits - 1 - exponent))
  }

  /// The text for a number that is not finite: `overflow` or `-overflow` for an infinity, `-` for NaN.
  private var word: String { isNaN ? "-" : self > 0 ? "overflow" : "-overflow" }

  /// The number in a format of C, with a decimal point even if the process has chosen a locale with another one.
  private func text(_ format: String) -> String {
    String(String(format: format, self).map { "0123456789+-e".contains($0) ? $0 : "." })
  }

  /// The number in fixed notation with the given number of decimals.
  package func fixed(_ decimals: Int) -> String {
    guard isFinite else { return word }
    guard abs(self) * pow(10, Double(decimals)) < 1e18 else { return "\(self)" }
    let text = text("%.\(decimals)f")
    // A number that rounds to zero has no sign.
    return text.contains { ("1"..."9").contains($0) } ? text : String(text.drop { $0 == "-" })
  }
}
