/// The first and second derivatives of an objective with respect to every rate and momentum of a run (S5,
/// S14).
///
/// The objective may include the second moment of every direction at every step (K1).
///
/// The variables are ordered by step: `α_0, μ_0, α_1, μ_1, …`, or `α_0, α_1, …` without momentum.
package final class ScheduleHessian {
  private let kernels: MomentKernels
  private let capacity: Int
  private let trajectory, state, costate: AlignedColumns

  /// The number of doubles that a Newton step over `steps` steps requires. It covers the Hessian, its
  /// trajectory and the matrices derived from the Hessian.
  package static func doubles(dimension: Int, steps: Int, usesMomentum: Bool) -> Double {
    let variables = Double(usesMomentum ? 2 * steps : steps)
    return Double(steps) * (usesMomentum ? 6 : 2) * Double(AlignedColumns.paddedLength(dimension))
      + 4 * variables * variables
  }

  package init(_ problem: NormalizedProblem, usesMomentum: Bool, capacity: Int) {
    kernels = MomentKernels(problem, usesMomentum: usesMomentum, hasRunningCosts: true)
    self.capacity = capacity
    trajectory = kernels.makeColumns(columns: capacity * (kernels.momentColumns + kernels.costateColumns))
    state = kernels.makeColumns(columns: kernels.stateColumns)
    costate = kernels.makeColumns(columns: kernels.costateColumns)
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
    let controls = kernels.usesMomentum ? 2 : 1
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
    kernels.addCrossDerivatives(trajectory, schedule, active: mask, to: &matrix)
    for i in active.indices where active[i] { matrix[i * n + i] = 0 }
    return matrix
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
    let width = kernels.momentColumns + kernels.costateColumns
    state.copy(from: start, 0, to: 0, count: kernels.stateColumns)
    for t in 0..<steps {
      kernels.record(state, into: trajectory, at: t * width)
      kernels.advance(state, rates[t], momenta[t])
    }
    kernels.terminalAdjoint(costate, weight: weights?[steps] ?? 1)
    if let sources { kernels.addRunningCost(costate, sources: sources, at: steps) }
    for t in (0..<steps).reversed() {
      let slot = t * width
      trajectory.copy(
        from: costate, 0, to: slot + kernels.momentColumns, count: kernels.costateColumns)
      let quadratic = kernels.quadratic(
        moments: trajectory, at: slot, costate: trajectory, at: slot + kernels.momentColumns)
      body(t, quadratic)
      kernels.adjointStep(costate, rates[t], momenta[t])
      if let weight = weights?[t], weight > 0 { kernels.addRunningCost(costate, weight: weight) }
      if let sources { kernels.addRunningCost(costate, sources: sources, at: t) }
    }
  }
}
