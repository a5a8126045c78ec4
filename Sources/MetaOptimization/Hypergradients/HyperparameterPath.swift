import NoisyQuadratic

/// The learning rate and momentum of every step, with their derivatives by some hyperparameters.
public struct HyperparameterPath: Sendable, Equatable {
  /// The values α and μ of every step.
  public let schedule: Schedule
  /// The derivatives `dα_t/dλ_j`; for every j, one number per step.
  public let learningRateDerivatives: [[Double]]
  /// The derivatives `dμ_t/dλ_j`, in the same form.
  public let momentumDerivatives: [[Double]]

  /// Creates a path from its parts.
  ///
  /// - Throws: `NoisyQuadraticError/lengthMismatch(field:expected:actual:)` if lengths differ.
  public init(
    _ schedule: Schedule, learningRateDerivatives: [[Double]], momentumDerivatives: [[Double]]
  ) throws(NoisyQuadraticError) {
    guard momentumDerivatives.count == learningRateDerivatives.count else {
      throw .lengthMismatch(
        field: "momentumDerivatives", expected: learningRateDerivatives.count,
        actual: momentumDerivatives.count)
    }
    for derivative in learningRateDerivatives + momentumDerivatives where derivative.count != schedule.count {
      throw .lengthMismatch(field: "derivative", expected: schedule.count, actual: derivative.count)
    }
    self.schedule = schedule
    self.learningRateDerivatives = learningRateDerivatives
    self.momentumDerivatives = momentumDerivatives
  }

  /// Creates a path from a schedule without hyperparameters.
  public init(_ schedule: Schedule) {
    self.init(schedule, [], [])
  }

  private init(_ schedule: Schedule, _ byRate: [[Double]], _ byMomentum: [[Double]]) {
    self.schedule = schedule
    learningRateDerivatives = byRate
    momentumDerivatives = byMomentum
  }

  /// The same path with only the first `count` hyperparameters.
  func prefix(_ count: Int) -> HyperparameterPath {
    HyperparameterPath(
      schedule, Array(learningRateDerivatives.prefix(count)), Array(momentumDerivatives.prefix(count)))
  }

  /// Creates the schedule of a family at given values of its parameters, with the derivatives by all of them.
  ///
  /// - Throws: `NoisyQuadraticError` if values are outside their domains.
  public init(
    _ family: any ScheduleFamily, parameters: [Double], steps: Int
  ) throws(NoisyQuadraticError) {
    let rates = family.rateParameters.count
    let schedule = try family.schedule(parameters, steps: steps)
    let still = [Double](repeating: 0, count: max(steps, 0))
    var byRate = try family.rateDerivatives(Array(parameters.prefix(rates)), steps: steps)
    var byMomentum = byRate.map { _ in still }
    if family.momentum == .fitted {
      byRate.append(still)
      byMomentum.append([Double](repeating: 1, count: steps))
    }
    try self.init(schedule, learningRateDerivatives: byRate, momentumDerivatives: byMomentum)
  }

  /// Creates a path with constant learning rate and momentum, given `a = ln α/(1 − μ)`, the logarithm of the
  /// effective rate, and `b = ln(1 − μ)`:
  ///
  /// ```
  /// α = e^(a + b)    ∂α/∂a = ∂α/∂b = α    μ = 1 − e^b    ∂μ/∂a = 0    ∂μ/∂b = −e^b
  /// ```
  ///
  /// - Throws: `NoisyQuadraticError` unless `b ≤ 0` and the rate is finite.
  public init(
    logEffectiveRate a: Double, logMomentumGap b: Double, steps: Int
  ) throws(NoisyQuadraticError) {
    let (rate, gap) = (Elementary.exp(a + b), Elementary.exp(b))
    let schedule = try Schedule.constant(
      learningRate: rate, momentum: -Elementary.expm1(b), steps: steps)
    let (slope, still) = (
      [Double](repeating: rate, count: steps), [Double](repeating: 0, count: steps)
    )
    try self.init(
      schedule, learningRateDerivatives: [slope, slope],
      momentumDerivatives: [still, [Double](repeating: -gap, count: steps)])
  }

  /// The number of hyperparameters.
  public var count: Int { learningRateDerivatives.count }

  /// The number of steps.
  public var steps: Int { schedule.count }

  /// The hyperparameters of step t with their derivatives.
  public subscript(t: Int) -> StepHyperparameters {
    StepHyperparameters(
      learningRate: schedule.learningRates[t], momentum: schedule.momenta[t],
      learningRateDerivatives: learningRateDerivatives.map { $0[t] },
      momentumDerivatives: momentumDerivatives.map { $0[t] })
  }
}
