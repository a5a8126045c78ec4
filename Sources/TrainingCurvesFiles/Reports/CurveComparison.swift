import NoisyQuadratic
import TrainingCurves

/// A measured curve and the predictions of a fit for it.
public struct CurveComparison: Sendable {
  /// Where the curve comes from: the path of a file.
  public let file: String
  /// The curve.
  public let curve: TrainingCurve
  /// The predicted losses at the curve's steps.
  public let predicted: [Double]
  /// The bands at the curve's steps; `nil` without bands.
  public let bands: [CurveBands.Interval]?
  /// How far the predictions are from the measured losses.
  public let metrics: CurveMetrics

  /// Predicts a curve.
  ///
  /// - Parameters:
  ///   - file: where the curve comes from.
  ///   - curve: the curve.
  ///   - fit: the fit that predicts it.
  ///   - bands: the fit's bands, if there are any.
  public init(file: String, _ curve: TrainingCurve, _ fit: CurveFit, _ bands: CurveBands?) {
    (self.file, self.curve) = (file, curve)
    self.bands = bands?.intervals(under: curve.learningRates, at: curve.steps)
    predicted =
      self.bands?.map(\.prediction) ?? fit.model.losses(under: curve.learningRates, at: curve.steps)
    metrics = CurveMetrics(predicted: predicted, measured: curve.losses)
  }

  /// The mean of `(f − y)/y` over the last fifth of the losses, with its sign: negative where the prediction is
  /// too low.
  public var endError: Double {
    let count = max(1, curve.losses.count / 5)
    let errors = zip(predicted, curve.losses).suffix(count).map { $0 / $1 - 1 }
    return errors.reduce(0, +) / Double(count)
  }

  /// The share of the losses that are within the bands; `nil` without bands.
  public var coverage: Double? {
    bands.map { bands in
      let inside = zip(bands, curve.losses).count { $0.lower <= $1 && $1 <= $0.upper }
      return Double(inside) / Double(curve.losses.count)
    }
  }
}
