/// An interval of curvatures whose directions are replaced by the points of two Gauss rules (Q3).
///
/// One rule is for the signal, which is the remaining part of the initial moments. The other is for the
/// noise.
package struct CurvaturePanel: Sendable {
  /// The centre and half width, in scaled curvatures.
  package let center, halfWidth: Double
  /// The masses `½ Σ k m₀` and `½ Σ k c` over the directions of the panel.
  package let signal, noise: Double

  /// A Bernstein ellipse around the panel: the `z` with `|z − 1| + |z + 1| = ρ + 1/ρ`, relative to the centre
  /// and in units of the half width.
  package struct Ellipse {
    package let rho: Double
    /// The decay rate κ, the minimum of `x (2 − A x)` over the ellipse's real axis. On the ellipse,
    /// `|1 − αz|² ≤ e^{−ακ}` for `0 ≤ α ≤ A` (Q2).
    package let decay: Double
  }

  /// The parameters ρ of the ellipses, from slim to wide. A bound may use any of them.
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

  /// A bound on the signal on an ellipse, under rates whose sum lies between `shortest` and `longest`.
  package func signalBound(_ ellipse: Ellipse, shortest: Double, longest: Double) -> Double {
    let kappa = ellipse.decay
    return signal * Elementary.exp(-kappa * (kappa >= 0 ? shortest : longest))
  }

  /// A bound on the noise of all steps on an ellipse.
  ///
  /// The bound is on `Σ α_t² e^{−κτ_t}` times the noise mass, with `τ_t` the sum of the rates after step t.
  package func noiseBound(_ ellipse: Ellipse, maximumRate: Double, longest: Double) -> Double {
    let kappa = ellipse.decay
    let growth = Elementary.expm1(-kappa * longest)
    guard kappa != 0, growth != 0 else { return noise * maximumRate * longest }
    // The noise of a step enters at the near end of the step's interval of intrinsic time.
    return noise * maximumRate * (-growth / kappa) * Elementary.exp(max(kappa, 0) * maximumRate)
  }

  /// A bound on the error of a rule of `count` points, relative to the mass.
  ///
  /// The bound is for a function that is at most 1 in absolute value on the ellipse. It includes the defects
  /// of the computed rule for the degrees below `2 count`.
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

  /// The smallest number of points with an error of at most `budget` by one of the ellipses.
  ///
  /// `bound` gives the bound of the function on an ellipse. The result is `nil` if more than `most` points
  /// are needed.
  package static func count(_ ellipses: [Ellipse], budget: Double, most: Int, _ bound: (Ellipse) -> Double)
    -> Int?
  {
    var best = Double(most) + 1
    for ellipse in ellipses {
      let rho = ellipse.rho
      let needed = (Elementary.log(4 * bound(ellipse) / (budget * (rho - 1))) / Elementary.log(rho) + 1) / 2
      if needed < best { best = needed }
    }
    // If the bound is negligible compared with the budget, the logarithm is −∞.
    return best > Double(most) ? nil : Int(max(best.rounded(.up), 1))
  }

  /// The inner bounds of panels that cover `lowest ... highest`. They may include the middle `1/A`.
  ///
  /// Each bound is six times as far from curvature 0, or from the limit of stability `2/A`, as the bound
  /// before it. No bound is closer to these two than one over the longest intrinsic time.
  package static func bounds(lowest: Double, highest: Double, maximumRate: Double, steps: Double) -> [Double]
  {
    let ratio = 6.0
    let resolution = 1 / (maximumRate * steps)
    let middle = 1 / maximumRate
    var bounds: [Double] = []
    func grow(from distance: Double, to end: Double) -> [Double] {
      var result: [Double] = []
      // Curvatures below the resolution cannot be distinguished.
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
