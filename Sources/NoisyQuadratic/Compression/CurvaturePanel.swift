/// An interval of curvatures whose directions are replaced by the points of two Gauss rules, one for what is left
/// of the start and one for the noise (Q3).
package struct CurvaturePanel: Sendable {
  /// Centre and half width, in scaled curvatures.
  package let center, halfWidth: Double
  /// `½ Σ k m₀` and `½ Σ k c` over the directions of the panel.
  package let signal, noise: Double

  /// A Bernstein ellipse around the panel, `z` with `|z − 1| + |z + 1| = ρ + 1/ρ` in units of the half width.
  package struct Ellipse {
    package let rho: Double
    /// `min x (2 − A x)` over its real axis: `|1 − αz|² ≤ e^{−ακ}` on the ellipse, for `0 ≤ α ≤ A` (Q2).
    package let decay: Double
  }

  /// Ellipses from slim to wide; a bound may use any of them.
  private static let parameters = (0..<28).map { Elementary.exp(0.04 + 0.13 * Double($0)) }

  package init(center: Double, halfWidth: Double, signal: Double, noise: Double) {
    (self.center, self.halfWidth, self.signal, self.noise) = (center, halfWidth, signal, noise)
  }

  package func ellipses(maximumRate: Double) -> [Ellipse] {
    func decay(_ x: Double) -> Double { x * (2 - maximumRate * x) }
    return Self.parameters.map { rho in
      let reach = halfWidth * (rho + 1 / rho) / 2
      return Ellipse(rho: rho, decay: min(decay(center - reach), decay(center + reach)))
    }
  }

  /// What the signal under rates that sum to at least `shortest` and at most `longest` is on an ellipse, at most.
  package func signalBound(_ ellipse: Ellipse, shortest: Double, longest: Double) -> Double {
    let kappa = ellipse.decay
    return signal * Elementary.exp(-kappa * (kappa >= 0 ? shortest : longest))
  }

  /// The same for the noise of all steps: `Σ α_t² e^{−κτ_t}` with `τ_t` the sum of the later rates.
  package func noiseBound(_ ellipse: Ellipse, maximumRate: Double, longest: Double) -> Double {
    let kappa = ellipse.decay
    let growth = Elementary.expm1(-kappa * longest)
    guard kappa != 0, growth != 0 else { return noise * maximumRate * longest }
    // A rate's own step is at the near end of its interval of intrinsic time.
    return noise * maximumRate * (-growth / kappa) * Elementary.exp(max(kappa, 0) * maximumRate)
  }

  /// What a rule of `count` points may be off by for a function that is at most 1 on the ellipse, relative to the
  /// mass; with the defects of the rule as computed for the degrees below `2 count`.
  package static func error(_ ellipse: Ellipse, count: Int, defects: [Double] = []) -> Double {
    let rho = ellipse.rho
    let exact = 4 * Elementary.pow(rho, -Double(2 * count - 1)) / (rho - 1)
    var (power, defect) = (1.0, defects.first ?? 0)
    for delta in defects.dropFirst() {
      power /= rho
      defect += 2 * power * delta
    }
    return exact + defect
  }

  /// The fewest points with an error of at most `budget` where `bound` is the function's, for some ellipse;
  /// `nil` where more than `most` are needed.
  package static func count(_ ellipses: [Ellipse], budget: Double, most: Int, _ bound: (Ellipse) -> Double)
    -> Int?
  {
    var best = Double(most) + 1
    for ellipse in ellipses {
      let rho = ellipse.rho
      let needed = (Elementary.log(4 * bound(ellipse) / (budget * (rho - 1))) / Elementary.log(rho) + 1) / 2
      if needed < best { best = needed }
    }
    // Beside a budget that a bound is nothing to, the logarithm is −∞.
    return best > Double(most) ? nil : Int(max(best.rounded(.up), 1))
  }

  /// The bounds of panels that cover `lowest ... highest`: each a few times as far from curvature 0, or from the
  /// limit of stability `2/A`, as the one before, and none closer to these than one over the longest intrinsic time.
  package static func bounds(lowest: Double, highest: Double, maximumRate: Double, steps: Double) -> [Double]
  {
    let ratio = 6.0
    let resolution = 1 / (maximumRate * steps)
    let middle = 1 / maximumRate
    var bounds: [Double] = []
    func grow(from distance: Double, to end: Double) -> [Double] {
      var result: [Double] = []
      // Below the resolution nothing is told apart.
      var x = distance > resolution ? distance * ratio : resolution
      while x < end * 0.75 {
        result.append(x)
        x *= ratio
      }
      return result
    }
    bounds = grow(from: lowest, to: min(middle, highest))
    if highest > 1.25 * middle {
      if middle > lowest { bounds.append(middle) }
      let upper = grow(from: 2 / maximumRate - highest, to: min(middle, 2 / maximumRate - lowest))
      bounds += upper.reversed().map { 2 / maximumRate - $0 }
    }
    return bounds.filter { $0 > lowest && $0 < highest }
  }
}
