/// A parameter that losses are not linear in.
struct CurveParameter: Sendable {
  /// The range of its values. A parameter whose range is one number is fixed.
  var range: ClosedRange<Double>
  /// The values at which a search begins.
  var starts: [Double]
  /// The centre and the width of a normal prior; none if absent.
  var prior: (mean: Double, deviation: Double)?

  var isFixed: Bool { range.lowerBound == range.upperBound }

  /// The same parameter with one possible value.
  func fixed(at value: Double) -> CurveParameter {
    CurveParameter(range: value...value, starts: [value], prior: nil)
  }
}
