/// An objective as a function of a constant rate α and momentum μ: its value, and its derivatives by α and μ
/// (C6).
package struct ConstantDerivatives: Sendable, Equatable {
  package let value, a, m, aa, am, mm: Double

  var isFinite: Bool { (value + a + m + aa + am + mm).isFinite }

  /// The Newton step on the free variables, with `damping · |diagonal|` added to the Hessian, and the decrease
  /// that the undamped model predicts; `nil` if the damped Hessian is not positive definite.
  func step(
    damping: Double, freeRate: Bool, freeMomentum: Bool
  ) -> (alpha: Double, mu: Double, decrease: Double)? {
    // In units of the diagonal the matrix is (±1 + damping, c; c, ±1 + damping).
    let (da, dm) = (abs(aa).squareRoot(), abs(mm).squareRoot())
    let (sa, sm) = (aa < 0 ? -1 : 1, mm < 0 ? -1 : 1) as (Double, Double)
    let (ga, gm) = (freeRate ? a / da : 0, freeMomentum ? m / dm : 0)
    let c = freeRate && freeMomentum ? am / da / dm : 0
    let (pa, pm) = (freeRate ? sa + damping : 1, freeMomentum ? sm + damping : 1)
    let determinant = pa * pm - c * c
    guard pa > 0, pm > 0, determinant > 1e-14 * pa * pm else { return nil }
    let (xa, xm) = ((c * gm - pm * ga) / determinant, (c * ga - pa * gm) / determinant)
    let decrease = -(ga * xa + gm * xm) - 0.5 * (sa * xa * xa + 2 * c * xa * xm + sm * xm * xm)
    return (freeRate ? xa / da : 0, freeMomentum ? xm / dm : 0, decrease)
  }
}
