import NoisyQuadratic

/// How well a form of model predicts each curve from the others.
public struct CrossValidation: Sendable, Equatable {
  /// The form.
  public let form: CurveForm
  /// The root mean square of relative errors, weighted like the residuals of a fit, over the curves left out.
  public let error: Double

  /// The fits without one curve each, in the order of the curves, and the score.
  static func leaveOneOut(
    _ curves: [TrainingCurve], form: CurveForm, fixed: [Int: Double], starts: [[Double]]? = nil
  ) throws(NoisyQuadraticError) -> (score: CrossValidation, fits: [FormFit]) {
    let timeScale = CurveScales(curves).timeScale
    var (fits, sum) = ([FormFit](), 0.0)
    for (i, curve) in curves.enumerated() {
      var others = curves
      others.remove(at: i)
      let fit = try FormFit(others, form: form, fixed: fixed, start: starts?[i], descents: 1)
      let predicted = fit.model.losses(under: curve.learningRates, at: curve.steps)
      let weights = FormFit.timeWeights(curve, timeScale: timeScale)
      let squares = curve.steps.indices.map { row in
        let error = weights[row] * (predicted[row] - curve.losses[row]) / curve.losses[row]
        return error * error
      }
      sum += Elementary.sum(squares) / Double(squares.count)
      fits.append(fit)
    }
    return (CrossValidation(form: form, error: (sum / Double(curves.count)).squareRoot()), fits)
  }
}
