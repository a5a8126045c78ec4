import NoisyQuadraticFiles

/// The name of a column of a file, which is not the name of a file.
package struct ColumnName: OptionValue, Sendable {
  package let name: String

  init(_ name: String) { self.name = name }

  package var json: JSONValue { .string(name) }
}
