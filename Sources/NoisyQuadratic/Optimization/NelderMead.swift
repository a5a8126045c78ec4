/// Minimization in the unit square without derivatives, by the simplex method of Nelder and Mead.
enum NelderMead {
  /// A point and the value of the function there.
  struct Point {
    var x, y, value: Double
    /// Whether a search that ended here reached its tolerance before its limit of steps.
    var converged = false
  }

  /// The default limit on the steps of a search.
  static let maximumSteps = 200

  /// A local minimum of `f` on [0, 1]², from a simplex of the given size at `start`.
  ///
  /// Trial points are moved into the square. The search stops when the simplex is smaller than `tolerance`,
  /// or when it is smaller than 1e-6 and its values are equal to rounding, or after `maximumSteps`.
  static func minimize(
    _ f: (Double, Double) -> Double, from start: (x: Double, y: Double), size: (x: Double, y: Double),
    tolerance: Double, maximumSteps: Int = maximumSteps
  ) -> Point {
    func evaluate(_ x: Double, _ y: Double) -> Point {
      let (x, y) = (min(max(x, 0), 1), min(max(y, 0), 1))
      let value = f(x, y)
      return Point(x: x, y: y, value: value.isNaN ? .infinity : value)
    }
    let first = evaluate(start.x, start.y)
    // The simplex extends away from the nearer border, so that it is not flat.
    let (dx, dy) = (first.x > 0.5 ? -size.x : size.x, first.y > 0.5 ? -size.y : size.y)
    var simplex = [first, evaluate(first.x + dx, first.y), evaluate(first.x, first.y + dy)]
    var converged = false
    for _ in 0..<maximumSteps {
      simplex.sort { $0.value < $1.value }
      let (low, middle, high) = (simplex[0], simplex[1], simplex[2])
      let extent = [high, middle].map { max(abs($0.x - low.x), abs($0.y - low.y)) }.max() ?? 0
      if extent < tolerance || (extent < 1e-6 && high.value - low.value <= 1e-15 * abs(low.value)) {
        converged = true
        break
      }
      let (cx, cy) = ((low.x + middle.x) / 2, (low.y + middle.y) / 2)
      func along(_ t: Double) -> Point { evaluate(cx + t * (high.x - cx), cy + t * (high.y - cy)) }
      let reflected = along(-1)
      if reflected.value < low.value {
        let expanded = along(-2)
        simplex[2] = expanded.value < reflected.value ? expanded : reflected
      } else if reflected.value < middle.value {
        simplex[2] = reflected
      } else {
        let contracted = along(reflected.value < high.value ? -0.5 : 0.5)
        if contracted.value < min(high.value, reflected.value) {
          simplex[2] = contracted
        } else {
          for i in 1...2 {
            simplex[i] = evaluate((simplex[i].x + low.x) / 2, (simplex[i].y + low.y) / 2)
          }
        }
      }
    }
    var best = simplex.min { $0.value < $1.value } ?? first
    best.converged = converged
    return best
  }
}
