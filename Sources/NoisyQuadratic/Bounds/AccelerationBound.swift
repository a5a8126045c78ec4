extension NoisyQuadraticModel {
  /// A lower bound on the final loss of every schedule whose rates are at most `learningRateLimit`, with any momenta in
  /// [0, 1] (Z4).
  ///
  /// ```
  /// ½ Σ n h max( 1/(1/m₀ + T h² B/c), m₀ (2 − cosh((T + ½)φ)/cosh(φ/2))₊² ),   φ = 2 arsinh(½ √(α_max h))
  /// ```
  /// The first term is the information bound, direction by direction. The second one says that T steps with momentum
  /// hardly move a direction with `α_max h T² ≪ 1`.
  ///
  /// - Parameters:
  ///   - steps: T ≥ 0.
  ///   - learningRateLimit: α_max > 0, in 1/curvature.
  /// - Returns: a lower bound on the expected loss after `steps` steps that start at rest.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  /// - Complexity: O(d).
  public func accelerationBound(
    steps: Int, learningRateLimit: Double
  ) throws(NoisyQuadraticError) -> Double {
    guard steps >= 0 else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least 0")
    }
    try Requirement.positive([("learningRateLimit", learningRateLimit)])
    let moments = initialSecondMoment
    let t = Double(steps)
    return Elementary.sum(
      curvature.indices.lazy.map { i -> Double in
        let (h, m, c) = (curvature[i], moments[i], gradientNoise[i] / batchSize)
        guard h > 0, m > 0 else { return 0 }
        let known: Double = c > 0 ? 1 / (1 + t * h * m * (h / c)) : steps == 0 ? 1 : 0
        let half = (learningRateLimit * h).squareRoot() / 2
        let phi = 2 * Elementary.log(half + (1 + half * half).squareRoot())
        // Beyond cosh x = 2, the term is 0 in any case.
        let reach = min((t + 0.5) * phi, 30)
        let most = Self.cosh(reach) / Self.cosh(min(phi / 2, reach))
        let left = max(2 - most, 0)
        return 0.5 * multiplicity[i] * (h * m) * max(known, left * left)
      })
  }

  private static func cosh(_ x: Double) -> Double { (Elementary.exp(x) + Elementary.exp(-x)) / 2 }
}
