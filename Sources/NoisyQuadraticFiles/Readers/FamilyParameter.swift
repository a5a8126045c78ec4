import NoisyQuadratic

/// A parameter of a family: its name, what its value is, and what holds if it is left out.
struct FamilyParameter: Sendable {
  /// What a value is.
  enum Kind: Sendable, Equatable {
    /// A learning rate ≥ 0, in 1/curvature.
    case rate
    /// A dimensionless number ≥ 0.
    case number
    /// A number from 0 to 1.
    case fraction
    /// A momentum in [0, 1).
    case momentum
    /// A number of steps or of cycles, of at least so many.
    case count(atLeast: Int)
    /// Learning rates, separated by slashes.
    case rates
    /// Steps, separated by slashes.
    case counts
    /// One of some words.
    case choice([String])
    /// A learning rate ≥ 0, or a word.
    case rateOr(String)
  }

  /// Whether a parameter must be given.
  enum Presence: Sendable, Equatable {
    /// It must be given, as in this example.
    case required(for: String)
    /// It has this value if it is left out.
    case optional(String)
    /// It has the value that these words name if it is left out. The library computes it.
    case derived(String)
  }

  /// The text of a value that is not of the parameter's kind.
  struct Refusal: Error {
    let text, expected: String
  }

  let name: String
  let kind: Kind
  let presence: Presence
  /// One line that says what the value means.
  let summary: String

  init(_ name: String, _ kind: Kind, _ presence: Presence, _ summary: String) {
    self.name = name
    self.kind = kind
    self.presence = presence
    self.summary = summary
  }

  /// The text of the example or of the default.
  var text: String {
    switch presence {
    case .required(let text), .optional(let text), .derived(let text): text
    }
  }

  /// The name, the meaning and the domain in one line, for help texts.
  var line: String { "\(name): \(summary); \(domain)" }

  /// Whether the parameter may be left out.
  var isOptional: Bool {
    if case .required = presence { false } else { true }
  }

  /// The value that a text states.
  func value(_ text: String) throws(Refusal) -> FamilyValue {
    switch kind {
    case .rate, .number, .fraction, .momentum: return .number(try number(text))
    case .count: return .count(try count(text))
    case .rates: return .numbers(try list(text).map { item throws(Refusal) in try number(item) })
    case .counts: return .counts(try list(text).map { item throws(Refusal) in try count(item) })
    case .choice(let words):
      guard words.contains(text) else { throw Refusal(text: text, expected: expected) }
      return .word(text)
    case .rateOr(let word): return text == word ? .word(text) : .number(try number(text))
    }
  }

  /// What a value must be, in words.
  var domain: String {
    switch kind {
    case .rates: "numbers ≥ 0, split by slashes"
    case .counts: "integers ≥ 0, split by slashes"
    default: expected
    }
  }

  /// What a value, or an item of a list, must be.
  var expected: String {
    switch kind {
    case .rate, .number, .rates: "a finite number ≥ 0"
    case .fraction: "a number from 0 to 1"
    case .momentum: "a finite number ≥ 0 and < 1"
    case .count(let minimum): "an integer ≥ \(minimum)"
    case .counts: "an integer ≥ 0"
    case .choice(let words): words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    case .rateOr(let word): "a finite number ≥ 0 or \(word)"
    }
  }

  private func list(_ text: String) -> [String] {
    text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  private func number(_ text: String) throws(Refusal) -> Double {
    let limit = kind == .momentum ? 1.0.nextDown : kind == .fraction ? 1 : .infinity
    guard let value = Double(typed: text), (0...limit).contains(value) else {
      throw Refusal(text: text, expected: expected)
    }
    return value
  }

  private func count(_ text: String) throws(Refusal) -> Int {
    let minimum = if case .count(let minimum) = kind { minimum } else { 0 }
    guard let value = Int(typed: text), value >= minimum else {
      throw Refusal(text: text, expected: expected)
    }
    return value
  }
}
