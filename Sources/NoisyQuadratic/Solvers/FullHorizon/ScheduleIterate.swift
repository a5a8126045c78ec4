/// A schedule that a search has come to, with its objective and the way there.
struct ScheduleIterate: Sendable {
  /// The objective: the final loss, or the weighted losses.
  var value: Double
  /// The schedule, in the kernels' units.
  var schedule: KernelSchedule
  /// Sweep pairs so far.
  var sweeps = 0
  /// Newton steps so far.
  var newtonSteps = 0
  /// How far Newton's method came; `nil` if it was not tried.
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
