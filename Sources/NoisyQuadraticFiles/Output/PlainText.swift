extension String {
  /// The text made safe for a terminal, a script and XML, whatever its source. Spaces replace control
  /// characters, line breaks of every kind, and code points that are not characters.
  package var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: return " "
          default: return scalar.properties.isNoncharacterCodePoint ? " " : scalar
          }
        }))
  }
}

extension StringProtocol {
  /// The text in quotation marks, as a message shows it: on one line, with at most 80 characters of the text.
  /// If the text is longer, `…` stands within the marks, and the number of characters follows them.
  package var quotedForMessage: String { shownInMessage(quote: "\"") }

  /// The same text without quotation marks, for numbers and JSON.
  package var cutForMessage: String { shownInMessage(quote: "") }

  /// Characters here are Unicode scalars, because one grapheme may be as long as a file.
  private func shownInMessage(quote: String) -> String {
    let limit = 80
    let shown = String(String.UnicodeScalarView(unicodeScalars.prefix(limit))).onOneLine
    let count = unicodeScalars.count
    guard count > limit else { return quote + shown + quote }
    return "\(quote)\(shown)…\(quote) (\(count) characters)"
  }
}
