import NoisyQuadratic

/// One power-law problem at one horizon: the optimum, and the best member of every shape.
struct Study {
  let exponent, noiseScale: Double
  let horizon: Int
  let model: NoisyQuadraticModel
  let optimum: Solution
  /// In the order of the shapes.
  let fits: [Shape.Fit]

  /// Learning rates up to `1/h_max`.
  static let limits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature)

  init(exponent: Double, noiseScale: Double, dimension: Int, horizon: Int) throws(NoisyQuadraticError) {
    self.exponent = exponent
    self.noiseScale = noiseScale
    self.horizon = horizon
    model = try Self.model(exponent: exponent, noiseScale: noiseScale, dimension: dimension)
    optimum = try FullHorizonSolver(limits: Self.limits).solve(model, horizon: horizon)
    var fits: [Shape.Fit] = []
    for shape in Shape.all {
      fits.append(try shape.fit(model, horizon: horizon, limits: Self.limits))
    }
    self.fits = fits
  }

  /// `h_i = i^−a`, `c = k h`, `m₀ = 1`.
  static func model(
    exponent: Double, noiseScale: Double = 1, dimension: Int
  ) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: dimension, exponent: exponent, maximum: 1), noiseScale: noiseScale,
      initialSecondMoment: 1)
  }

  /// Every shape's loss over that of the optimum.
  var ratios: [Double] { fits.map { $0.loss / optimum.finalLoss } }

  /// What every shape loses to the optimum, in percent.
  var excesses: [Double] { ratios.map { 100 * ($0 - 1) } }

  /// The slope of `ln α` against `ln(1 − t/T)` by least squares, over the middle nine tenths of a run.
  static func decayExponent(_ rate: (_ fraction: Double) -> Double) -> Double {
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
