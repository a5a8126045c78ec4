/// Measures optimal schedules of a ``SourceCapacityProblem`` at one horizon after the other.
public struct PhaseStudy: Sendable {
  /// The problem.
  public let problem: SourceCapacityProblem
  /// The limits on every schedule.
  public let limits: HyperparameterLimits
  /// The options of the search for the optimum.
  public var options = FullHorizonOptions()

  private let model: NoisyQuadraticModel

  /// Creates a study.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - limits: the limits on rate and momentum. A rate limit must exist. If noise grows with the error, the limit
  ///     of stability is below 2/h_max; `.twoOverMaximumCurvature` then stands for it, and
  ///     `.oneOverMaximumCurvature` for half of it (``NoisyQuadraticModel/stabilityLimit(momentum:)``).
  /// - Throws: ``NoisyQuadraticError`` if the problem does not fit into a model.
  public init(
    _ problem: SourceCapacityProblem,
    limits: HyperparameterLimits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature)
  ) throws(NoisyQuadraticError) {
    self.problem = problem
    guard problem.noise == .gaussianFeatures else {
      model = try problem.model()
      self.limits = limits
      return
    }
    // These models are not compressed further. Coarser panels are as good to four digits.
    model = try problem.model(leading: 24, ratio: 3)
    var limits = limits
    switch limits.learningRate {
    case .twoOverMaximumCurvature: limits.learningRate = .value(model.stabilityLimit())
    case .oneOverMaximumCurvature: limits.learningRate = .value(model.stabilityLimit() / 2)
    default: break
    }
    self.limits = limits
  }

  /// The exact optimum of T steps.
  ///
  /// - Parameter horizon: T ≥ 1.
  /// - Returns: the point.
  /// - Throws: the errors of ``FullHorizonSolver/solve(_:horizon:)``.
  /// - Complexity: that of the solver.
  public func point(horizon: Int) throws(NoisyQuadraticError) -> PhasePoint {
    let limit = try rateLimit()
    let solution = try FullHorizonSolver(limits: limits, options: options).solve(model, horizon: horizon)
    let schedule = solution.schedule
    let (rates, momenta) = (schedule.learningRates, schedule.momenta)
    let usesMomentum = schedule.usesMomentum
    let effective = usesMomentum ? Self.effectiveRates(schedule) : rates
    let limited = (rates.lastIndex { $0 >= limit * (1 - 1e-9) } ?? -1) + 1
    let first = usesMomentum ? 0 : limited
    let free = horizon - first
    let decay: Double? =
      free < 20
      ? nil
      : DecayFit.exponent { fraction in
        effective[min(first + Int(fraction * Double(free)), horizon - 1)]
      }
    let stepsLeft = PhasePoint.sampledStepsLeft(horizon)
    return try point(
      horizon, loss: solution.finalLoss, limit: limit, peak: effective.max() ?? 0, last: effective.last ?? 0,
      peakMomentum: momenta.max() ?? 0, limited: Double(limited), decay: decay,
      intrinsicTime: Elementary.sum(effective), solution.termination,
      residual: solution.statistics.optimality?.kktResidual,
      samples: stepsLeft.map { ($0, effective[min(Int(Double(horizon) - $0 + 1e-6), horizon - 1)]) })
  }

  /// The optimum of the continuous limit, whose cost does not depend on T (L2). Momentum is not used.
  ///
  /// - Parameter horizon: T from 1 to 2⁵³.
  /// - Returns: the point, with the loss that the limit predicts.
  /// - Throws: the errors of ``ContinuousLimit``.
  public func continuousPoint(horizon: Int) throws(NoisyQuadraticError) -> PhasePoint {
    let optimum = try ContinuousLimit(model, horizon: horizon, learningRateLimit: limits.learningRate)
    let (steps, limited) = (Double(horizon), optimum.limitedSteps)
    let free = steps - limited
    let decay: Double? =
      free < 20
      ? nil
      : DecayFit.exponent { fraction in
        optimum.learningRate(atStep: limited + fraction * free)
      }
    return try point(
      horizon, loss: optimum.predictedLoss, limit: optimum.learningRateLimit,
      peak: optimum.learningRate(atStep: 0), last: optimum.learningRate(atStep: steps), peakMomentum: 0,
      limited: limited, decay: decay, intrinsicTime: optimum.intrinsicTime, .closedForm, residual: nil,
      samples: PhasePoint.sampledStepsLeft(horizon).map { ($0, optimum.learningRate(atStep: steps - $0)) })
  }

  /// The effective rates of a schedule (Z4): `e_t = α_t (1 + μ_{t+1} + μ_{t+1} μ_{t+2} + …)`, the way that the
  /// gradient of step t moves the parameter until the end of the run. Without momentum they are the rates.
  ///
  /// - Parameter schedule: a schedule in the velocity convention.
  /// - Returns: T numbers in 1/curvature.
  public static func effectiveRates(_ schedule: Schedule) -> [Double] {
    var (effective, gain) = (schedule.learningRates, 1.0)
    for t in effective.indices.reversed() {
      effective[t] *= gain
      gain = 1 + schedule.momenta[t] * gain
    }
    return effective
  }

  private func rateLimit() throws(NoisyQuadraticError) -> Double {
    guard let limit = try limits.learningRate.value(for: model) else {
      throw .invalidValue(field: "learningRateLimit", value: .infinity, expected: "a limit")
    }
    return limit
  }

  private func point(
    _ horizon: Int, loss: Double, limit: Double, peak: Double, last: Double, peakMomentum: Double,
    limited: Double, decay: Double?, intrinsicTime: Double, _ termination: Termination, residual: Double?,
    samples: [(left: Double, rate: Double)]
  ) throws(NoisyQuadraticError) -> PhasePoint {
    let slowest = problem.dimension == nil ? 0 : model.curvature.min() ?? 0
    return PhasePoint(
      horizon: horizon, loss: loss, informationBound: try model.informationBound(steps: horizon),
      accelerationBound: try model.accelerationBound(steps: horizon, learningRateLimit: limit),
      learningRateLimit: limit, peakRate: peak + 0, lastRate: last + 0, peakMomentum: peakMomentum + 0,
      limitedShare: limited / Double(horizon), decayExponent: decay.flatMap { $0.isFinite ? $0 : nil },
      intrinsicTime: intrinsicTime, slowestReach: 2 * slowest * intrinsicTime,
      fastestReach: 2 * model.maximumCurvature * intrinsicTime, termination: termination, residual: residual,
      sampledStepsLeft: samples.map(\.left), sampledRates: samples.map(\.rate))
  }
}
