import NoisyQuadratic

/// What the losses of some curves are linear in: one column for every unknown weight, for given values of the
/// few parameters that they are not linear in.
protocol CurveDesign: Sendable {
  /// The number n of columns.
  var columnCount: Int { get }
  /// The m × n matrix by columns. Its rows are those of all curves, one after another.
  func columns(at parameters: [Double]) -> [Double]
  /// Linear combinations of the weights that smoothing keeps small, row by row, n numbers each.
  var roughness: [[Double]] { get }
  /// The parameters that losses are not linear in.
  var parameters: [CurveParameter] { get }
  /// The model with given parameters and weights of columns.
  func model(_ parameters: [Double], weights: [Double]) throws(NoisyQuadraticError) -> CurveModel
}
