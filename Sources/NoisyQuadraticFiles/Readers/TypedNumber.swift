extension Double {
  /// Creates the finite number that a user typed in plain decimals, such as `0.5`, `.5` or `5e-1`. A leading
  /// plus, blanks, names and hexadecimal digits are refused. −0 becomes 0.
  package init?(typed text: some StringProtocol) {
    guard text.utf8.first != UInt8(ascii: "+"), let value = Double(plain: text) else { return nil }
    self = value + 0
  }
}

extension Int {
  /// Creates the integer that a user typed in decimal digits, with an optional leading minus.
  package init?(typed text: some StringProtocol) {
    guard text.utf8.first != UInt8(ascii: "+"), let value = Int(text) else { return nil }
    self = value
  }
}
