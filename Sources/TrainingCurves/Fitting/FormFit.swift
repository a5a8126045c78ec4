import NoisyQuadratic

/// The fit of one form of model to curves, with what its repetition on other losses needs.
struct FormFit: Sendable {
  let curves: [TrainingCurve]
  let form: CurveForm
  /// The values of parameters that are not fitted, by place.
  let fixed: [Int: Double]
  let projection: VariableProjection
  var point: VariableProjection.Point
  var model: CurveModel

  /// The power of τ/τ* by which residuals are weighted. Early losses differ from run to run.
  static let weightPower = 0.25

  /// Fits a form.
  ///
  /// - Parameters:
  ///   - curves: at least one.
  ///   - form: the form.
  ///   - fixed: values of parameters that are not fitted, by place.
  ///   - start: the parameters from which the search descends; those of a grid if absent.
  ///   - descents: the number of starts of the grid from which it descends.
  ///   - progress: called with the share of the work that is done.
  init(
    _ curves: [TrainingCurve], form: CurveForm, fixed: [Int: Double] = [:], start: [Double]? = nil,
    descents: Int = 3, progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    let design = form.design(curves)
    let scales = CurveScales(curves)
    let parameters = design.parameters.enumerated().map { k, parameter in
      fixed[k].map(parameter.fixed) ?? parameter
    }
    let weights = curves.flatMap { curve in
      zip(Self.timeWeights(curve, timeScale: scales.timeScale), curve.losses).map {
        $0 / $1 / Double(curve.steps.count).squareRoot()
      }
    }
    self.curves = curves
    self.form = form
    self.fixed = fixed
    projection = VariableProjection(design: design, parameters: parameters, weights: weights)
    let losses = curves.flatMap(\.losses)
    point =
      if let start {
        try projection.descend(from: projection.point(start, losses: losses), losses: losses)
      } else {
        try projection.minimize(losses: losses, descents: descents, progress: progress)
      }
    model = try design.model(point.parameters, weights: point.weights)
  }

  /// The weights `(τ/τ*)^{1/4}` of the rows of a curve.
  static func timeWeights(_ curve: TrainingCurve, timeScale: Double) -> [Double] {
    var (time, done) = (0.0, 0)
    return curve.steps.map { step in
      time += Elementary.sum(curve.learningRates[done..<step])
      done = step
      return Elementary.pow(time / timeScale, weightPower)
    }
  }

  /// The fit to other losses of the same curves, by a descent from this one.
  func refitted(losses: [Double]) throws(NoisyQuadraticError) -> FormFit {
    var result = self
    let start = try projection.point(point.parameters, losses: losses, support: point.support)
    result.point = try projection.descend(from: start, losses: losses)
    result.model = try projection.design.model(result.point.parameters, weights: result.point.weights)
    return result
  }
}
