extension String {
  /// The text with control characters, line breaks of every kind, and code points that are no characters replaced
  /// by spaces: fit for a terminal, a script and XML, wherever it came from.
  public var onOneLine: String {
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
  /// The text in quotation marks as a message shows it: one line, at most 80 characters of the text, and if
  /// that is not all of it `…` within the marks and the number of characters behind them.
  package var quotedForMessage: String { shownInMessage(quote: "\"") }

  /// The same without quotation marks, for numbers and JSON.
  package var cutForMessage: String { shownInMessage(quote: "") }

  /// Characters are Unicode scalars here: one grapheme may be as long as a file.
  private func shownInMessage(quote: String) -> String {
    let limit = 80
    let shown = String(String.UnicodeScalarView(unicodeScalars.prefix(limit))).onOneLine
    let count = unicodeScalars.count
    guard count > limit else { return quote + shown + quote }
    return "\(quote)\(shown)…\(quote) (\(count) characters)"
  }
}
