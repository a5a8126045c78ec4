/// An argument of a command line as typed.
struct TypedArgument {
  /// The words: an option and its value, or a single word.
  var words: [String]
  /// The option with its dashes; `nil` for anything else.
  let option: String?
  /// Whether an equals sign joined the option and its value.
  let isJoined: Bool

  /// The value of the option, if there is one.
  var value: String? { words.count > 1 ? words[1] : nil }
}
