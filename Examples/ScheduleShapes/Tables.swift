import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ScheduleShapes {
  /// The exponent of the optimum's decay beside that of the infinite spectrum (L3), at horizons from 400 to 10⁸;
  /// at 400 also that of the discrete optimum.
  static func decayTable(_ dimension: Int) throws(NoisyQuadraticError) -> TextTable {
    let horizons = [(400, "400"), (10_000, "1e4"), (1_000_000, "1e6"), (100_000_000, "1e8")]
    var table = TextTable(
      ["a", "2a - 1", "T = 400, discrete"] + horizons.map { "T = \($0.1)" }
        + horizons.map { "2 h_min tau, \($0.1)" })
    for exponent in exponents {
      let model = try Study.model(exponent: exponent, dimension: dimension)
      let optimum = try FullHorizonSolver(limits: Study.limits).solve(model, horizon: 400).schedule
      let discrete = DecayFit.exponent { optimum.learningRates[min(Int($0 * 400), 399)] }
      var slopes: [String] = []
      var reaches: [String] = []
      for (horizon, _) in horizons {
        let limit = try ContinuousLimit(
          model, horizon: horizon, learningRateLimit: Study.limits.learningRate)
        slopes.append(DecayFit.exponent { limit.learningRate(atStep: $0 * Double(horizon)) }.fixed(2))
        reaches.append((2 * (model.curvature.min() ?? 0) * limit.intrinsicTime).shortText)
      }
      table.add(
        [exponent.fixed(2), (2 * exponent - 1).fixed(2), discrete.fixed(2)] + slopes + reaches)
    }
    return table
  }

  /// The heads of ``Study/costs``.
  static var costTable: TextTable {
    TextTable(["a", "k", "T", "optimum"] + Shape.all.map(\.name))
  }

  /// The heads of ``Study/prediction(rateLimit:)``.
  static var predictionTable: TextTable {
    TextTable([
      "a", "T", "limit on rate", "optimum", "predicted - 1", "sampled - 1", "intrinsic-time bound",
      "information bound",
    ])
  }
}

extension Study {
  /// The optimum's loss, then every shape's over it, with its parameters.
  var costs: [String] {
    [exponent.fixed(2), noiseScale.shortText, "\(horizon)", optimum.finalLoss.significant(5)]
      + zip(ratios, fits).map { ratio, fit in
        let parameters = fit.parameters.map { $0.fixed(2) }.joined(separator: ", ")
        return ratio.fixed(3) + (parameters.isEmpty ? "" : " (\(parameters))")
      }
  }

  /// The continuous limit's prediction and its sampled schedule's loss relative to the optimum within a limit on
  /// the rate, and the bounds over the optimum.
  func prediction(rateLimit: Double) throws(NoisyQuadraticError) -> [String] {
    let limits = HyperparameterLimits(learningRate: .value(rateLimit))
    let best =
      rateLimit == optimum.learningRateLimit
      ? optimum.finalLoss : try FullHorizonSolver(limits: limits).solve(model, horizon: horizon).finalLoss
    let limit = try ContinuousLimit(model, horizon: horizon, learningRateLimit: limits.learningRate)
    let sampled = try ContinuousLimitSolver(limits: limits).solve(model, horizon: horizon).finalLoss
    let bound = try model.intrinsicTimeBound(steps: horizon, learningRateLimit: limits.learningRate)
    return [
      exponent.fixed(2), "\(horizon)", rateLimit.shortText, best.significant(6),
      (limit.predictedLoss / best - 1).significant(2), (sampled / best - 1).significant(2),
      (bound / best).fixed(4), try (model.informationBound(steps: horizon) / best).fixed(4),
    ]
  }
}
