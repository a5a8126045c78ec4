/// One-dimensional minimization without derivatives, by Brent's combination of golden section and
/// parabolic interpolation.
package enum ScalarMinimizer {
  /// A point, the value there, and whether the searches reached their tolerance before their limit of steps.
  package typealias Minimum = (x: Double, value: Double, converged: Bool)

  /// The default limit on the steps of a search. Halving any interval of doubles down to its tolerance takes
  /// fewer steps.
  package static let maximumSteps = 200

  /// A local minimum of `f` on `[lower, upper]`, from a first guess inside the interval.
  ///
  /// The search does not evaluate the endpoints. `tolerance` is the absolute accuracy in x.
  package static func brent(
    _ f: (Double) -> Double, lower: Double, upper: Double, guess: Double, tolerance: Double,
    maximumSteps: Int = maximumSteps
  ) -> Minimum {
    let golden = 0.381_966_011_250_105_1
    var (a, b) = (lower, upper)
    var x = min(max(guess, a), b)
    var (w, v) = (x, x)
    var fx = f(x)
    var (fw, fv) = (fx, fx)
    var (step, previous) = (0.0, 0.0)
    for _ in 0..<maximumSteps {
      let middle = (a + b) / 2
      let tol = tolerance + 1e-15 * abs(x)
      if abs(x - middle) <= 2 * tol - (b - a) / 2 { return (x, fx, true) }
      var useGolden = true
      if abs(previous) > tol {
        // Fit a parabola through x, w and v.
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
    return (x, fx, false)
  }

  /// The lowest minimum of `f` that a scan of `points` finds.
  ///
  /// `points` are ascending, and there is at least one. Every point that is lower than its neighbours is
  /// refined between them. The points themselves are candidates too.
  package static func scan(
    _ f: (Double) -> Double, points: [Double], tolerance: Double, maximumSteps: Int = maximumSteps
  ) -> Minimum {
    let values = points.map(f)
    var best = (x: points[0], value: values[0])
    var converged = true
    func consider(_ x: Double, _ value: Double) {
      if value < best.value || best.value.isNaN { best = (x, value) }
    }
    let last = points.count - 1
    for i in points.indices {
      consider(points[i], values[i])
      guard last > 0, values[i].isFinite else { continue }
      let isLowest = (i == 0 || values[i] <= values[i - 1]) && (i == last || values[i] < values[i + 1])
      guard isLowest else { continue }
      let (lower, upper) = (points[max(i - 1, 0)], points[min(i + 1, last)])
      // A point at the end of the range gives no interior guess.
      let guess = i == 0 || i == last ? (lower + upper) / 2 : points[i]
      let fine = brent(
        f, lower: lower, upper: upper, guess: guess, tolerance: tolerance, maximumSteps: maximumSteps)
      consider(fine.x, fine.value)
      converged = converged && fine.converged
    }
    return (best.x, best.value, converged)
  }
}
