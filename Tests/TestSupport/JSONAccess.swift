import NoisyQuadraticFiles

/// Foundation's reader may be off by a bit, so numbers are compared through the package's own.
extension JSONValue {
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var number: Double? { if case .number(let number) = self { number } else { nil } }

  package var elements: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  package var numbers: [Double]? { elements?.compactMap(\.number) }
}
