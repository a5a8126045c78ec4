extension Double {
  /// The finite number that a person typed in plain decimals, `0.5`, `.5` or `5e-1`: no leading plus, no blanks,
  /// no names, no hexadecimal digits. −0 is 0.
  package init?(typed text: some StringProtocol) {
    guard text.utf8.first != UInt8(ascii: "+"), let value = Double(plain: text) else { return nil }
    self = value + 0
  }
}

extension Int {
  /// The integer that a person typed in decimal digits, with at most a minus before them.
  package init?(typed text: some StringProtocol) {
    guard text.utf8.first != UInt8(ascii: "+"), let value = Int(text) else { return nil }
    self = value
  }
}
