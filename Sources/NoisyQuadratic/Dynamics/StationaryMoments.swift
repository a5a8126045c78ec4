/// The stationary second moments under a constant learning rate and momentum (C4).
public struct StationaryMoments: Sendable, Equatable {
  /// The second moments `E θ_i²`. In a direction without curvature, the value is infinite with noise, and the
  /// initial second moment without noise.
  public let position: [Double]
  /// The cross moments `E θ_i v_i`.
  public let cross: [Double]
  /// The second moments `E v_i²` of the velocity.
  public let velocity: [Double]
  /// The expected loss `½ Σ n h E θ²`.
  public let expectedLoss: Double
}

extension NoisyQuadraticModel {
  /// The stationary second moments at a constant rate and momentum.
  ///
  /// ```
  /// p = α c (1+μ) / (h (1−μ) (2(1+μ) − αh)),   r = 2 α² c / ((1−μ) (2(1+μ) − αh)),   q = r/2
  /// ```
  /// Here c stands for `c/B`. If the noise grows with the error, it is the variance at rest, which the moments
  /// themselves cause (X5).
  ///
  /// - Parameters:
  ///   - alpha: learning rate α.
  ///   - mu: momentum μ.
  /// - Returns: the moments, or `nil` unless `0 ≤ μ < 1` and `0 < α h < 2(1+μ)` for the largest curvature h.
  ///   Without these conditions there are no stationary moments. If the noise grows with the error, α must also
  ///   be below ``stabilityLimit(momentum:)``.
  public func stationaryMoments(learningRate alpha: Double, momentum mu: Double = 0) -> StationaryMoments? {
    guard mu >= 0, mu < 1, alpha > 0, alpha * maximumCurvature < 2 * (1 + mu) else { return nil }
    var variance = gradientNoise.map { [batchSize] in $0 / batchSize }
    if case .leastSquares(let residualVariance) = noiseKind {
      let stability = LeastSquaresStability(self, momentum: mu)
      let feedback = stability.feedback(alpha)
      guard feedback < 1 else { return nil }
      // The residuals and the error of the predictions, together.
      let error = residualVariance / (1 - feedback)
      variance = curvature.map { [batchSize] in $0 * error / (batchSize - stability.gain(alpha * $0)) }
    }
    let m = initialSecondMoment
    var (position, cross, velocity) = ([Double](), [Double](), [Double]())
    var loss = 0.0
    for i in curvature.indices {
      let h = curvature[i]
      let c = variance[i]
      let denominator = (1 - mu) * (2 * (1 + mu) - alpha * h)
      let hp = alpha * c * (1 + mu) / denominator
      let r = 2 * alpha * alpha * c / denominator
      position.append(h > 0 ? hp / h : (c > 0 ? .infinity : m[i]))
      velocity.append(r)
      cross.append(r / 2)
      if h > 0 { loss += 0.5 * multiplicity[i] * hp }
    }
    return StationaryMoments(position: position, cross: cross, velocity: velocity, expectedLoss: loss)
  }
}
