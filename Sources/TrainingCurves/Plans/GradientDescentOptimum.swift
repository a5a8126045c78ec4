import NoisyQuadratic

/// The schedule of least final loss under a ``GradientDescentModel``.
///
/// The optimum of the continuous limit, ``RelaxationOptimum`` with p = 1, is one of the starts of
/// `FullHorizonSolver`. Under a floor, it is the start of a descent on the exact dynamics. Rates that must not
/// rise are those of this descent if it gives such, and else those of the continuous limit.
struct GradientDescentOptimum {
  let model: GradientDescentModel
  let plan: SchedulePlan
  /// The limit on the iterations of the descent.
  static let maximumIterations = 400

  init(_ model: GradientDescentModel, _ plan: SchedulePlan) { (self.model, self.plan) = (model, plan) }

  func solve() throws(NoisyQuadraticError) -> [Double] {
    try model.quadratic.requireAdditiveNoise(for: "a schedule from fitted curves")
    let start = Array(continuousLimit().dropFirst(plan.givenRates.count))
    guard plan.floor < plan.peakRate else { return plan.givenRates + start }
    var state = MomentState(model.quadratic)
    try state.advance(Schedule(learningRates: plan.givenRates))
    guard state.secondMoment.allSatisfy(\.isFinite) else {
      throw .invalidValue(
        field: "givenRates", value: plan.givenRates.max() ?? 0,
        expected: "rates under which the fitted model does not diverge (a lower peak)")
    }
    let source = model.quadratic
    let rest = try NoisyQuadraticModel(
      curvature: source.curvature, gradientNoise: source.gradientNoise,
      initialSecondMoment: state.secondMoment, multiplicity: source.multiplicity, batchSize: source.batchSize)
    if plan.floor == 0, !plan.isMonotone {
      var solver = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .value(plan.peakRate)))
      solver.options.additionalStarts = [try Schedule(learningRates: start)]
      return plan.givenRates + (try solver.solve(rest, horizon: plan.freeSteps).schedule.learningRates)
    }
    let scale = plan.peakRate
    let count = plan.freeSteps
    let value = max(rest.expectedLoss(under: try Schedule(learningRates: start)).final, .leastNormalMagnitude)
    var search = BoundedLBFGS(
      lower: Array(repeating: plan.floor / scale, count: count), upper: Array(repeating: 1, count: count),
      maximumIterations: Self.maximumIterations, tolerance: 1e-9 / Double(count))
    search.longestStep = 0.1
    let outcome = try search.minimize(
      { x throws(NoisyQuadraticError) in
        let gradient = try rest.gradient(under: Schedule(learningRates: x.map { $0 * scale }))
        return BoundedBFGS.Evaluation(
          value: gradient.value / value, gradient: gradient.learningRates.map { $0 * scale / value })
      }, from: start.map { $0 / scale })
    let rates = outcome.point.map { min(max($0 * scale, plan.floor), plan.peakRate) }
    let isFalling = zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 }
    return plan.givenRates + (plan.isMonotone && !isFalling ? start : rates)
  }

  /// The optimum for small rates (T5).
  private func continuousLimit() -> [Double] {
    let quadratic = model.quadratic
    let weights = zip(quadratic.multiplicity, quadratic.curvature).map { $0 * $1 / 2 }
    let signal = zip(zip(quadratic.curvature, quadratic.initialSecondMoment), weights)
      .map { (curvature: $0.0, level: $0.1 * $1) }.filter { $0.level > 0 }
    let noise = quadratic.curvature.indices.filter { quadratic.gradientNoise[$0] > 0 }.map { j in
      NoiseComponent(
        curvature: quadratic.curvature[j],
        level: quadratic.multiplicity[j] * quadratic.gradientNoise[j] / quadratic.batchSize * plan.peakRate
          / 4)
    }
    let limit = RelaxationModel(
      asymptote: model.asymptote,
      signal: PowerLawSignal(amplitude: 0, exponent: 1, offset: 1, timeScale: 1), noise: noise,
      driftOffset: 1, peakRate: plan.peakRate)
    return RelaxationOptimum(limit, plan) { time in
      Elementary.sum(signal.lazy.map { $0.level * Elementary.exp(-2 * $0.curvature * time) })
    }.solve().learningRates
  }
}
