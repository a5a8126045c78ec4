import NoisyQuadratic

@testable import TrainingCurves

/// Models and curves for tests.
enum Simulated {
  /// A model with a signal, and noise of three curvatures.
  static func model(exponent p: Double = 0.8, drift d: Double = 0.2) -> RelaxationModel {
    RelaxationModel(
      asymptote: 2, signal: PowerLawSignal(amplitude: 0.4, exponent: 0.6, offset: 0.3, timeScale: 60),
      noise: [
        NoiseComponent(curvature: 0.02, level: 0.06), NoiseComponent(curvature: 0.3, level: 0.1),
        NoiseComponent(curvature: 4, level: 0.05),
      ], noiseExponent: p, driftExponent: d, driftOffset: 3, peakRate: 0.5)
  }

  /// Rates that fall along a cosine from the first rate to the last.
  static func cosine(_ first: Double, _ last: Double, _ steps: Int) -> [Double] {
    (0..<steps).map { step in
      let cosine = Elementary.cos(.pi * Double(step) / Double(steps))
      return last + (first - last) * 0.5 * (1 + cosine)
    }
  }

  /// The rates of three runs: a cosine, a constant rate, and a drop.
  static func rates(_ steps: Int) -> [(name: String, rates: [Double])] {
    [
      ("cosine", cosine(0.5, 0.02, steps)),
      ("constant", Array(repeating: 0.5, count: steps)),
      (
        "drop",
        Array(repeating: 0.5, count: steps / 2) + Array(repeating: 0.05, count: steps - steps / 2)
      ),
    ]
  }

  /// The curves of a model under the three runs' rates, with a loss after every few steps. Noise is the relative
  /// standard deviation of a loss.
  static func curves(
    _ model: CurveModel = .relaxation(model()), steps: Int = 120, rows: Int = 30, noise: Double = 0,
    seed: UInt64 = 1
  ) throws -> [TrainingCurve] {
    var generator = Xoshiro256StarStar(seed: seed)
    var normal = NormalSampler()
    return try rates(steps).map { name, rates in
      let places = (1...rows).map { $0 * steps / rows }
      let losses = model.losses(under: rates, at: places).map {
        $0 * (1 + noise * normal.next(using: &generator))
      }
      return try TrainingCurve(name: name, learningRates: rates, steps: places, losses: losses)
    }
  }
}

/// The largest `|a − b|` over the largest `|b|`, infinite when the lengths differ.
func largestScaledError(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(0) { max($0, abs($1)) }
  return zip(a, b).reduce(0) { largest, pair in
    let error = pair.0 == pair.1 ? 0 : abs(pair.0 - pair.1) / scale
    return error.isNaN ? .infinity : max(largest, error)
  }
}

extension FormFit {
  /// A fit by a descent from given parameters.
  init(
    _ curves: [TrainingCurve], _ form: CurveForm, fixed: [Int: Double] = [:], smoothing: Double? = nil,
    start: [Double]
  ) throws {
    let scales = CurveScales(curves)
    try self.init(
      curves.map { PreparedCurve($0, form, scales) }, form: form, scales: scales, fixed: fixed,
      smoothing: smoothing, start: start)
  }
}

/// `Σ a_i b_i`.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for (x, y) in zip(a, b) { sum += x * y }
  return sum
}

/// The product of a matrix by columns and a vector.
func product(_ columns: [Double], _ x: [Double]) -> [Double] {
  let rows = columns.count / x.count
  var result = [Double](repeating: 0, count: rows)
  for (j, value) in x.enumerated() {
    for i in 0..<rows { result[i] += value * columns[j * rows + i] }
  }
  return result
}

extension TrainingCurve {
  /// The same run with other losses.
  func with(losses: [Double]) throws -> TrainingCurve {
    try TrainingCurve(name: name, learningRates: learningRates, steps: steps, losses: losses)
  }
}
