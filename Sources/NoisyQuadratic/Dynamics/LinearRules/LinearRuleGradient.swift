import CNoisyQuadraticKernels

/// Losses and exact gradients of runs under one rule, evaluated at one schedule after another in reused memory
/// (U1, U3).
///
/// An instance belongs to one computation and is not thread-safe.
package final class LinearRuleGradient {
  private let problem: NormalizedProblem
  private let columns: ProblemColumns
  private let start: AlignedColumns
  private let layout: RuleSchedule.Layout
  private let weights: [Double]
  private let horizon, segment: Int
  private var steps: RuleSchedule
  private var slopes: [Double]
  private let scratch: AlignedColumns

  /// Evaluations of runs of a model.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - rule: the rule.
  ///   - objective: the weights of the losses.
  ///   - horizon: T ≥ 1, the length of every schedule.
  ///   - state: where the runs start, a state of the same model and rule; at rest if absent. Steps are counted
  ///     on from this state, whose run should have `state.step + T` steps.
  /// - Throws: ``NoisyQuadraticError`` if the objective does not fit the horizon, or if the computation does
  ///   not fit into memory.
  package convenience init(
    _ model: NoisyQuadraticModel, rule: any LinearUpdateRule, _ objective: Objective = .finalLoss,
    horizon: Int,
    from state: RuleMomentState? = nil
  ) throws(NoisyQuadraticError) {
    let weights =
      horizon == 0 && objective == .finalLoss ? [1] : try objective.weights(horizon: horizon)
    try self.init(
      NormalizedProblem(model, additiveOnly: "the gradient of linear rules"), rule: rule, weights: weights,
      from: state)
  }

  /// Evaluations of runs of a problem in the units of the kernels.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - rule: the rule, in the units of the model.
  ///   - weights: the T + 1 weights of the losses.
  ///   - state: where the runs start; at rest if absent. It must be a state of the model that the problem was
  ///     made from.
  /// - Throws: ``NoisyQuadraticError`` if the computation does not fit into memory.
  package init(
    _ problem: NormalizedProblem, rule: any LinearUpdateRule, weights: [Double],
    from state: RuleMomentState? = nil
  ) throws(NoisyQuadraticError) {
    horizon = weights.count - 1
    layout = RuleSchedule.Layout(rule, problem)
    // States of up to 1024 steps are stored. In longer runs, those of a segment are computed again.
    segment =
      horizon <= 1024 ? max(horizon, 1) : Int(Double(horizon).squareRoot().rounded(.up))
    let stored = segment + (horizon + segment - 1) / segment
    try MemoryRequirement.check(
      "horizon", horizon,
      doubles: Double(horizon) * Double(5 * layout.stepCount)
        + Double(8 * layout.stateColumns) * Double(stored)
        + Double(layout.stateColumns + 8) * Double(problem.dimension))
    self.problem = problem
    self.weights = weights
    columns = ProblemColumns(problem)
    let clock = state?.clock ?? RuleClock(totalSteps: horizon)
    steps = RuleSchedule(rule, layout, from: clock, capacity: horizon, needsDerivatives: true)
    slopes = Array(repeating: 0, count: max(horizon * layout.stepCount, 1))
    scratch = AlignedColumns(length: 8, columns: layout.stateColumns * stored)
    start = RuleStart.columns(rule, layout, problem, state)
  }

  /// The objective and its derivatives with respect to every `α_t` and `μ_t`, in the units of the model.
  package func callAsFunction(_ schedule: Schedule) -> ScheduleGradient {
    let gradient = kernel(
      rates: schedule.learningRates, schedule.momenta, problem.noiseFactors(schedule.batchSizes))
    return ScheduleGradient(
      value: problem.modelLoss(gradient.value), learningRates: gradient.rates.map(problem.modelLoss),
      momenta: gradient.momenta.map(problem.modelLoss))
  }

  /// The objective and its derivatives in the units of the kernels.
  package func callAsFunction(_ schedule: KernelSchedule) -> KernelGradient {
    let (value, rates, momenta) = kernel(rates: schedule.rates.map(problem.modelRate), schedule.momenta)
    var gradient = KernelGradient(steps: horizon)
    gradient.value = value
    gradient.rates = rates.map(problem.modelRate)
    gradient.momenta = momenta
    gradient.momentumMatters = momenta.map { $0 != 0 }
    return gradient
  }

  /// The losses before the first step and after every step, in the units of the model.
  package func losses(_ schedule: Schedule) -> [Double] {
    precondition(schedule.count == horizon, "a schedule of the horizon's length")
    steps.load(
      rates: schedule.learningRates, momenta: schedule.momenta,
      noiseFactors: problem.noiseFactors(schedule.batchSizes))
    var losses = [Double](repeating: 0, count: horizon + 1)
    nq_linear_losses(
      layout.order, columns.count, horizon, columns.h, columns.c, columns.k, columns.m0, start.column(0),
      start.stride, steps.numbers, &losses)
    return losses.map(problem.modelLoss)
  }

  /// The objective in the unit of the kernels, and its derivatives by the rates in the unit of the model.
  private func kernel(
    rates: [Double], _ momenta: [Double], _ noiseFactors: [Double]? = nil
  ) -> (value: Double, rates: [Double], momenta: [Double]) {
    precondition(rates.count == horizon, "a schedule of the horizon's length")
    steps.load(rates: rates, momenta: momenta, noiseFactors: noiseFactors)
    let value = nq_linear_gradient(
      layout.order, columns.count, horizon, columns.h, columns.c, columns.k, columns.m0, start.column(0),
      start.stride, steps.numbers, weights, segment, scratch.column(0), &slopes)
    let slopes = steps.chain(slopes)
    return (value, slopes.rates, slopes.momenta)
  }
}
