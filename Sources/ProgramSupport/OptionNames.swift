import ArgumentParser
import NoisyQuadratic

/// The options of a command as typed, including those of its option groups and subcommands.
///
/// The names are derived from the command's declaration: a property `batchSize` is the option `--batch-size`.
struct OptionNames {
  /// Every option with its dashes, and whether a value follows it.
  private var takesValue: [String: Bool] = [:]
  /// The options whose values are names of files or directories.
  private var files: Set<String> = []
  /// The options whose names differ from the library's fields.
  private let ofFields: [String: String]

  init(_ command: any ParsableArguments.Type) {
    ofFields = (command as? any FieldNaming.Type)?.optionsOfFields ?? [:]
    if let root = command as? any ParsableCommand.Type {
      for command in root.configuration.subcommands { add(OptionNames(command)) }
    }
    for child in Mirror(reflecting: command.init()).children {
      if let group = child.value as? any ArgumentGroup {
        add(OptionNames(group.arguments))
      } else if let option = child.value as? any DeclaredArgument, let label = child.label {
        let name = Self.typed(label.drop { $0 == "_" })
        takesValue[name] = option.takesValue
        if option.namesFile { files.insert(name) }
      }
    }
  }

  private mutating func add(_ others: OptionNames) {
    takesValue.merge(others.takesValue) { first, _ in first }
    files.formUnion(others.files)
  }

  private static func typed(_ property: some StringProtocol) -> String {
    "--" + property.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }

  /// Returns the arguments of a command line in order, options together with their values.
  func arguments(_ words: some Sequence<String>) -> [TypedArgument] {
    var arguments: [TypedArgument] = []
    var isValue = false
    for word in words {
      if isValue {
        arguments[arguments.count - 1].words.append(word)
        isValue = false
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let takesValue = takesValue[parts[0]]
      // The parser takes an empty value only as a word of its own.
      arguments.append(
        TypedArgument(
          words: takesValue == true ? parts : [word], option: takesValue == nil ? nil : parts[0],
          isJoined: parts.count > 1))
      isValue = takesValue == true && parts.count == 1
    }
    return arguments
  }

  /// Refuses options that the parser would take for something else: a word with one dash for a group of
  /// single letters, and an option after one that names a file for the name of that file.
  func refuseMistypedOptions(in arguments: [TypedArgument]) throws(Failure) {
    for argument in arguments {
      let word = argument.words[0]
      if let option = argument.option {
        if files.contains(option), !argument.isJoined, let value = argument.value, takesValue[value] != nil {
          throw .usage("\(option) is \(value), expected a path, or ./\(value)")
        }
      } else if word.hasPrefix("--") {
        // The parser names an option that it does not know, and it knows --help.
        return
      } else if word.hasPrefix("-"), word.unicodeScalars.count > 2 {
        let name = "-" + word.prefix { $0 != "=" }
        let isKnown = takesValue[name] != nil || ["--help", "--version"].contains(name)
        throw .usage("\(word.cutForMessage) begins with one dash, expected \(isKnown ? name : "two dashes")")
      }
    }
  }

  /// Refuses a command line that repeats an option.
  func refuseRepetition(in arguments: [TypedArgument]) throws(Failure) {
    var names: Set<String> = []
    for name in arguments.compactMap(\.option) where !names.insert(name).inserted {
      throw .usage("\(name) is given twice, expected once")
    }
  }

  /// Returns the option that sets a field of the library, or the field itself if there is no such option.
  func option(for field: String) -> String {
    let plain = field.replacing(/\[[0-9]+\]/, with: "")
    if let option = ofFields[plain] { return option }
    let option = Self.typed(plain)
    return takesValue[option] != nil ? option : field
  }
}

/// A command whose options have other names than the library fields that they set.
package protocol FieldNaming {
  /// The options, with their dashes, by the name of the field.
  static var optionsOfFields: [String: String] { get }
}

/// A declared option or flag.
protocol DeclaredArgument {
  /// Whether a value follows it.
  var takesValue: Bool { get }
  /// Whether its value is the name of a file or directory.
  var namesFile: Bool { get }
  /// Its value after parsing.
  var value: (any OptionValue)? { get }
}

extension Option: DeclaredArgument {
  var takesValue: Bool { true }
  // All other texts have types of their own.
  var namesFile: Bool {
    Value.self == String.self || Value.self == String?.self || Value.self == [String].self
      || Value.self == [String]?.self
  }
  var value: (any OptionValue)? { wrappedValue as? any OptionValue }
}

extension Flag: DeclaredArgument {
  var takesValue: Bool { false }
  var namesFile: Bool { false }
  var value: (any OptionValue)? { wrappedValue as? any OptionValue }
}

private protocol ArgumentGroup {
  var arguments: any ParsableArguments.Type { get }
}

extension OptionGroup: ArgumentGroup {
  fileprivate var arguments: any ParsableArguments.Type { Value.self }
}

extension NoisyQuadraticError {
  /// Returns the same error with the name of its field replaced.
  func renamed(_ name: (String) -> String) -> NoisyQuadraticError {
    switch self {
    case .invalidValue(let field, let index, let value, let expected):
      .invalidValue(field: name(field), index: index, value: value, expected: expected)
    case .invalidCount(let field, let value, let expected):
      .invalidCount(field: name(field), value: value, expected: expected)
    case .lengthMismatch(let field, let expected, let actual):
      .lengthMismatch(field: name(field), expected: expected, actual: actual)
    case .notSymmetric(let field, let row, let column, let value, let transposed):
      .notSymmetric(field: name(field), row: row, column: column, value: value, transposed: transposed)
    case .notPositiveSemidefinite(let field, let eigenvalue):
      .notPositiveSemidefinite(field: name(field), smallestEigenvalue: eigenvalue)
    case .notPositiveDefinite(let field, let eigenvalue):
      .notPositiveDefinite(field: name(field), smallestEigenvalue: eigenvalue)
    case .exceedsMemory(let field, let value, let required, let available):
      .exceedsMemory(field: name(field), value: value, requiredBytes: required, availableBytes: available)
    case .asymmetricOperator, .notConvertible, .differentConventions, .stateDependentNoise, .lapack: self
    }
  }
}
