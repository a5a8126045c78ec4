import NoisyQuadratic

/// The scales of a set of curves.
struct CurveScales: Sendable {
  /// α*, the largest rate.
  let peakRate: Double
  /// τ*, the largest sum of rates before a loss.
  let timeScale: Double
  /// The mean loss.
  let meanLoss: Double

  init(_ curves: [TrainingCurve]) {
    peakRate = curves.reduce(0) { max($0, $1.peakRate) }
    timeScale = curves.reduce(0) {
      max($0, Elementary.sum($1.learningRates.prefix($1.steps[$1.steps.count - 1])))
    }
    let losses = curves.flatMap(\.losses)
    meanLoss = Elementary.sum(losses) / Double(losses.count)
  }

  /// The weights `(τ/τ*)^power` of the losses of a curve.
  func weights(_ curve: TrainingCurve, power: Double) -> [Double] {
    weights(under: curve.learningRates, at: curve.steps, power: power)
  }

  /// The weights `(τ/τ*)^power` after given numbers of updates under given rates, 1 beyond τ*.
  func weights(under rates: [Double], at steps: [Int], power: Double) -> [Double] {
    var (time, done) = (0.0, 0)
    return steps.map { step in
      time += Elementary.sum(rates[done..<step])
      done = step
      return power == 0 ? 1 : Elementary.pow(min(time / timeScale, 1), power)
    }
  }

  /// Numbers with equal ratios.
  static func grid(from low: Double, to high: Double, count: Int) -> [Double] {
    let length = Elementary.log(high / low)
    return (0..<count).map { high * Elementary.exp(length * (Double($0) / Double(count - 1) - 1)) }
  }
}
