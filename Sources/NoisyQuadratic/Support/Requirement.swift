/// Checks that options of several types share. Their errors name the field.
package enum Requirement {
  /// Throws an error for a field that is not a finite number above 0.
  package static func positive(_ fields: [(String, Double)]) throws(NoisyQuadraticError) {
    for (field, value) in fields where !(value > 0) || !value.isFinite {
      throw .invalidValue(field: field, value: value, expected: "a finite number > 0")
    }
  }

  /// Throws an error for a field that does not lie in [0, 1).
  package static func belowOne(_ fields: [(String, Double)]) throws(NoisyQuadraticError) {
    for (field, value) in fields where !(value >= 0 && value < 1) {
      throw .invalidValue(field: field, value: value, expected: "at least 0 and below 1")
    }
  }
}
