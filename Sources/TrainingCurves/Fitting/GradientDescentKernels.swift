import NoisyQuadratic

/// The exact signal and noise of SGD at a curve's losses, for every curvature of a grid (T7).
///
/// With `r = α/α*` and `η = α* h`,
/// ```
/// f(t) = Π_{s<t} (1 − r_s η)²          k(t) = Σ_{s<t} r_s² Π_{s<q<t} (1 − r_q η)²
/// ```
struct GradientDescentKernels: Sendable {
  /// f for every curvature of the signal, and for every row of it.
  let signals: [[Double]]
  /// k for every curvature of the noise, and for every row of it.
  let noises: [[Double]]
  let rowCount: Int

  init(_ curve: TrainingCurve, _ grid: GradientDescentGrid) {
    let rates = curve.learningRates.prefix(curve.steps[curve.steps.count - 1])
      .map { $0 / grid.scales.peakRate }
    func rows(_ curvatures: [Double], start: Double, noise: Double) -> [[Double]] {
      curvatures.map { h in
        let eta = h * grid.scales.peakRate
        var (state, done) = (start, 0)
        return curve.steps.map { step in
          for r in rates[done..<step] {
            let u = 1 - r * eta
            state = u * u * state + noise * r * r
          }
          done = step
          return state
        }
      }
    }
    signals = rows(grid.signal, start: 1, noise: 0)
    noises = rows(grid.noise, start: 0, noise: 1)
    rowCount = curve.steps.count
  }
}
