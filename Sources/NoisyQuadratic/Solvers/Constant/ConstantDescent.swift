/// Newton's method for a constant rate and momentum within their limits (C7).
struct ConstantDescent {
  let run: ConstantRun
  let maximumRate, maximumMomentum: Double
  let maximumSteps: Int
  /// A loss that is nothing but rounding.
  let negligible: Double

  /// The decrease, relative to the loss, that Newton's method may still promise at the end. It is a few tens
  /// of roundings.
  static let tolerance = 1e-14
  /// The relative rounding of losses. Below it, the gradient decides about a step. A loss after a million
  /// steps has this error.
  private static let rounding = 1e-10
  /// The first damping and its factors after a success and a failure. They are those of a damping that is off
  /// after five good steps, and steep enough to leave a failed step within ten trials.
  private static let (firstDamping, relief, increase) = (1e-3, 0.15, 6.0)
  /// The damping at which no step is left.
  private static let largestDamping = 1e10

  /// The local minimum below a point.
  func minimize(from start: ConstantPoint) -> ConstantPoint {
    var (alpha, mu) = (min(start.alpha, maximumRate), min(start.mu, maximumMomentum))
    var here = derivatives(alpha, mu)
    func result(_ converged: Bool) -> ConstantPoint {
      ConstantPoint(
        alpha: alpha, mu: mu, loss: here.value.isNaN ? .infinity : here.value, converged: converged)
    }
    var damping = Self.firstDamping
    for _ in 0..<maximumSteps {
      guard here.isFinite else { return result(false) }
      if here.value <= negligible { return result(true) }
      let free = free(here, alpha, mu)
      if !free.rate && !free.momentum { return result(true) }
      func step(_ damping: Double) -> (alpha: Double, mu: Double, decrease: Double)? {
        here.step(damping: damping, freeRate: free.rate, freeMomentum: free.momentum)
      }
      let promise = step(0)?.decrease
      if let promise, promise <= Self.tolerance * here.value { return result(true) }
      let isLast = promise.map { $0 <= Self.rounding * here.value } ?? false
      if isLast { damping = 0 }
      var moved = false
      while !moved, damping < Self.largestDamping {
        if let step = step(damping) {
          let (a, m) = (
            min(max(alpha + step.alpha, 0), maximumRate), min(max(mu + step.mu, 0), maximumMomentum)
          )
          let there = derivatives(a, m)
          moved = there.isFinite && there.value < here.value
          if !moved, isLast, let promise, there.isFinite {
            // The loss is as low as it gets to rounding, and the gradient still has correct digits.
            let free = self.free(there, a, m)
            let rest = there.step(damping: 0, freeRate: free.rate, freeMomentum: free.momentum)?.decrease
            guard let rest, rest < 0.25 * promise, there.value <= here.value * (1 + Self.rounding) else {
              return result(promise <= Self.rounding * here.value)
            }
            moved = true
          }
          if moved { (alpha, mu, here) = (a, m, there) }
        }
        if !moved { damping = max(Self.increase * damping, 1e-9) }
      }
      if !moved { return result(false) }
      damping *= Self.relief
    }
    return result(false)
  }

  private func derivatives(_ alpha: Double, _ mu: Double) -> ConstantDerivatives {
    run.derivatives(alpha, mu, holdsMomentum: maximumMomentum == 0)
  }

  /// The variables that may move and have an effect.
  private func free(
    _ here: ConstantDerivatives, _ alpha: Double, _ mu: Double
  ) -> (rate: Bool, momentum: Bool) {
    func isFree(_ x: Double, _ limit: Double, _ slope: Double, _ curvature: Double) -> Bool {
      !(x <= 0 && slope >= 0) && !(x >= limit && slope <= 0) && curvature != 0
    }
    return (isFree(alpha, maximumRate, here.a, here.aa), isFree(mu, maximumMomentum, here.m, here.mm))
  }
}
