/// The power of the steps left with which a rate decays.
public enum DecayFit {
  /// The slope of `ln α` against `ln(1 − t/T)` by least squares, over the middle nine tenths of a run.
  ///
  /// - Parameter rate: the rate at a fraction t/T of the run, from 0.05 to 0.95.
  /// - Returns: the exponent p of `α ∝ (1 − t/T)^p`; not finite if a rate is not positive.
  public static func exponent(_ rate: (_ fraction: Double) -> Double) -> Double {
    let points = (0...180).map { i -> (x: Double, y: Double) in
      let fraction = 0.05 + 0.005 * Double(i)
      return (Elementary.log(1 - fraction), Elementary.log(rate(fraction)))
    }
    let count = Double(points.count)
    let (mx, my) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    return points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) }
      / points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
  }
}
