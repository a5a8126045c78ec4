/// The value of a parameter of a family.
enum FamilyValue: Sendable, Equatable {
  /// A rate, a momentum or a dimensionless number.
  case number(Double)
  /// Rates.
  case numbers([Double])
  /// A number of steps or of cycles.
  case count(Int)
  /// Steps.
  case counts([Int])
  /// A word.
  case word(String)
}
