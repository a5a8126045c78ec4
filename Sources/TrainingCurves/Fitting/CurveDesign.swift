import NoisyQuadratic

/// What the losses of some curves are linear in: one column for every unknown weight, for given values of the
/// few parameters that they are not linear in.
protocol CurveDesign: Sendable {
  /// The number n of columns.
  var columnCount: Int { get }
  /// The m × n matrix by columns. Its rows are those of all curves, one after another.
  func columns(at parameters: [Double]) -> [Double]
  /// The parameters that losses are not linear in.
  var parameters: [CurveParameter] { get }
  /// The model with given parameters and weights of columns.
  func model(_ parameters: [Double], weights: [Double]) throws(NoisyQuadraticError) -> CurveModel
}

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

  /// The parameters ln e and √(τ₀/τ*) of a power-law signal.
  static var signal: [CurveParameter] {
    [
      CurveParameter(
        range: Elementary.log(0.02)...Elementary.log(4), starts: [0.3, 0.6, 1].map(Elementary.log)),
      // At τ₀ = 0 the signal would be infinite at the start.
      CurveParameter(range: 0.01...3, starts: [0.055]),
    ]
  }
}
