import NoisyQuadratic

/// The columns of a ``RelaxationModel``: 1, the signal `((τ + τ₀)/τ*)^{−e}`, and the noise of every curvature of
/// a grid. The parameters are ln e, √(τ₀/τ*), p and d (T1, T2).
struct RelaxationDesign: CurveDesign {
  private let grid: RelaxationGrid
  private let pieces: [RelaxationPieces]
  private let rowCount: Int

  init(_ pieces: [RelaxationPieces], _ grid: RelaxationGrid) {
    (self.pieces, self.grid) = (pieces, grid)
    rowCount = pieces.reduce(0) { $0 + $1.times.count }
  }

  var columnCount: Int { grid.curvatures.count + 2 }

  func columns(at parameters: [Double]) -> [Double] {
    let model = relaxation(parameters, weights: [])
    let count = grid.curvatures.count
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

  /// Second differences of the noise's levels.
  var roughness: [[Double]] {
    (1..<grid.curvatures.count - 1).map { j in
      var row = [Double](repeating: 0, count: columnCount)
      (row[j + 1], row[j + 2], row[j + 3]) = (1, -2, 1)
      return row
    }
  }

  /// The model with given parameters and weights of columns. Without weights, its signal has the amplitude 1
  /// and there is no noise.
  private func relaxation(_ parameters: [Double], weights: [Double]) -> RelaxationModel {
    let timeScale = grid.scales.timeScale
    let signal = PowerLawSignal(
      amplitude: weights.isEmpty ? 1 : weights[1], exponent: Elementary.exp(parameters[0]),
      offset: parameters[1] * parameters[1] * timeScale, timeScale: timeScale)
    let noise = zip(grid.curvatures, weights.dropFirst(2)).filter { $1 > 0 }.map {
      NoiseComponent(curvature: $0, level: $1)
    }
    return RelaxationModel(
      asymptote: weights.first ?? 0, signal: signal, noise: noise, noiseExponent: parameters[2],
      driftExponent: parameters[3], driftOffset: RelaxationGrid.driftOffset * timeScale,
      peakRate: grid.scales.peakRate)
  }

  func model(_ parameters: [Double], weights: [Double]) -> CurveModel {
    .relaxation(relaxation(parameters, weights: weights))
  }

  /// The parameters ln e, √(τ₀/τ*), p and d.
  var parameters: [CurveParameter] {
    [
      CurveParameter(
        range: Elementary.log(0.02)...Elementary.log(4), starts: [0.3, 0.6, 1].map(Elementary.log)),
      // At τ₀ = 0 the signal would be infinite at the start.
      CurveParameter(range: 0.01...3, starts: [0.055]),
      CurveParameter(range: 0.05...2.5, starts: [0.6, 0.8, 1], prior: (0.75, 0.25)),
      CurveParameter(range: -1...2, starts: [0, 0.2, 0.4], prior: (0.2, 0.2)),
    ]
  }
}
