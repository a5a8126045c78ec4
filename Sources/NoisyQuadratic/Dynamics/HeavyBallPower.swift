/// The closed form of k steps of heavy ball at constant rate and momentum in one direction (C2, C3).
///
/// With `g = α h`, one step maps `(θ, v)` by `A = [[1−g, μ], [−g, μ]]`. The powers of A follow from
/// `U_n = (λ₁ⁿ − λ₂ⁿ)/(λ₁ − λ₂)`. This type evaluates `U_n` without cancellation for real roots, for complex
/// roots, and for the double root, at which an eigenvector basis does not exist.
package struct HeavyBallPower: Sendable {
  /// A 2×2 matrix that acts on `(θ, v)`.
  package struct Matrix: Sendable {
    package var xx, xv, vx, vv: Double

    /// `M S Mᵀ` for the covariance `S`.
    package func conjugate(_ s: Covariance) -> Covariance {
      let (t1, t2) = (xx * s.p + xv * s.q, xx * s.q + xv * s.r)
      let (w1, w2) = (vx * s.p + vv * s.q, vx * s.q + vv * s.r)
      return Covariance(p: xx * t1 + xv * t2, q: vx * t1 + vv * t2, r: vx * w1 + vv * w2)
    }
  }

  /// The expectations p, q and r of `θ²`, `θ v` and `v²`.
  package struct Covariance: Sendable, Equatable {
    package var p, q, r: Double

    package static func + (a: Covariance, b: Covariance) -> Covariance {
      Covariance(p: a.p + b.p, q: a.q + b.q, r: a.r + b.r)
    }
  }

  private enum Roots {
    /// The roots are `λ₁ = sign · exp(logMagnitude)`, which is the larger in absolute value, and `λ₂ = ρ λ₁`.
    case real(
      sign: Double, logMagnitude: Double, logRatio: Double, oneMinusFirst: Double, oneMinusSecond: Double)
    /// The roots are `sign · √μ e^{±iω}`. The angle ω lies in [0, π/2], so that no digits are lost near
    /// either double root.
    case complex(sign: Double, omega: Double, sine: Double)
  }

  private let g, mu: Double
  private let roots: Roots

  /// - Parameters:
  ///   - g: `α h`, or `2(1 + μ) − α h` for the mirrored direction.
  ///   - mu: μ in (0, 1).
  package init(g: Double, mu: Double) {
    self.g = g
    self.mu = mu
    let trace = 1 + mu - g
    let root = mu.squareRoot()
    let below = (1 - mu) / (1 + root)
    let discriminant = (below * below - g) * ((1 + root) * (1 + root) - g)
    if discriminant < 0 {
      let s = (-discriminant).squareRoot()
      roots = .complex(
        sign: trace < 0 ? -1 : 1, omega: Elementary.atan2(s, abs(trace)), sine: s / (2 * root))
      return
    }
    let s = discriminant.squareRoot()
    let sign: Double = trace < 0 ? -1 : 1
    // The roots satisfy (1 − λ₁)(1 − λ₂) = g. The sum below has no cancellation for the root nearer to −∞.
    let far = (1 - mu + g + s) / 2
    let near = far > 0 ? g / far : 0
    let (oneMinusFirst, oneMinusSecond) = sign > 0 ? (near, far) : (far, near)
    let first = (trace + sign * s) / 2
    roots = .real(
      sign: sign,
      logMagnitude: sign > 0 ? Elementary.log1p(-oneMinusFirst) : Elementary.log(-first),
      logRatio: -2 * Elementary.atanh(min(s / abs(trace), 1)),
      oneMinusFirst: oneMinusFirst, oneMinusSecond: oneMinusSecond)
  }

  /// The power `Aᵏ` for k ≥ 1.
  package func power(_ k: Int) -> Matrix {
    let n = Double(k)
    switch roots {
    case .complex(let sign, let omega, let sine):
      let root = mu.squareRoot()
      let magnitude = (sign < 0 && k % 2 == 1 ? -1 : 1) * Elementary.exp(n / 2 * Elementary.log(mu))
      // U_k = μ^{k/2} sin(kω)/(√μ sin ω). Near the double root both sines vanish together.
      let sines = sine > 0 ? Elementary.sin(n * omega) / sine : n
      let u = sign * magnitude / root * sines
      let cosine = magnitude * Elementary.cos(n * omega)
      let x = (1 - mu - g) / 2
      // Use A^k = U_k A − μ U_{k−1} I with U_k cos ω √μ − μ U_{k−1} = μ^{k/2} cos kω.
      return Matrix(xx: cosine + x * u, xv: mu * u, vx: -g * u, vv: cosine - x * u)
    case .real(let sign, let logMagnitude, let logRatio, let oneMinusFirst, let oneMinusSecond):
      // This is (1 − ρⁿ)/(1 − ρ), which tends to n at the double root.
      func geometric(_ n: Double) -> Double {
        guard logRatio < 0 else { return n }
        guard logRatio > -.infinity else { return n > 0 ? 1 : 0 }
        return Elementary.expm1(n * logRatio) / Elementary.expm1(logRatio)
      }
      func ratioPower(_ n: Double) -> Double { n == 0 ? 1 : Elementary.exp(n * logRatio) }
      func firstPower(_ n: Double) -> Double {
        n == 0
          ? 1
          : (sign < 0 && !n.truncatingRemainder(dividingBy: 2).isZero ? -1 : 1)
            * Elementary.exp(n * logMagnitude)
      }
      let first = sign * Elementary.exp(logMagnitude)
      let u = firstPower(n - 1) * geometric(n)
      let phi = firstPower(n) * (ratioPower(n) + oneMinusSecond * geometric(n))
      // This is U_k − U_{k−1}.
      let difference =
        firstPower(n - 1) * (ratioPower(n - 1) - oneMinusFirst / first * geometric(n - 1))
      return Matrix(xx: phi, xv: mu * u, vx: -g * u, vv: mu * difference)
    }
  }

  /// The noise covariance after k ≥ 0 steps, divided by `α² c`.
  ///
  /// It is `Σ_{j<k} A^j b bᵀ A^jᵀ` with `b = (1, 1)`, computed by doubling. All added terms are positive
  /// semidefinite.
  /// Near `g = 2(1 + μ)` the sum is that of the mirrored direction, whose terms have no cancellation (C3).
  ///
  /// - Complexity: O(log k).
  package func noise(_ k: Int) -> Covariance {
    if g > 1 + mu, g < 4 * (1 + mu) {
      let mirrored = HeavyBallPower(g: (2 - g) + 2 * mu, mu: mu).noise(k)
      return Covariance(
        p: mirrored.p, q: 2 * mirrored.p - mirrored.q, r: 4 * (mirrored.p - mirrored.q) + mirrored.r)
    }
    var sum = Covariance(p: 0, q: 0, r: 0)
    guard k > 0 else { return sum }
    let one = Covariance(p: 1, q: 1, r: 1)
    let step = Matrix(xx: 1 - g, xv: mu, vx: -g, vv: mu)
    var n = 0
    for bit in (0..<(Int.bitWidth - k.leadingZeroBitCount)).reversed() {
      if n > 0 { sum = sum + power(n).conjugate(sum) }
      n *= 2
      if k >> bit & 1 == 1 {
        sum = step.conjugate(sum) + one
        n += 1
      }
    }
    return sum
  }
}
