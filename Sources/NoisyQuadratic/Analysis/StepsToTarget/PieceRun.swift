/// The final loss of a piecewise constant schedule, in closed form, with its gradient and Hessian by the pieces'
/// rates (Y3).
///
/// A value takes O(k d) for k pieces, however long they are; the Hessian O(k² d).
struct PieceRun {
  let lengths: [Int]
  private let problem: NormalizedProblem

  init(_ problem: NormalizedProblem, lengths: [Int]) {
    self.problem = problem
    self.lengths = lengths
  }

  /// The factor B of the second moment and the factor N of the noise of one piece, with derivatives by its rate.
  struct Factors {
    var b, db, ddb, n, dn, ddn: Double

    /// - Parameters:
    ///   - alpha: the rate α ≥ 0.
    ///   - h: the curvature, positive.
    ///   - steps: the number K of steps.
    init(alpha: Double, curvature h: Double, steps: Int) {
      guard steps > 0 else {
        (b, db, ddb, n, dn, ddn) = (1, 0, 0, 0, 0, 0)
        return
      }
      let (g, k) = (alpha * h, Double(steps))
      let u = 1 - g
      // 1 − B, without cancellation near g = 0 and near g = 2.
      let lost: Double
      if u == 0 {
        lost = 1
        (b, db, ddb) = (0, 0, steps == 1 ? 2 : 0)
      } else {
        lost = -Elementary.expm1(2 * k * (g < 1 ? Elementary.log1p(-g) : Elementary.log1p(g - 2)))
        b = 1 - lost
        db = -2 * k * (b / u)
        ddb = 2 * k * (2 * k - 1) * (b / u / u)
      }
      let e = g * (2 - g)
      if k * abs(e) > Self.small {
        let other = 2 - g
        let q = g / other
        let (dq, ddq) = (2 / (other * other), 4 / (other * other * other))
        n = q * lost
        dn = dq * lost - q * db
        ddn = ddq * lost - 2 * dq * db - q * ddb
      } else {
        // Σ_{j<K} (1 − e)^j = Σ_m (−e)^m C(K, m + 1), which converges fast here.
        var (s, ds, dds) = (0.0, 0.0, 0.0)
        var binomial = k
        var (power, slope, bend) = (1.0, 0.0, 0.0)
        for m in 0..<8 {
          s += binomial * power
          ds += binomial * slope
          dds += binomial * bend
          bend = -e * bend - 2 * slope
          slope = -e * slope - power
          power *= -e
          binomial *= (k - Double(m) - 1) / Double(m + 2)
        }
        let de = 2 - 2 * g
        let (sg, sgg) = (ds * de, dds * de * de - 2 * ds)
        n = g * g * s
        dn = 2 * g * s + g * g * sg
        ddn = 2 * s + 4 * g * sg + g * g * sgg
      }
      // From g to α, and from α² c h² to c.
      db *= h
      ddb *= h * h
      n /= h * h
      dn /= h
    }

    /// The `K g (2 − g)` below which a series replaces the closed form.
    private static let small = 0.02
  }

  /// The loss and, if asked for, its derivatives.
  func evaluate(_ rates: [Double], derivatives: Bool = true) -> (
    loss: Double, gradient: [Double], hessian: LowerTriangle
  ) {
    let (k, d) = (lengths.count, problem.dimension)
    let (h, c, weight) = (problem.curvature, problem.noise, problem.weight)
    var moment = problem.secondMoment
    var factors: [Factors] = []
    factors.reserveCapacity(derivatives ? k * d : 0)
    // The slope and bend of every piece's own moments, then its ratio d ln B.
    var slopes = [Double](repeating: 0, count: derivatives ? k * d : 0)
    var bends = slopes
    var ratios = slopes
    for j in 0..<k {
      for i in 0..<d {
        let f = Factors(alpha: rates[j], curvature: h[i], steps: lengths[j])
        if derivatives {
          factors.append(f)
          let u = 1 - rates[j] * h[i]
          slopes[j * d + i] = f.db * moment[i] + f.dn * c[i]
          bends[j * d + i] = f.ddb * moment[i] + f.ddn * c[i]
          ratios[j * d + i] = u == 0 ? 0 : -2 * Double(lengths[j]) * h[i] / u
        }
        moment[i] = f.b * moment[i] + f.n * c[i]
      }
    }
    var loss = 0.0
    for i in 0..<d { loss += 0.5 * weight[i] * moment[i] }
    guard derivatives else { return (loss, [], LowerTriangle([], order: 0)) }
    var gradient = [Double](repeating: 0, count: k)
    var hessian = [Double](repeating: 0, count: k * k)
    var costate = weight.map { 0.5 * $0 }
    for j in (0..<k).reversed() {
      var (slope, bend) = (0.0, 0.0)
      for i in 0..<d {
        slopes[j * d + i] *= costate[i]
        slope += slopes[j * d + i]
        bend += bends[j * d + i] * costate[i]
        costate[i] *= factors[j * d + i].b
      }
      gradient[j] = slope
      hessian[j * k + j] = bend
      // A later rate scales what this one adds.
      for l in j + 1..<max(k, j + 1) {
        var sum = 0.0
        for i in 0..<d { sum += slopes[j * d + i] * ratios[l * d + i] }
        hessian[l * k + j] = sum
      }
    }
    return (loss, gradient, LowerTriangle(hessian, order: k))
  }
}
