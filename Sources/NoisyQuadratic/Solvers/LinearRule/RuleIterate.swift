/// A schedule that a search under its own rule has reached, with its objective and the counts of its steps.
struct RuleIterate {
  /// The objective, in the model's unit.
  var value: Double
  /// The schedule.
  var schedule: Schedule
  /// Quasi-Newton steps and evaluations of a run so far.
  var iterations = 0
  var evaluations = 0
  /// Whether the projected gradient reached its tolerance.
  var converged = false

  init(value: Double, _ schedule: Schedule) {
    self.value = value
    self.schedule = schedule
  }
}
