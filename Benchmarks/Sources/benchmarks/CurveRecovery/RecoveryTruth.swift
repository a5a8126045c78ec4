import Foundation
import NoisyQuadratic
import TrainingCurves

/// A known model whose simulated curves are fitted.
struct RecoveryTruth {
  let name: String
  let model: CurveModel
  /// The largest rate.
  let peakRate: Double
  /// The least final loss that is known for a number of steps.
  let leastLoss: (Int) throws -> Double

  static func all() throws -> [RecoveryTruth] {
    try [
      sgd("1/i, equal starts, d = 2000", exponent: 1, noise: 1e-2) { _, _ in 0.3 },
      sgd("i^-1.5, s = 0.5", exponent: 1.5, noise: 3e-2) { pow($0, -1.75) / $1 },
      sgd("i^-1.2, s = 0.8", exponent: 1.2, noise: 3e-2) { pow($0, -1.96) / $1 },
      sgd("i^-2, s = 0.3", exponent: 2, noise: 3e-2) { pow($0, -1.6) / $1 },
      sgd("1/i, equal starts, d = 1000", exponent: 1, dimension: 1000, noise: 1e-3) { _, _ in 1 },
      adaptive("adaptive, p = 0.7, d = 0.2", noiseExponent: 0.7, drift: 0.2),
      adaptive("adaptive, p = 0.8, d = 0", noiseExponent: 0.8, drift: 0),
    ]
  }

  private static func sgd(
    _ name: String, exponent: Double, dimension: Int = 2000, noise: Double,
    moment: (Double, Double) -> Double
  ) throws -> RecoveryTruth {
    let places = (1...dimension).map(Double.init)
    let curvature = places.map { pow($0, -exponent) }
    let quadratic = try NoisyQuadraticModel(
      curvature: curvature, gradientNoise: curvature.map { noise * $0 },
      initialSecondMoment: zip(places, curvature).map(moment))
    let peak = 0.5
    return RecoveryTruth(
      name: name, model: .gradientDescent(GradientDescentModel(asymptote: 2, quadratic: quadratic)),
      peakRate: peak
    ) { steps in
      let solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(peak)))
      return try 2 + solver.solve(quadratic, horizon: steps).finalLoss
    }
  }

  private static func adaptive(_ name: String, noiseExponent: Double, drift: Double) throws -> RecoveryTruth {
    let (peak, timeScale) = (1e-3, 2.0)
    let model = RelaxationModel(
      asymptote: 2, signal: PowerLawSignal(amplitude: 0.2, exponent: 0.5, offset: 0.01, timeScale: timeScale),
      noise: [1.0, 4, 30, 400, 1e5].map { NoiseComponent(curvature: $0, level: 0.02) },
      noiseExponent: noiseExponent, driftExponent: drift, driftOffset: 0.1, peakRate: peak)
    return RecoveryTruth(name: name, model: .relaxation(model), peakRate: peak) { steps in
      let plan = try SchedulePlan(horizon: steps, peakRate: peak)
      return try CurvePlanner(model: .relaxation(model), plan: plan).optimum().schedule.predictedFinalLoss
    }
  }
}
