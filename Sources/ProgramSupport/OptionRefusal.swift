import NoisyQuadraticFiles

/// The reason why the text of an option was refused, for a line that begins with the option's name.
package struct OptionRefusal: Error, CustomStringConvertible {
  /// The parser puts its own words before a description, which end with the name of the option. No text of an
  /// option is shown with this control character.
  private static let mark: Character = "\u{1F}"

  private let reason: String
  /// The allowed texts in words, if the text is to be shown.
  private var expected: String?

  /// Creates a refusal from what follows the option's name, for instance ` has 7 numbers, expected at most 6`.
  package init(_ reason: String) { self.reason = reason }

  /// Creates a refusal of a text.
  package init(_ text: String, expected: String) {
    self.init(" is \(Self.shown(text)), expected \(expected)")
    self.expected = expected
  }

  /// The refusal of a list whose entry at a 0-based place has this refusal.
  func inList(_ list: String, at place: Int, _ entry: String) -> OptionRefusal {
    guard list != entry, let expected else { return self }
    return OptionRefusal(
      " is \(list.cutForMessage) (entry \(place + 1) is \(Self.shown(entry))), expected \(expected)")
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "empty" : text.cutForMessage }

  /// The reason, marked.
  package var description: String { "\(Self.mark)\(reason)" }

  /// Returns the option's name and the reason, if a message of the parser holds a refusal.
  static func line(in message: String) -> String? {
    guard let mark = message.lastIndex(of: mark),
      let option = message[..<mark].split(separator: "'").dropLast().last?.prefix(while: { $0 != " " })
    else { return nil }
    return String(option) + message[mark...].dropFirst()
  }
}
