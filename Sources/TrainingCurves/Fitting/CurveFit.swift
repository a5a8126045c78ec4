import NoisyQuadratic

/// A noisy quadratic fitted to training curves, and how far it can be trusted.
public struct CurveFit: Sendable {
  /// The model.
  public let model: CurveModel
  /// The model's form.
  public let form: CurveForm
  /// The curves as given.
  public let curves: [TrainingCurve]
  /// How far the model is from each of the curves.
  public let metrics: [CurveMetrics]
  /// How well each form that was tried predicts a curve from the others; empty with fewer than three curves.
  public let validation: [CrossValidation]
  /// The number of parameters that the losses determine: the weights above 0, less what smoothing takes from them,
  /// and exponents that are fitted and not at the end of their range.
  public let effectiveParameters: Double
  /// The largest violation of the optimality conditions of the weights, relative to the losses (T3).
  public let optimalityViolation: Double
  /// Whether the search of the exponents ended at a stationary point.
  public let isStationary: Bool
  /// What limits the use of the fit.
  public let warnings: [CurveWarning]

  /// The number of losses of a curve above which they are averaged.
  let maximumRows: Int
  /// The fit to the averaged curves.
  let fit: FormFit
  /// The fits without one curve each; empty with fewer than three curves.
  let held: [FormFit]

  init(
    _ candidate: Candidate, scores: [CrossValidation], given curves: [TrainingCurve],
    isAssumed: Bool, maximumRows: Int
  ) throws(NoisyQuadraticError) {
    let fit = candidate.fit
    (model, form, validation) = (fit.model, fit.form, scores)
    self.maximumRows = maximumRows
    (self.fit, held, self.curves) = (fit, candidate.held, curves)
    metrics = curves.map { fit.model.metrics(on: $0) }
    let free = zip(fit.projection.parameters, fit.point.parameters).filter {
      !$0.isFixed && $1 > $0.range.lowerBound && $1 < $0.range.upperBound
    }
    effectiveParameters = try fit.projection.determinedWeights(fit.point) + Double(free.count)
    optimalityViolation = fit.point.violation
    isStationary = fit.point.isStationary
    let rows = curves.reduce(0) { $0 + $1.steps.count }
    var warnings = CurveWarning.all(curves)
    if isAssumed { warnings.append(.assumedAdaptive) }
    if Double(rows) < 3 * effectiveParameters {
      warnings.append(.fewLosses(rows, effectiveParameters: effectiveParameters))
    }
    self.warnings = warnings
  }

  /// The smallest rate above 0 and the largest rate after which a loss was fitted.
  public var rateRange: ClosedRange<Double> {
    let rates = curves.flatMap { curve in
      curve.steps.compactMap { $0 > 0 ? curve.learningRates[$0 - 1] : nil }
    }.filter { $0 > 0 }
    return (rates.min() ?? 0)...(rates.max() ?? 0)
  }

  /// The largest number of steps after which a loss was fitted.
  public var longestRun: Int { curves.reduce(0) { max($0, $1.steps[$1.steps.count - 1]) } }
}
