extension String {
  /// The text with control characters, line breaks among them, replaced by spaces: fit for a terminal, a
  /// script and XML, wherever it came from.
  public var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
