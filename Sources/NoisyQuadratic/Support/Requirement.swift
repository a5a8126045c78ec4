/// What options of several types have to satisfy alike, refused by their field's name.
package enum Requirement {
  /// Finite numbers above 0.
  package static func positive(_ fields: [(String, Double)]) throws(NoisyQuadraticError) {
    for (field, value) in fields where !(value > 0) || !value.isFinite {
      throw .invalidValue(field: field, value: value, expected: "a finite number > 0")
    }
  }

  /// Numbers of [0, 1).
  package static func belowOne(_ fields: [(String, Double)]) throws(NoisyQuadraticError) {
    for (field, value) in fields where !(value >= 0 && value < 1) {
      throw .invalidValue(field: field, value: value, expected: "at least 0 and below 1")
    }
  }
}
