/// The closed form of k steps of SGD at a constant rate in one direction (C1).
package enum SGDPower {
  /// The factors `(Π u², Σ_j α² u^{2j})` of the second moment and of c after k steps, with `u = 1 − α h`.
  ///
  /// - Parameters:
  ///   - alpha: α ≥ 0.
  ///   - h: curvature ≥ 0.
  ///   - k: steps ≥ 0.
  /// - Returns: the two factors.
  package static func factors(alpha: Double, h: Double, steps k: Int) -> (decay: Double, noise: Double) {
    let g = alpha * h
    let n = Double(k)
    if k == 0 { return (1, 0) }
    if g == 0 || g == 2 { return (1, n * alpha * alpha) }
    let logDecay = 2 * logMagnitude(g)
    let decay = logDecay == -.infinity ? 0 : Elementary.exp(n * logDecay)
    let growth = logDecay == -.infinity ? -1 : Elementary.expm1(n * logDecay)
    // The noise factor is (1 − u²ᵏ)/(1 − u²) α², with 1 − u² = g (2 − g).
    return (decay, -growth / (g * (2 - g)) * alpha * alpha)
  }

  /// The power `(1 − g)ᵏ`, to the precision of g.
  package static func power(_ g: Double, _ k: Int) -> Double {
    if k == 0 { return 1 }
    if g == 1 { return 0 }
    let magnitude = Elementary.exp(Double(k) * logMagnitude(g))
    return g > 1 && k % 2 == 1 ? -magnitude : magnitude
  }

  /// The logarithm `ln |1 − g|`, without loss of digits near g = 0 and near g = 2. It is −∞ at g = 1.
  private static func logMagnitude(_ g: Double) -> Double {
    g < 1 ? Elementary.log1p(-g) : Elementary.log1p(g - 2)
  }
}
