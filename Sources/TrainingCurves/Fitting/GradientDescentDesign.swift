import NoisyQuadratic

/// The columns of a ``GradientDescentModel``: 1, the signal, and the noise of every curvature of a grid, with the
/// exact dynamics of SGD (T1).
///
/// The signal is a power law, with the parameters ln e and √(τ₀/τ*), or it has a free weight for every
/// curvature, and no parameters.
struct GradientDescentDesign: CurveDesign {
  /// The form of the signal.
  enum Signal: Sendable, Equatable {
    case powerLaw
    case free
  }

  let signal: Signal
  let curvatures: [Double]
  /// The curvatures of the power law's quadrature, which reach far below those that the curves tell apart.
  let signalCurvatures: [Double]
  let timeScale: Double
  private let rowCount: Int
  /// The signals of the curvatures at all rows, by columns.
  private let signals: [Double]
  /// The noise of the curvatures at all rows, by columns.
  private let noises: [Double]

  init(_ curves: [TrainingCurve], signal: Signal, lowestCurvature: Double) {
    let scales = CurveScales(curves)
    let top = 1 / scales.peakRate
    let low = min(lowestCurvature / scales.timeScale, top / 2)
    func grid(_ low: Double, perFactorE density: Double) -> [Double] {
      let length = Elementary.log(top / low)
      let count = max(2, Int((length * density).rounded(.up)))
      return (0...count).map { top * Elementary.exp(length * (Double($0) / Double(count) - 1)) }
    }
    // Above 1/α* a direction overshoots. Only large rates have such directions.
    let fast = [1.4 * top, 1.8 * top]
    curvatures = grid(low, perFactorE: 2) + fast
    signalCurvatures = signal == .powerLaw ? grid(1e-6 / scales.timeScale, perFactorE: 2) : curvatures
    timeScale = scales.timeScale
    rowCount = curves.reduce(0) { $0 + $1.steps.count }
    self.signal = signal
    let rows = rowCount
    func columns(_ curvatures: [Double], _ start: Double, _ noise: Double) -> [Double] {
      var result = [Double](repeating: 0, count: rows * curvatures.count)
      for (j, h) in curvatures.enumerated() {
        var row = j * rows
        for curve in curves {
          var (state, done) = (start, 0)
          for step in curve.steps {
            for t in done..<step {
              let rate = curve.learningRates[t]
              let u = 1 - rate * h
              state = u * u * state + noise * rate * rate
            }
            done = step
            result[row] = state
            row += 1
          }
        }
      }
      return result
    }
    signals = columns(signalCurvatures, 1, 0)
    noises = columns(curvatures, 0, 1)
  }

  var columnCount: Int { 1 + (signal == .powerLaw ? 1 : signalCurvatures.count) + curvatures.count }

  /// The quadrature weights of `((τ + τ₀)/τ*)^{−e} = τ*^e/Γ(e) ∫ x^e e^{−x(τ+τ₀)} d ln x`, x = 2h, up to a
  /// factor that makes the signal 1 at the time τ*.
  private func signalWeights(_ parameters: [Double]) -> [Double] {
    let (exponent, offset) = (Elementary.exp(parameters[0]), parameters[1] * parameters[1] * timeScale)
    let weights = signalCurvatures.map {
      Elementary.pow(2 * $0 * timeScale, exponent) * Elementary.exp(-2 * $0 * offset)
    }
    let size = zip(weights, signalCurvatures).reduce(0) {
      $0 + $1.0 * Elementary.exp(-2 * $1.1 * timeScale)
    }
    return weights.map { $0 / size }
  }

  func columns(at parameters: [Double]) -> [Double] {
    var result = [Double](repeating: 1, count: rowCount)
    switch signal {
    case .free: result += signals
    case .powerLaw:
      var sum = [Double](repeating: 0, count: rowCount)
      for (j, weight) in signalWeights(parameters).enumerated() where weight > 1e-300 {
        for i in 0..<rowCount { sum[i] = sum[i].addingProduct(weight, signals[j * rowCount + i]) }
      }
      result += sum
    }
    return result + noises
  }

  func model(_ parameters: [Double], weights: [Double]) throws(NoisyQuadraticError) -> CurveModel {
    let signalCount = columnCount - 1 - curvatures.count
    let signalLevels =
      signal == .free
      ? Array(weights[1...signalCount]) : signalWeights(parameters).map { $0 * weights[1] }
    var directions: [(curvature: Double, signal: Double, noise: Double)] =
      zip(signalCurvatures, signalLevels).map { ($0, $1, 0) }
    for (h, level) in zip(curvatures, weights.dropFirst(1 + signalCount)) {
      directions.append((h, 0, level))
    }
    directions = directions.filter { $0.signal > 0 || $0.noise > 0 }
    // A model needs a direction, even one that has no loss.
    if directions.isEmpty { directions = [(curvatures[0], 0, 0)] }
    let quadratic = try NoisyQuadraticModel(
      curvature: directions.map(\.curvature),
      gradientNoise: directions.map { 2 * $0.noise / $0.curvature },
      initialSecondMoment: directions.map { 2 * $0.signal / $0.curvature })
    return .gradientDescent(GradientDescentModel(asymptote: weights[0], quadratic: quadratic))
  }

  var parameters: [CurveParameter] {
    signal == .powerLaw ? CurveParameter.signal : []
  }
}
