import NoisyQuadratic

/// The scales of a set of curves.
struct CurveScales: Sendable {
  /// α*, the largest rate.
  let peakRate: Double
  /// τ*, the largest sum of rates before a loss.
  let timeScale: Double

  init(_ curves: [TrainingCurve]) {
    peakRate = curves.reduce(0) { max($0, $1.peakRate) }
    timeScale = curves.reduce(0) {
      max($0, Elementary.sum($1.learningRates.prefix($1.steps[$1.steps.count - 1])))
    }
  }
}
