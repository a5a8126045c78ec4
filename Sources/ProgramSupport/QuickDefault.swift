import NoisyQuadraticFiles

/// The value of an option whose default is another one with `--quick`.
package struct QuickDefault<Value: OptionValue & Sendable>: OptionValue, Sendable {
  private let usual, quick: Value

  /// Creates the default of an option.
  package init(_ usual: Value, quick: Value) { (self.usual, self.quick) = (usual, quick) }

  /// Creates the value that a user gave.
  package init(given value: Value) { (usual, quick) = (value, value) }

  /// The value for a run.
  package func value(isQuick: Bool) -> Value { isQuick ? quick : usual }

  package var json: JSONValue { usual.json }

  package func json(isQuick: Bool) -> JSONValue { value(isQuick: isQuick).json }

  package var typed: String { "\(usual.typed), with --quick \(quick.typed)" }
}

extension OptionForm {
  /// The form of an option whose default depends on `--quick`.
  package static func quick<Given>(_ form: OptionForm<Given>) -> Self where Value == QuickDefault<Given> {
    form.map { QuickDefault(given: $0) }
  }
}
