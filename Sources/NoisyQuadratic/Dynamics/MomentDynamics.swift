import CNoisyQuadraticKernels

/// The exact dynamics of second moments under one update rule, forward and backward, on the fast kernels.
///
/// States, costates and recorded moments are columns of ``AlignedColumns``, one number per direction in each
/// column. A rule provides its single steps, and the passes over several steps follow from these. Where only
/// the final loss counts, a rule replaces the passes by one kernel call each.
package protocol MomentDynamics {
  /// The update rule, which fixes the variables of a step and the columns of a state.
  var rule: UpdateRule { get }
  /// The columns of the problem.
  var problem: ProblemColumns { get }
  /// The number of columns of a costate.
  var costateColumns: Int { get }
  /// Whether sweeps over the final loss measure the derivatives that they meet.
  var sweepsMeasureSlopes: Bool { get }

  // MARK: Single steps

  /// Sets a state to the start of the run, at rest.
  func reset(_ state: AlignedColumns)
  /// Advances a state by `steps` steps of the same rate and momentum.
  func advance(_ state: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int)
  /// Writes the second moments of a state to `slots`, starting at column `target`.
  func record(_ state: AlignedColumns, into slots: AlignedColumns, at target: Int)
  /// Columns that begin with the second moments of a state.
  func moments(of state: AlignedColumns, scratch: AlignedColumns) -> AlignedColumns
  /// The expected loss of a state.
  func loss(_ state: AlignedColumns) -> Double
  /// The loss before the first step and after every step, correct to rounding for every schedule (D7, D8).
  /// Very large steps may first amplify the noise and then annihilate it by more than sixteen digits; a state
  /// of this dynamics may then lose its digits, and even its sign, but these losses cannot.
  ///
  /// The run starts from `state`, or, if that is `nil`, from the start of the run at rest.
  func losses(_ schedule: KernelSchedule, from state: AlignedColumns?) -> [Double]

  /// Sets a costate to its value after the last step, whose loss counts `weight` times.
  func terminalAdjoint(_ costate: AlignedColumns, weight: Double)
  /// Takes a costate from after a step to before it.
  func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double)
  /// The objective as a function of one step's rate and momentum (S2), from the moments before the step and
  /// the costate after it.
  func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic

  // MARK: Passes

  /// Records the moments before each of the `steps` and advances the state through them.
  ///
  /// The `weights` are those of the loss before each step of the run and of the final loss; `nil` stands for
  /// the final loss alone. The result is the weighted sum of the losses after the steps, or 0 without weights.
  func recordMoments(
    _ state: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) -> Double
  /// Records the costates after each of the `steps` and takes the costate back through them.
  func recordCostates(
    _ costate: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?)
  /// Takes the costate back through the `steps`, whose moments are in `slots`, and writes the derivatives of
  /// the objective by their rates and momenta (S5). Afterwards, `slots` holds the costates.
  func differentiate(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?, into gradient: inout KernelGradient)
  /// The final loss and its derivatives in one pass that keeps the digits of small losses; `nil` if the rule
  /// has no such pass. `path` has room for five columns at every step and eight more.
  func gradient(_ start: AlignedColumns, _ schedule: KernelSchedule, path: AlignedColumns) -> KernelGradient?
  /// Goes forward through the `steps`, whose costates are in `slots`, and replaces every step by its minimizer
  /// within the limits (S6). Afterwards, `slots` holds the moments.
  func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass
  /// Goes backward through the `steps`, whose moments are in `slots`, and replaces every step by its minimizer
  /// within the limits (S6). Afterwards, `slots` holds the costates.
  func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass
}

extension MomentDynamics {
  package var dimension: Int { problem.dimension }
  package var stateColumns: Int { rule.stateColumns }
  package var momentColumns: Int { rule.momentColumns }
  /// The columns of a slot, which holds moments or a costate.
  var slotColumns: Int { max(momentColumns, costateColumns) }
  package var sweepsMeasureSlopes: Bool { false }

  package func makeColumns(columns: Int) -> AlignedColumns {
    AlignedColumns(length: dimension, columns: columns)
  }

  /// A state at the start of the run, at rest.
  package func makeState() -> AlignedColumns {
    let state = makeColumns(columns: stateColumns)
    reset(state)
    return state
  }

  package func advance(_ state: AlignedColumns, _ alpha: Double, _ mu: Double) {
    advance(state, alpha, mu, steps: 1)
  }

  package func losses(_ schedule: KernelSchedule) -> [Double] { losses(schedule, from: nil) }

  /// The final loss, or, if T + 1 `weights` are given, the weighted sum of all losses, correct to rounding.
  package func objective(
    _ schedule: KernelSchedule, weights: [Double]? = nil, from start: AlignedColumns? = nil
  ) -> Double {
    let losses = losses(schedule, from: start)
    guard let weights else { return losses[schedule.count] }
    var sum = 0.0
    for t in losses.indices where weights[t] > 0 { sum += weights[t] * losses[t] }
    return sum
  }

  package func terminalAdjoint(_ costate: AlignedColumns) { terminalAdjoint(costate, weight: 1) }

  package func moments(of state: AlignedColumns, scratch: AlignedColumns) -> AlignedColumns {
    record(state, into: scratch, at: 0)
    return scratch
  }

  /// Adds `weight` times the loss at the costate's time to a costate of moments, whose first column belongs to
  /// `E θ²`.
  func addRunningCost(_ costate: AlignedColumns, weight: Double) {
    precondition(costateColumns == momentColumns, "running costs need costates of moments")
    nq_add(problem.count, weight, problem.k, costate.column(0))
  }

  /// Adds a column of coefficients of `E θ²` to a costate of moments.
  func addRunningCost(_ costate: AlignedColumns, sources: AlignedColumns, at column: Int) {
    precondition(costateColumns == momentColumns, "running costs need costates of moments")
    nq_add(problem.count, 1, sources.column(column), costate.column(0))
  }

  /// The weighted loss of a state before step `t`.
  func charge(_ state: AlignedColumns, _ weights: [Double]?, _ t: Int) -> Double {
    guard let weights, weights[t] > 0 else { return 0 }
    return weights[t] * loss(state)
  }

  /// Takes the costate from after step `t` to before it, with the loss there.
  func adjointStep(
    _ costate: AlignedColumns, _ schedule: KernelSchedule, _ t: Int, _ weights: [Double]?
  ) {
    adjointStep(costate, schedule.rates[t], schedule.momenta[t])
    if let weight = weights?[t], weight > 0 { addRunningCost(costate, weight: weight) }
  }

  // MARK: Passes step by step

  /// Goes forward through the `steps` and replaces every step by what `decide` returns.
  ///
  /// This pass is plain. It is the reference for the fused passes of a rule.
  func forward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, scratch: AlignedColumns, _ decide: StepQuadratic.Decision
  ) -> Double {
    var objective = 0.0
    for t in steps {
      let slot = (t - steps.lowerBound) * slotColumns
      let moments = moments(of: state, scratch: scratch)
      let quadratic = quadratic(moments: moments, at: 0, costate: slots, at: slot)
      (schedule.rates[t], schedule.momenta[t]) = decide(t, quadratic)
      slots.copy(from: moments, 0, to: slot, count: momentColumns)
      advance(state, schedule.rates[t], schedule.momenta[t])
      objective += charge(state, weights, t + 1)
    }
    return objective
  }

  /// The backward counterpart of the forward pass above.
  func backward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, _ decide: StepQuadratic.Decision
  ) {
    for t in steps.reversed() {
      let slot = (t - steps.lowerBound) * slotColumns
      let quadratic = quadratic(moments: slots, at: slot, costate: costate, at: 0)
      (schedule.rates[t], schedule.momenta[t]) = decide(t, quadratic)
      slots.copy(from: costate, 0, to: slot, count: costateColumns)
      adjointStep(costate, schedule, t, weights)
    }
  }

  package func recordMoments(
    _ state: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) -> Double {
    var objective = 0.0
    for t in steps {
      record(state, into: slots, at: (t - steps.lowerBound) * slotColumns)
      advance(state, schedule.rates[t], schedule.momenta[t])
      objective += charge(state, weights, t + 1)
    }
    return objective
  }

  package func recordCostates(
    _ costate: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) {
    for t in steps.reversed() {
      slots.copy(from: costate, 0, to: (t - steps.lowerBound) * slotColumns, count: costateColumns)
      adjointStep(costate, schedule, t, weights)
    }
  }

  package func differentiate(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?, into gradient: inout KernelGradient
  ) {
    for t in steps.reversed() {
      let slot = (t - steps.lowerBound) * slotColumns
      let quadratic = quadratic(moments: slots, at: slot, costate: costate, at: 0)
      (gradient.rates[t], gradient.momenta[t]) = quadratic.gradient(schedule.rates[t], schedule.momenta[t])
      gradient.momentumMatters[t] = quadratic.mm > 0
      slots.copy(from: costate, 0, to: slot, count: costateColumns)
      adjointStep(costate, schedule, t, weights)
    }
  }

  package func gradient(
    _ start: AlignedColumns, _ schedule: KernelSchedule, path: AlignedColumns
  ) -> KernelGradient? { nil }

  package func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    let scratch = makeColumns(columns: momentColumns)
    return SweepPass(
      objective: forward(state, slots, &schedule, steps: steps, weights: weights, scratch: scratch) {
        limits.minimizer($1)
      })
  }

  package func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    backward(costate, slots, &schedule, steps: steps, weights: weights) { limits.minimizer($1) }
    return SweepPass()
  }
}
