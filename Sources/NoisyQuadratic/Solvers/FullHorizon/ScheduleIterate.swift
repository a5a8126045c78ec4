/// A schedule that a search has reached, with its objective and the counts of its steps.
struct ScheduleIterate: Sendable {
  /// The objective: the final loss, or the weighted sum of losses.
  var value: Double
  /// The schedule, in the kernels' units.
  var schedule: KernelSchedule
  /// The number of sweep pairs so far.
  var sweeps = 0
  /// The number of Newton steps so far.
  var newtonSteps = 0
  /// The work of the search that found it, in evaluations of a run; see ``LocalDescent/evaluations``.
  var evaluations = 0
  /// Hops from one local optimum to the next, and those that led lower.
  var hops = 0
  var improvingHops = 0
  /// The outcome of Newton's method; `nil` if it was not tried.
  var secondOrder: SecondOrderOutcome?
  /// Whether the descent reached its tolerance.
  var converged = false

  init(value: Double, _ schedule: KernelSchedule, sweeps: Int = 0, converged: Bool = false) {
    self.value = value
    self.schedule = schedule
    self.sweeps = sweeps
    self.converged = converged
  }
}
