import TrainingCurves

/// A schedule and its predicted final loss with a band.
public struct ScheduleForecast: Sendable {
  /// The schedule with its predicted final loss.
  public let schedule: PlannedSchedule
  /// The band of the final loss; `nil` without bands.
  public let band: CurveBands.Interval?
  /// The final loss in truth, which is known of simulated curves only.
  public let trueFinalLoss: Double?

  /// A forecast.
  ///
  /// - Parameters:
  ///   - schedule: the schedule.
  ///   - bands: the fit's bands, if there are any.
  ///   - trueFinalLoss: the final loss in truth, if it is known.
  public init(_ schedule: PlannedSchedule, _ bands: CurveBands?, trueFinalLoss: Double? = nil) {
    (self.schedule, self.trueFinalLoss) = (schedule, trueFinalLoss)
    band =
      bands?.intervals(
        under: schedule.learningRates, at: [schedule.learningRates.count])[0]
  }
}
