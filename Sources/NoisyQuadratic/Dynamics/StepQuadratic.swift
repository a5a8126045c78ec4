/// The objective as a function of one step's rate α and momentum μ, with all other steps fixed (S2).
///
/// The function is `½ (aa α² + 2 am α μ + mm μ²) − ba α − bm μ + const`. It is convex.
package struct StepQuadratic: Sendable {
  /// A function that a pass calls at a step. It receives the objective as a quadratic in the step's rate and
  /// momentum, and returns the rate and momentum to use.
  package typealias Decision = (_ step: Int, _ quadratic: StepQuadratic) -> (alpha: Double, mu: Double)

  package var aa, am, mm, ba, bm: Double

  /// Creates the quadratic from the sums aa, am, mm, ba and bm that a kernel writes.
  init(sums write: (UnsafeMutablePointer<Double>) -> Void) {
    self = withUnsafeTemporaryAllocation(of: Double.self, capacity: 5) { sums in
      sums.initialize(repeating: 0)
      if let start = sums.baseAddress { write(start) }
      return StepQuadratic(aa: sums[0], am: sums[1], mm: sums[2], ba: sums[3], bm: sums[4])
    }
  }

  package init(aa: Double, am: Double, mm: Double, ba: Double, bm: Double) {
    (self.aa, self.am, self.mm, self.ba, self.bm) = (aa, am, mm, ba, bm)
  }

  /// The change of the objective from its value at `(0, 0)`.
  package func value(_ alpha: Double, _ mu: Double) -> Double {
    alpha * (0.5 * aa * alpha + am * mu - ba) + mu * (0.5 * mm * mu - bm)
  }

  /// The gradient `(∂/∂α, ∂/∂μ)`.
  package func gradient(_ alpha: Double, _ mu: Double) -> (Double, Double) {
    (aa * alpha + am * mu - ba, am * alpha + mm * mu - bm)
  }

  /// The minimizer over `0 ≤ α ≤ maximumRate` (which may be infinite), `0 ≤ μ ≤ maximumMomentum` (S4).
  ///
  /// If the velocity is zero, momentum has no effect and the result has momentum 0. If no rate lowers the
  /// function, the rate is 0.
  package func minimizer(maximumRate: Double, maximumMomentum: Double) -> (alpha: Double, mu: Double) {
    func bestRate(_ mu: Double) -> Double {
      let slope = ba - am * mu
      guard slope > 0 else { return 0 }
      return aa > 0 ? min(slope / aa, maximumRate) : (maximumRate.isFinite ? maximumRate : 0)
    }
    guard mm > 0, maximumMomentum > 0 else { return (bestRate(0), 0) }
    func bestMomentum(_ alpha: Double) -> Double {
      min(max((bm - am * alpha) / mm, 0), maximumMomentum)
    }
    // Solve by elimination, not by Cramer's rule. If the matrix is almost singular, μ may be inaccurate, but
    // α is still the best rate for that μ.
    let schur = aa > 0 ? mm - am * (am / aa) : 0
    if schur > 0 {
      let mu = (bm - am * (ba / aa)) / schur
      let alpha = (ba - am * mu) / aa
      if alpha >= 0, alpha <= maximumRate, mu >= 0, mu <= maximumMomentum { return (alpha, mu) }
    }
    // The minimum lies on the boundary. Take the best point of the finite edges.
    var best = (alpha: bestRate(0), mu: 0.0)
    var bestValue = value(best.alpha, best.mu)
    func consider(_ alpha: Double, _ mu: Double) {
      let candidate = value(alpha, mu)
      if candidate < bestValue {
        best = (alpha, mu)
        bestValue = candidate
      }
    }
    consider(bestRate(maximumMomentum), maximumMomentum)
    consider(0, bestMomentum(0))
    if maximumRate.isFinite { consider(maximumRate, bestMomentum(maximumRate)) }
    return best
  }
}
