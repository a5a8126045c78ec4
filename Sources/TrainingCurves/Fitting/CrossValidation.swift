import NoisyQuadratic

/// How well a form of model predicts each curve from the others.
public struct CrossValidation: Sendable, Equatable {
  /// The form.
  public let form: CurveForm
  /// The root mean square of relative errors on curves that are left out, each curve with equal weight.
  public let error: Double
  /// The same for the residuals of the fit to all curves.
  public let trainingError: Double

  /// The root mean square of a model's relative errors on curves.
  static func error(_ pairs: [(model: CurveModel, curve: TrainingCurve)]) -> Double {
    let means = pairs.map { model, curve in
      let predicted = model.losses(under: curve.learningRates, at: curve.steps)
      let squares = zip(predicted, curve.losses).map { ($0 / $1 - 1) * ($0 / $1 - 1) }
      return Elementary.sum(squares) / Double(squares.count)
    }
    return (Elementary.sum(means) / Double(means.count)).squareRoot()
  }
}
