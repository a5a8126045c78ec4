/// The best schedule of a plan, and how good it is.
public struct OptimalPlan: Sendable, Equatable {
  /// The schedule.
  public let schedule: PlannedSchedule
  /// The least final loss of any rates within the limits that may change at any time. No schedule of whole steps
  /// is better, up to the accuracy of the time axis, some 1e-7 of the loss (T5).
  public let leastLoss: Double?
}
