/// A schedule and the final loss that a model predicts for it.
public struct PlannedSchedule: Sendable, Equatable {
  /// The schedule's name, such as `optimal` or `cosine`.
  public let name: String
  /// The numbers that make it up, such as `peakValue`; none for the optimum.
  public let parameters: [Parameter]
  /// The rates of all steps, given ones included.
  public let learningRates: [Double]
  /// The predicted loss after the last step.
  public let predictedFinalLoss: Double

  /// A number with its name.
  public struct Parameter: Sendable, Equatable {
    /// The name, as builders of schedules use it.
    public let name: String
    /// The number.
    public let value: Double
  }
}
