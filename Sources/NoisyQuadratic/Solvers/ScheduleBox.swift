/// A schedule as a point in a box: every rate and momentum divided by its limit, `1/h_max` where there is
/// none, rates and momenta by turns (S11).
struct ScheduleBox {
  /// What a coordinate is divided by.
  let scale: [Double]
  /// The upper limits in these units: 1, or infinite.
  let upper: [Double]
  private let controls: Int

  init(_ setup: SolverSetup, steps: Int) {
    let limits = setup.limits
    let rateScale =
      limits.scaledRate.isFinite ? limits.scaledRate : 1 / setup.problem.maximumCurvature
    let rateUpper = limits.scaledRate.isFinite ? 1 : Double.infinity
    controls = limits.usesMomentum ? 2 : 1
    let isPaired = controls == 2
    scale = (0..<steps).flatMap { _ in isPaired ? [rateScale, limits.momentum] : [rateScale] }
    upper = (0..<steps).flatMap { _ in isPaired ? [rateUpper, 1] : [rateUpper] }
  }

  func pack(_ outcome: SweepDescent.Outcome) -> [Double] {
    zip(interleaved(outcome.rates, outcome.momenta), scale).map { $0 / $1 }
  }

  /// The schedule of a point, moved into the box where rounding left it.
  func unpack(_ x: [Double]) -> SweepDescent.Outcome {
    let y = x.indices.map { i in
      // The limits themselves, to the last bit.
      x[i] <= 0 ? 0 : x[i] >= upper[i] ? scale[i] : x[i] * scale[i]
    }
    let steps = stride(from: 0, to: y.count, by: controls)
    return SweepDescent.Outcome(
      value: .nan, sweeps: 0, converged: false, rates: steps.map { y[$0] },
      momenta: steps.map { controls == 2 ? y[$0 + 1] : 0 })
  }

  /// The gradient in these units, and which variables have an effect at all.
  func derivatives(_ engine: SweepEngine) -> (gradient: [Double], hasEffect: [Bool]) {
    let (_, rates, momenta, effects) = engine.gradient()
    return (
      zip(interleaved(rates, momenta), scale).map { $0 * $1 },
      effects.flatMap { controls == 2 ? [true, $0] : [true] }
    )
  }

  /// A matrix of second derivatives in these units.
  func scaled(_ matrix: [Double]) -> [Double] {
    var result = matrix
    let n = scale.count
    for i in 0..<n {
      for j in 0..<n { result[i * n + j] *= scale[i] * scale[j] }
    }
    return result
  }

  /// The largest projected derivative (S11).
  func residual(_ x: [Double], _ gradient: [Double], _ hasEffect: [Bool]) -> Double {
    var largest = 0.0
    for i in x.indices where hasEffect[i] {
      let isHeld = isActive(i, x[i], gradient[i])
      if !isHeld { largest = max(largest, abs(gradient[i])) }
    }
    return largest
  }

  /// Whether a limit holds a variable that would rather move on.
  func isActive(_ i: Int, _ x: Double, _ slope: Double) -> Bool {
    (x <= 0 && slope >= 0) || (x >= upper[i] && slope <= 0)
  }

  private func interleaved(_ rates: [Double], _ momenta: [Double]) -> [Double] {
    controls == 1 ? rates : rates.indices.flatMap { [rates[$0], momenta[$0]] }
  }
}
