/// A value in a row of a log.
enum LogCell {
  case text(String)
  case json(JSONValue)

  /// The number; `nil` if it is none. JSON may hold numbers that are not finite, and numbers as strings.
  var number: Double? {
    switch self {
    case .text(let text), .json(.string(let text)): Double(plain: text)
    case .json(.number(let number)): number
    case .json: nil
    }
  }

  /// The text; `nil` for a number of JSON.
  var text: String? {
    switch self {
    case .text(let text), .json(.string(let text)): text
    case .json: nil
    }
  }

  /// The whole number ≥ 0 that programs may also have written as a decimal, such as `10.0`.
  var count: Int? {
    guard let number, number >= 0, number <= Double(1 << 53) else { return nil }
    return Int(exactly: number)
  }

  /// Whether nothing was logged.
  var isEmpty: Bool {
    switch self {
    case .text(let text): text.isEmpty
    case .json(let value): value == .null
    }
  }

  /// The value as a message shows it.
  var shown: String {
    switch self {
    case .text(let text): text.quotedForMessage
    case .json(.number(let number)): "\(number)"
    case .json(let value): value.text.cutForMessage
    }
  }
}
