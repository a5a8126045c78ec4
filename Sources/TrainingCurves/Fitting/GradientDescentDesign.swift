import NoisyQuadratic

/// The columns of a ``GradientDescentModel``: 1, a power-law signal, and the noise of every curvature of a grid,
/// with the exact dynamics of SGD (T7).
///
/// The signal's weights are `x^e e^{−x x₀}` in every interval of ln x, x = 2hτ*, for x above a cut. Without the
/// cut they are those of `(τ/τ* + x₀)^{−e}`. With it, e may be 0 or negative, so that starts with equal moments
/// and problems of few directions are of this form. The parameters are e, ln x₀ and the cut's logarithm.
struct GradientDescentDesign: CurveDesign {
  private let grid: GradientDescentGrid
  private let curves: [GradientDescentKernels]
  private let rowCount: Int

  init(_ curves: [GradientDescentKernels], _ grid: GradientDescentGrid) {
    (self.curves, self.grid) = (curves, grid)
    rowCount = curves.reduce(0) { $0 + $1.rowCount }
  }

  var columnCount: Int { 2 + grid.noise.count }

  /// The signal's weights, which sum to 1.
  private func signalWeights(_ parameters: [Double]) -> [Double] {
    let logs = grid.signal.map { Elementary.log(2 * $0 * grid.scales.timeScale) }
    // The cut is smooth over about a cell, so that the fit has derivatives by it.
    let width = (logs[1] - logs[0]) / 4
    let offset = Elementary.exp(parameters[1])
    let exponents = logs.map { parameters[0] * $0 - Elementary.exp($0) * offset }
    let largest = exponents.max() ?? 0
    let weights = zip(logs, exponents).map {
      Elementary.exp($1 - largest) / (1 + Elementary.exp(min((parameters[2] - $0) / width, 700)))
    }
    let sum = Elementary.sum(weights)
    return weights.map { sum > 0 ? $0 / sum : 0 }
  }

  func columns(at parameters: [Double]) -> [Double] {
    var result = [Double](repeating: 1, count: rowCount)
    var signal = [Double](repeating: 0, count: rowCount)
    for (j, weight) in signalWeights(parameters).enumerated() where weight > 0 {
      var row = 0
      for curve in curves {
        for value in curve.signals[j] {
          signal[row] = signal[row].addingProduct(weight, value)
          row += 1
        }
      }
    }
    result += signal
    for j in grid.noise.indices {
      for curve in curves { result += curve.noises[j] }
    }
    return result
  }

  /// Second differences of the noise's levels at the peak rate, `b/(η(2 − η))`.
  var roughness: [[Double]] {
    let levels = grid.noise.map { h in
      let eta = h * grid.scales.peakRate
      return 1 / (eta * (2 - eta))
    }
    return (1..<grid.noise.count - 1).map { j in
      var row = [Double](repeating: 0, count: columnCount)
      (row[j + 1], row[j + 2], row[j + 3]) = (levels[j - 1], -2 * levels[j], levels[j + 1])
      return row
    }
  }

  func model(_ parameters: [Double], weights: [Double]) throws(NoisyQuadraticError) -> CurveModel {
    let peak = grid.scales.peakRate
    var directions = zip(grid.signal, signalWeights(parameters)).map {
      (curvature: $0, noise: 0.0, moment: 2 * weights[1] * $1 / $0)
    }
    for (h, level) in zip(grid.noise, weights.dropFirst(2)) {
      directions.append((h, 2 * level / (h * peak * peak), 0))
    }
    directions = directions.filter { $0.noise > 0 || $0.moment > 0 }
    // A model has a direction, even if nothing happens in it.
    if directions.isEmpty { directions = [(grid.noise[0], 0, 0)] }
    let quadratic = try NoisyQuadraticModel(
      curvature: directions.map(\.curvature), gradientNoise: directions.map(\.noise),
      initialSecondMoment: directions.map(\.moment))
    return .gradientDescent(GradientDescentModel(asymptote: weights[0], quadratic: quadratic))
  }

  var parameters: [CurveParameter] {
    func log(_ values: [Double]) -> [Double] { values.map(Elementary.log) }
    return [
      CurveParameter(range: -1...4, starts: [-0.3, 0.2, 0.7, 1.5]),
      CurveParameter(range: Elementary.log(1e-5)...Elementary.log(3), starts: log([1e-4, 1e-3, 1e-2])),
      CurveParameter(
        range: Elementary.log(2e-4)...Elementary.log(1000), starts: log([3e-4, 0.3, 3, 30])),
    ]
  }
}
