/// The noise of least squares with Gaussian features, in the units of the kernels (X1).
///
/// The variance of a batch's gradient is `c + h (share h m + Σ coupling m)`.
package struct FeatureNoise: Sendable {
  /// `1/B`.
  package let share: Double
  /// `n h / B` of every direction.
  package let coupling: [Double]

  /// The variances at second moments m. `noise` is the additive part c.
  package func variances(
    curvature: [Double], noise: [Double], secondMoment m: [Double]
  ) -> [Double] {
    let error = Elementary.sum(m.indices.lazy.map { coupling[$0] * m[$0] })
    return m.indices.map { noise[$0] + curvature[$0] * (share * curvature[$0] * m[$0] + error) }
  }
}
