import ArgumentParser
import NoisyQuadratic

/// The options of a command as typed, including those of its option groups and subcommands.
///
/// The names are derived from the command's declaration: a property `batchSize` is the option `--batch-size`.
struct OptionNames {
  /// Every option with its dashes, and whether a value follows it.
  private var takesValue: [String: Bool] = [:]
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
        takesValue[Self.typed(label.drop { $0 == "_" })] = option.takesValue
      }
    }
  }

  private mutating func add(_ others: OptionNames) {
    takesValue.merge(others.takesValue) { first, _ in first }
  }

  private static func typed(_ property: some StringProtocol) -> String {
    "--" + property.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }

  /// Returns the options of a command line in order, with the texts of their values. Flags have empty texts.
  func given(in arguments: some Sequence<String>) -> [(name: String, text: String)] {
    var given: [(name: String, text: String)] = []
    var isValue = false
    for argument in arguments {
      if isValue {
        given[given.count - 1].text = argument
        isValue = false
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard let name = parts.first, let takesValue = takesValue[name] else { continue }
      given.append((name, parts.count > 1 ? parts[1] : ""))
      isValue = takesValue && parts.count == 1
    }
    return given
  }

  /// Refuses a command line that repeats an option.
  func refuseRepetition(in arguments: some Sequence<String>) throws(Failure) {
    var names: Set<String> = []
    for (name, _) in given(in: arguments) where !names.insert(name).inserted {
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
  /// Its value after parsing.
  var value: (any OptionValue)? { get }
}

extension Option: DeclaredArgument {
  var takesValue: Bool { true }
  var value: (any OptionValue)? { wrappedValue as? any OptionValue }
}

extension Flag: DeclaredArgument {
  var takesValue: Bool { false }
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
    case .exceedsMemory(let field, let value, let required, let available):
      .exceedsMemory(field: name(field), value: value, requiredBytes: required, availableBytes: available)
    case .lapack: self
    }
  }
}
