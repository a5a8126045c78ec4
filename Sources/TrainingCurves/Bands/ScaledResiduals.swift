import NoisyQuadratic

/// The residuals of a fit on a scale on which they are alike: relative to the
/// prediction, with the fit's weights.
struct ScaledResiduals: Sendable {
  let scales: CurveScales
  private let weightPower: Double
  /// For each curve the predictions, the scales of their residuals, and the scaled residuals.
  private let curves: [(predicted: [Double], scales: [Double], residuals: [Double])]
  /// The root mean square of the scaled residuals of single losses.
  private let size: Double

  /// - Parameters:
  ///   - fit: the fit, perhaps to means of several losses.
  ///   - given: the curves with all of their losses. Their residuals give the deviation of a single loss.
  init(_ fit: FormFit, given: [TrainingCurve]) {
    (scales, weightPower) = (fit.scales, fit.form.weightPower)
    typealias Residuals = (predicted: [Double], scales: [Double], residuals: [Double])
    func residuals(_ curve: TrainingCurve) -> Residuals {
      let predicted = fit.model.losses(under: curve.learningRates, at: curve.steps)
      let weights = fit.scales.weights(curve, power: fit.form.weightPower)
      let scales = zip(predicted, weights).map { $1 > 0 ? $0 / $1 : 0 }
      let residuals = curve.steps.indices.map {
        scales[$0] > 0 ? (curve.losses[$0] - predicted[$0]) / scales[$0] : 0
      }
      return (predicted, scales, residuals)
    }
    curves = fit.curves.map(residuals)
    let squares = given.map { curve in
      let residuals = residuals(curve).residuals
      return Elementary.sum(residuals.lazy.map { $0 * $0 }) / Double(residuals.count)
    }
    size = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// Losses with residuals that are drawn anew: blocks of neighbours of any curve, with random signs.
  func resampledLosses(block: Int, using generator: inout Xoshiro256StarStar) -> [Double] {
    curves.flatMap { curve in
      var drawn: [Double] = []
      while drawn.count < curve.predicted.count {
        let source = curves[Int(generator.uniform() * Double(curves.count))].residuals
        let length = min(block, source.count)
        let start = Int(generator.uniform() * Double(source.count - length + 1))
        let sign = generator.uniform() < 0.5 ? 1.0 : -1
        drawn += source[start..<start + length].map { sign * $0 }
      }
      // Losses stay positive, whatever a residual of the steep start does.
      return zip(zip(curve.predicted, curve.scales), drawn).map { max($0.0 + $0.1 * $1, 1e-3 * $0.0) }
    }
  }

  /// The standard deviations of single losses around predictions.
  func deviations(_ predicted: [Double], under rates: [Double], at steps: [Int]) -> [Double] {
    let weights = scales.weights(under: rates, at: steps, power: weightPower)
    // At the very start there is no weight.
    return zip(predicted, weights).map { size * $0 / ($1 > 0 ? $1 : 1) }
  }
}
