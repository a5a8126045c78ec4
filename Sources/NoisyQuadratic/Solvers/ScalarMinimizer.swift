/// One-dimensional minimization without derivatives, by Brent's combination of golden section and
/// parabolic interpolation.
enum ScalarMinimizer {
  /// A local minimum of `f` on `[lower, upper]`, given a first guess inside; endpoints are not evaluated.
  ///
  /// `tolerance` is the absolute accuracy in x.
  static func brent(
    _ f: (Double) -> Double, lower: Double, upper: Double, guess: Double, tolerance: Double
  ) -> (x: Double, value: Double) {
    let golden = 0.381_966_011_250_105_1
    var (a, b) = (lower, upper)
    var x = min(max(guess, a), b)
    var (w, v) = (x, x)
    var fx = f(x)
    var (fw, fv) = (fx, fx)
    var (step, previous) = (0.0, 0.0)
    for _ in 0..<200 {
      let middle = (a + b) / 2
      let tol = tolerance + 1e-15 * abs(x)
      if abs(x - middle) <= 2 * tol - (b - a) / 2 { break }
      var useGolden = true
      if abs(previous) > tol {
        // Parabola through x, w, v.
        let r = (x - w) * (fx - fv)
        var q = (x - v) * (fx - fw)
        var p = (x - v) * q - (x - w) * r
        q = 2 * (q - r)
        if q > 0 { p = -p } else { q = -q }
        let last = previous
        previous = step
        if abs(p) < abs(0.5 * q * last), p > q * (a - x), p < q * (b - x) {
          step = p / q
          let u = x + step
          if u - a < 2 * tol || b - u < 2 * tol { step = x < middle ? tol : -tol }
          useGolden = false
        }
      }
      if useGolden {
        previous = x < middle ? b - x : a - x
        step = golden * previous
      }
      let u = abs(step) >= tol ? x + step : x + (step > 0 ? tol : -tol)
      let fu = f(u)
      if fu <= fx {
        if u < x { b = x } else { a = x }
        (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
      } else {
        if u < x { a = u } else { b = u }
        if fu <= fw || w == x {
          (v, fv, w, fw) = (w, fw, u, fu)
        } else if fu <= fv || v == x || v == w {
          (v, fv) = (u, fu)
        }
      }
    }
    return (x, fx)
  }

  /// The lowest minimum of `f` that a scan of `points` (ascending, at least one) finds, refined between
  /// the neighbours of the best point; the first and last point are candidates themselves.
  static func scan(
    _ f: (Double) -> Double, points: [Double], tolerance: Double
  ) -> (x: Double, value: Double) {
    let values = points.map(f)
    var best = 0
    for i in points.indices where values[i] < values[best] || !values[best].isFinite { best = i }
    let coarse = (points[best], values[best])
    guard points.count > 1 else { return coarse }
    let lower = points[max(best - 1, 0)]
    let upper = points[min(best + 1, points.count - 1)]
    // A best point at the end of the range gives no interior guess.
    let guess = best == 0 || best == points.count - 1 ? (lower + upper) / 2 : points[best]
    let fine = brent(f, lower: lower, upper: upper, guess: guess, tolerance: tolerance)
    return fine.value < coarse.1 ? fine : coarse
  }
}
