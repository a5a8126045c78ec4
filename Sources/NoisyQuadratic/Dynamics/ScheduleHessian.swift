/// The first and second derivatives of an objective with respect to every rate and momentum of a run (S5,
/// S14).
///
/// The objective may include the second moment of every direction at every step (K1).
///
/// The variables are ordered by step: `α_0, μ_0, α_1, μ_1, …`, or `α_0, α_1, …` without momentum.
package final class ScheduleHessian {
  private let dynamics: any RunningCostDynamics
  private let capacity: Int
  private let trajectory, state, costate: AlignedColumns

  /// The number of doubles that a Newton step over `steps` steps requires. It covers the Hessian, its
  /// trajectory and the matrices derived from the Hessian.
  package static func doubles(dimension: Int, steps: Int, rule: UpdateRule) -> Double {
    let variables = Double(rule.controls * steps)
    return Double(steps) * Double(2 * rule.momentColumns) * Double(AlignedColumns.paddedLength(dimension))
      + 4 * variables * variables
  }

  package init(_ problem: NormalizedProblem, rule: UpdateRule, capacity: Int) {
    dynamics = rule.runningCostDynamics(of: problem)
    self.capacity = capacity
    trajectory = dynamics.makeColumns(columns: capacity * (dynamics.momentColumns + dynamics.costateColumns))
    state = dynamics.makeColumns(columns: dynamics.stateColumns)
    costate = dynamics.makeColumns(columns: dynamics.costateColumns)
  }

  /// The second derivatives at a schedule.
  ///
  /// - Parameters:
  ///   - schedule: T steps, at most the capacity.
  ///   - weights: the T + 1 weights of the losses; `nil` for the final loss alone.
  ///   - sources: T + 1 columns s, which add ½ Σ s_it m_it to the objective.
  ///   - start: the state before the first step.
  ///   - active: whether each variable is at an active bound. The entries of such variables have no meaning,
  ///     and their diagonal entries are 0. If the array is empty, no variable is at an active bound.
  /// - Returns: the lower triangle of the symmetric matrix, by rows, with zeros above the diagonal.
  /// - Complexity: O(d T²) time, about 20 operations per direction and pair of steps with momentum; O(d T +
  ///   T²) memory.
  package func matrix(
    _ schedule: KernelSchedule, weights: [Double]?, sources: AlignedColumns? = nil,
    from start: AlignedColumns, active: [Bool] = []
  ) -> [Double] {
    let controls = dynamics.rule.controls
    let n = controls * schedule.count
    var matrix = [Double](repeating: 0, count: n * n)
    visit(schedule, weights, sources, from: start) { t, quadratic in
      let i = controls * t
      matrix[i * n + i] = quadratic.aa
      if controls == 2 {
        matrix[(i + 1) * n + i + 1] = quadratic.mm
        matrix[(i + 1) * n + i] = quadratic.am
      }
    }
    let mask: [UInt8] = active.isEmpty ? Array(repeating: 0, count: n) : active.map { $0 ? 1 : 0 }
    addCrossDerivatives(schedule, active: mask, to: &matrix)
    for i in active.indices where active[i] { matrix[i * n + i] = 0 }
    return matrix
  }

  /// Adds the second derivatives between the controls of different steps (S14) to a matrix.
  ///
  /// The matrix is a lower triangle, stored by rows. With momentum, pairs in which a variable is at an active
  /// bound are skipped.
  private func addCrossDerivatives(
    _ schedule: KernelSchedule, active: [UInt8], to matrix: inout [Double]
  ) {
    // Process a block of directions at a time, so that its trajectory stays in the cache while s runs.
    let lanes =
      dynamics.couplesDirections
      ? trajectory.stride : max(8, (1 << 19) / (8 * trajectory.columns) / 8 * 8)
    var scratch = [Double](repeating: 0, count: 6 * lanes)
    for first in stride(from: 0, to: trajectory.stride, by: lanes) {
      let block = first..<min(first + lanes, trajectory.stride)
      for s in 0..<schedule.count {
        dynamics.addCrossDerivatives(
          of: s, trajectory, lanes: block, schedule, active: active, scratch: &scratch, to: &matrix)
      }
    }
  }

  /// Calls `body` with the objective as a quadratic in each step's rate and momentum, from the last step to
  /// the first.
  ///
  /// Afterwards, the trajectory holds the moments and costates of the schedule.
  func visit(
    _ schedule: KernelSchedule, _ weights: [Double]?, _ sources: AlignedColumns?,
    from start: AlignedColumns, _ body: (_ step: Int, _ quadratic: StepQuadratic) -> Void
  ) {
    let (steps, rates, momenta) = (schedule.count, schedule.rates, schedule.momenta)
    precondition(steps <= capacity && momenta.count == steps, "a schedule of at most the capacity")
    precondition(start.columns == dynamics.stateColumns, "a state of the same update rule")
    let width = dynamics.momentColumns + dynamics.costateColumns
    state.copy(from: start, 0, to: 0, count: dynamics.stateColumns)
    for t in 0..<steps {
      dynamics.record(state, into: trajectory, at: t * width)
      dynamics.advance(state, rates[t], momenta[t])
    }
    dynamics.terminalAdjoint(costate, weight: weights?[steps] ?? 1)
    if let sources { dynamics.addRunningCost(costate, sources: sources, at: steps) }
    for t in (0..<steps).reversed() {
      let slot = t * width
      trajectory.copy(
        from: costate, 0, to: slot + dynamics.momentColumns, count: dynamics.costateColumns)
      let quadratic = dynamics.quadratic(
        moments: trajectory, at: slot, costate: trajectory, at: slot + dynamics.momentColumns)
      body(t, quadratic)
      dynamics.adjointStep(costate, rates[t], momenta[t])
      if let weight = weights?[t], weight > 0 { dynamics.addRunningCost(costate, weight: weight) }
      if let sources { dynamics.addRunningCost(costate, sources: sources, at: t) }
    }
  }
}
