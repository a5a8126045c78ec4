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
}
