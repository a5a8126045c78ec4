import NoisyQuadratic

/// The columns of a ``RelaxationModel``: 1, the signal `((τ + τ₀)/τ*)^{−e}`, and the noise of every curvature of
/// a grid. The parameters are ln e, √(τ₀/τ*), p and d.
struct RelaxationDesign: CurveDesign {
  let curvatures: [Double]
  /// τ*, the largest intrinsic time of a loss.
  let timeScale: Double
  let peakRate: Double
  private let pieces: [RelaxationPieces]
  private let rowCount: Int

  /// δ/τ*.
  static let driftOffset = 0.05

  /// The number of curvatures.
  static let curvatureCount = 32
  /// The highest curvature, times the peak rate. Such noise follows the rate within a step.
  static let highestCurvature = 1e3

  init(_ curves: [TrainingCurve], lowestCurvature: Double) {
    let scales = CurveScales(curves)
    let low = lowestCurvature / scales.timeScale
    let ratio =
      Elementary.log(Self.highestCurvature / scales.peakRate / low) / Double(Self.curvatureCount - 1)
    let curvatures = (0..<Self.curvatureCount).map { low * Elementary.exp(ratio * Double($0)) }
    pieces = curves.map { RelaxationPieces($0, curvatures: curvatures, peakRate: scales.peakRate) }
    rowCount = curves.reduce(0) { $0 + $1.steps.count }
    self.curvatures = curvatures
    (timeScale, peakRate) = (scales.timeScale, scales.peakRate)
  }

  var columnCount: Int { curvatures.count + 2 }

  func columns(at parameters: [Double]) -> [Double] {
    let model = relaxation(parameters, weights: [])
    let count = curvatures.count
    var result = [Double](repeating: 1, count: rowCount * columnCount)
    var row = 0
    for curve in pieces {
      let noise = curve.noise(exponent: model.noiseExponent, drift: model.drift)
      for (i, time) in curve.times.enumerated() {
        result[rowCount + row] = model.signal.value(at: time)
        for j in 0..<count { result[(j + 2) * rowCount + row] = noise[i * count + j] }
        row += 1
      }
    }
    return result
  }

  /// The model with given parameters and weights of columns. Without weights, its signal has the amplitude 1
  /// and there is no noise.
  private func relaxation(_ parameters: [Double], weights: [Double]) -> RelaxationModel {
    let signal = PowerLawSignal(
      amplitude: weights.isEmpty ? 1 : weights[1], exponent: Elementary.exp(parameters[0]),
      offset: parameters[1] * parameters[1] * timeScale, timeScale: timeScale)
    let noise = zip(curvatures, weights.dropFirst(2)).filter { $1 > 0 }.map {
      NoiseComponent(curvature: $0, level: $1)
    }
    return RelaxationModel(
      asymptote: weights.first ?? 0, signal: signal, noise: noise, noiseExponent: parameters[2],
      driftExponent: parameters[3], driftOffset: Self.driftOffset * timeScale, peakRate: peakRate)
  }

  func model(_ parameters: [Double], weights: [Double]) -> CurveModel {
    .relaxation(relaxation(parameters, weights: weights))
  }

  /// The parameters ln e, √(τ₀/τ*), p and d.
  var parameters: [CurveParameter] {
    CurveParameter.signal + [
      CurveParameter(range: 0.05...2.5, starts: [0.6, 0.8, 1], prior: (0.75, 0.25)),
      CurveParameter(range: -1...2, starts: [0, 0.2, 0.4], prior: (0.2, 0.2)),
    ]
  }
}
