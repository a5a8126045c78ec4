import NoisyQuadratic
import NoisyQuadraticFiles

/// A value of an option, as JSON files and help texts show it.
package protocol OptionValue {
  /// The value in a JSON file.
  var json: JSONValue { get }
  /// The value in a JSON file of a run with or without `--quick`.
  func json(isQuick: Bool) -> JSONValue
  /// The value as typed.
  var typed: String { get }
}

extension OptionValue {
  package func json(isQuick: Bool) -> JSONValue { json }

  package var typed: String {
    func text(_ value: JSONValue) -> String {
      switch value {
      case .string(let text): return text
      case .array(let values): return values.map(text).joined(separator: ",")
      default: return value.text
      }
    }
    return text(json)
  }
}

extension OptionValue where Self: RawRepresentable<String> {
  package var json: JSONValue { .string(rawValue) }
}

extension Bool: OptionValue {
  package var json: JSONValue { .bool(self) }
}

extension Int: OptionValue {
  package var json: JSONValue { .number(Double(self)) }
}

extension UInt64: OptionValue {
  package var json: JSONValue { .number(Double(self)) }
}

extension Double: OptionValue {
  package var json: JSONValue { .number(self) }
}

extension String: OptionValue {
  package var json: JSONValue { .string(self) }
}

extension FamilyText: OptionValue {
  package var json: JSONValue { .string(text) }
}

extension Array: OptionValue where Element: OptionValue {
  package var json: JSONValue { .array(map { $0.json }) }
}

extension Optional: OptionValue where Wrapped: OptionValue {
  package var json: JSONValue { self?.json ?? .null }
}

extension ClosedRange<Double>: OptionValue {
  package var json: JSONValue { [lowerBound, upperBound].json }
}

extension ReferenceProblem: OptionValue {}
extension FullHorizonOptions.Effort: OptionValue {}
extension MomentumConvention: OptionValue {}
extension SourceCapacityNoise: OptionValue {}
extension TrainingLog.Options.Between: OptionValue {}
