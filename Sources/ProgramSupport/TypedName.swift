import NoisyQuadraticFiles

/// A name as typed, such as that of a column. It is no name of a file.
package struct TypedName: OptionValue, Sendable, Equatable {
  /// The name.
  package let text: String

  /// Creates a name.
  package init(_ text: String) { self.text = text }

  package var json: JSONValue { .string(text) }
}

extension OptionForm<TypedName> {
  /// A name of one line.
  package static var name: Self {
    Self("one line of at most 200 characters, not blank") { text in
      guard text.unicodeScalars.count <= 200, text == text.onOneLine, !text.allSatisfy(\.isWhitespace) else {
        return nil
      }
      return TypedName(text)
    }
  }
}
