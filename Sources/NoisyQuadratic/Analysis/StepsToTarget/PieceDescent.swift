/// Newton's method for the rates of a piecewise constant schedule within their limit (Y4).
///
/// Every step minimizes the quadratic model of the loss over the box, with negative curvatures turned upwards, and with
/// a multiple of the Hessian's diagonal added while the model promises much more than it keeps. The loss never rises.
struct PieceDescent {
  let run: PieceRun
  let maximumRate: Double

  /// The relative decrease that a step may still promise at the end. It is some hundred roundings of a loss.
  private static let tolerance = 1e-13
  private static let mostSteps = 100

  /// The local minimum below a schedule.
  func minimize(from start: [Double]) -> (rates: [Double], loss: Double) {
    var rates = start.map { min(max($0, 0), maximumRate) }
    var (loss, gradient, hessian) = run.evaluate(rates)
    var damping = 0.0
    for _ in 0..<Self.mostSteps {
      let model = BoundedQuadraticModel(
        matrix: hessian, gradient: gradient, lower: rates.map { -$0 }, upper: rates.map { maximumRate - $0 },
        hasEffect: run.lengths.map { $0 > 0 })
      var convex = model
      var next: [Double]?
      while damping < 1e6 {
        var found = convex.minimize(damping: damping)
        if found == nil, let lifted = model.convexified() {
          convex = lifted
          found = convex.minimize(damping: damping)
        }
        if let (move, decrease) = found {
          if decrease <= Self.tolerance * loss { return (rates, loss) }
          let trial = zip(rates, move).map { min(max($0 + $1, 0), maximumRate) }
          let gain = loss - run.evaluate(trial, derivatives: false).loss
          if gain > 0.1 * decrease {
            if gain > 0.75 * decrease { damping = damping > 1e-8 ? damping / 10 : 0 }
            next = trial
            break
          }
          // The rest of the gain drowns in rounding.
          if decrease <= 1e-11 * loss { return (rates, loss) }
        }
        damping = max(10 * damping, 1e-5)
      }
      guard let next else { break }
      rates = next
      (loss, gradient, hessian) = run.evaluate(rates)
    }
    return (rates, loss)
  }
}
