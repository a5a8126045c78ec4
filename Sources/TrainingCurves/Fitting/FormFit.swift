import NoisyQuadratic

/// The fit of one form of model to curves, with what its repetition on other losses needs.
///
/// Losses are divided by their mean during the fit, so that their unit does not matter.
struct FormFit: Sendable {
  let curves: [TrainingCurve]
  let form: CurveForm
  let scales: CurveScales
  /// The values of parameters that are not fitted, by place.
  let fixed: [Int: Double]
  let projection: VariableProjection
  var point: VariableProjection.Point
  var model: CurveModel

  /// Fits a form.
  ///
  /// - Parameters:
  ///   - prepared: at least one curve.
  ///   - form: the form that they were prepared for.
  ///   - scales: the scales that they were prepared for.
  ///   - fixed: values of parameters that are not fitted, by place.
  ///   - smoothing: the strength of smoothing; found from a first fit without smoothing if absent.
  ///   - start: the parameters from which the search descends; those of a grid if absent.
  ///   - descents: the number of starts of the grid from which it descends.
  ///   - progress: called with the share of the work that is done.
  /// - Throws: `NoisyQuadraticError` if a LAPACK routine fails.
  init(
    _ prepared: [PreparedCurve], form: CurveForm, scales: CurveScales, fixed: [Int: Double] = [:],
    smoothing: Double? = nil, start: [Double]? = nil, descents: Int = 3,
    progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    curves = prepared.map(\.curve)
    (self.form, self.scales, self.fixed) = (form, scales, fixed)
    let design = form.design(prepared, scales)
    let parameters = design.parameters.enumerated().map { k, parameter in
      fixed[k].map(parameter.fixed(at:)) ?? parameter
    }
    let losses = curves.flatMap(\.losses).map { $0 / scales.meanLoss }
    let timeWeights = curves.flatMap { curve in
      let share = Double(curve.steps.count * prepared.count).squareRoot()
      return scales.weights(curve, power: form.weightPower).map { $0 / share }
    }
    let weights = zip(timeWeights, losses).map { $0 / $1 }
    var projection = VariableProjection(
      design: design, parameters: parameters, weights: weights, smoothing: smoothing ?? 0)
    func minimum(_ start: [Double]?) throws(NoisyQuadraticError) -> VariableProjection.Point {
      guard let start else {
        return try projection.minimize(losses: losses, descents: descents, progress: progress)
      }
      return try projection.descend(from: projection.point(start, losses: losses), losses: losses)
    }
    point = try minimum(start)
    if smoothing == nil, form.smoothing > 0 {
      projection.smoothing = form.smoothing * Elementary.norm(point.residual)
      point = try minimum(point.parameters)
    }
    self.projection = projection
    model = try Self.model(point, design, scales)
  }

  /// The model of a point, in the unit of the losses.
  private static func model(
    _ point: VariableProjection.Point, _ design: any CurveDesign, _ scales: CurveScales
  ) throws(NoisyQuadraticError) -> CurveModel {
    try design.model(point.parameters, weights: point.weights.map { $0 * scales.meanLoss })
  }

  /// The fit to other losses of the same curves, by a descent from this one.
  func refitted(losses: [Double]) throws(NoisyQuadraticError) -> FormFit {
    var result = self
    let losses = losses.map { $0 / scales.meanLoss }
    let start = try projection.point(point.parameters, losses: losses, support: point.support)
    result.point = try projection.descend(from: start, losses: losses)
    result.model = try Self.model(result.point, projection.design, scales)
    return result
  }
}
