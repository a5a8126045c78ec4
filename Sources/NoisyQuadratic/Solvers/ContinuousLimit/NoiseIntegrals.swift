/// `K(s) = ½ Σ n h c e^{−2hs}`, the cost of a unit of noise injected s before the end, with its integrals
/// `∫₀^s √K` and `∫₀^s K` (L1, L2).
struct NoiseIntegrals: Sendable {
  private let table: DecayTable
  private let maximumCurvature: Double
  /// The integrals at the nodes.
  private let roots, totals: [Double]

  init(_ table: DecayTable, maximumCurvature: Double) {
    self.table = table
    self.maximumCurvature = maximumCurvature
    var (roots, totals) = ([0.0], [0.0])
    for j in 1..<table.logarithms.count {
      let part = Self.integrate(table, maximumCurvature, from: j - 1, fraction: 1)
      roots.append(roots[j - 1] + part.root)
      totals.append(totals[j - 1] + part.total)
    }
    (self.roots, self.totals) = (roots, totals)
  }

  /// The distance s at x.
  func distance(_ x: Double) -> Double { Elementary.expm1(x) / (2 * maximumCurvature) }

  /// `∫√K` and `∫K` from the end of the run to x.
  func values(_ x: Double) -> (root: Double, total: Double) {
    let (j, fraction) = table.place(x)
    let part = Self.integrate(table, maximumCurvature, from: j, fraction: fraction)
    return (roots[j] + part.root, totals[j] + part.total)
  }

  /// `√K` at x.
  func root(_ x: Double) -> Double { Elementary.exp(0.5 * table.logarithm(x)) }

  /// `√K` at the distance for which `∫√K` is `value`.
  func root(atRootIntegral value: Double) -> Double {
    let above = partition(roots.count) { roots[$0] > value }
    var x = table.spacing * Double(above - 1)
    // As a function of s the integral is concave, so Newton steps that start on the left stay there.
    for _ in 0..<20 {
      let missing = value - values(x).root
      let step = Elementary.log1p(missing / root(x) * 2 * maximumCurvature * Elementary.exp(-x))
      guard step > 1e-13 * table.spacing else { break }
      x = min(x + step, table.end)
    }
    return root(x)
  }

  /// The division of the optimal plan with intrinsic time `x` into a capped beginning and a free end (L2).
  struct Split {
    /// The contribution of noise to the loss.
    var loss: Double
    /// `√λ`.
    var rootPrice: Double
    /// The distance, as x, beyond which the limit is active.
    var knee: Double
    /// Whether the limit is active nowhere.
    var isFree: Bool
  }

  /// The plan of least noise whose rates sum to the distance at x in `steps` steps. No rate exceeds `rateLimit`.
  func split(end x: Double, rateLimit: Double, steps: Double) -> Split {
    let whole = values(x)
    if whole.root <= rateLimit * steps * root(x) {
      let price = whole.root / steps
      return Split(loss: price * whole.root, rootPrice: price, knee: x, isFree: true)
    }
    // The number of steps grows with the distance beyond which the limit is active.
    let far = distance(x)
    func takesTooLong(_ knee: Double, _ integral: Double) -> Bool {
      integral / root(knee) + (far - distance(knee)) > rateLimit * steps
    }
    let above = partition(table.place(x).node + 1) { takesTooLong(table.spacing * Double($0), roots[$0]) }
    var lower = table.spacing * Double(max(above - 1, 0))
    var upper = above == 0 ? lower : min(lower + table.spacing, x)
    for _ in 0..<45 where lower < upper {
      let middle = (lower + upper) / 2
      if takesTooLong(middle, values(middle).root) { upper = middle } else { lower = middle }
    }
    let near = values(lower)
    let price = rateLimit * root(lower)
    return Split(
      loss: price * near.root + rateLimit * (whole.total - near.total), rootPrice: price, knee: lower,
      isFree: false
    )
  }

  /// The first index of `0 ..< count` for which `isAbove` holds; `count` if there is none. If it holds for an
  /// index, it must hold for all later ones.
  private func partition(_ count: Int, _ isAbove: (Int) -> Bool) -> Int {
    var (lower, upper) = (0, count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if isAbove(middle) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }

  /// `∫√K ds` and `∫K ds` over a fraction of an interval, by the three-point Gauss rule in x.
  private static func integrate(
    _ table: DecayTable, _ maximumCurvature: Double, from node: Int, fraction: Double
  ) -> (root: Double, total: Double) {
    let start = table.spacing * Double(node)
    let length = table.spacing * fraction
    var (root, total) = (0.0, 0.0)
    for (position, weight) in [(-0.774_596_669_241_483_4, 5.0), (0, 8), (0.774_596_669_241_483_4, 5)] {
      let x = start + length * (0.5 + 0.5 * position)
      let value = Elementary.exp(0.5 * table.logarithm(x))
      // ds = e^x/(2 h_max) dx.
      let measure = weight / 18 * length * Elementary.exp(x) / (2 * maximumCurvature)
      root += measure * value
      total += measure * value * value
    }
    return (root, total)
  }
}
