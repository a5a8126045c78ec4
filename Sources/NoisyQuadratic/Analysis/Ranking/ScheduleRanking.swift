/// The best members of the classic schedules for one model and horizon, beside the optimum of all schedules.
///
/// ``ScheduleRankingStudy`` computes it. All losses are expected excess losses after ``horizon`` steps, in the
/// model's unit.
public struct ScheduleRanking: Sendable, Equatable {
  /// A classic schedule with its best parameters.
  public struct Entry: Sendable, Equatable {
    /// The schedule's kind and parameters.
    public let member: ClassicMember
    /// See ``FamilyFit/residual``.
    public let residual: Double
    /// Its schedule and losses, and why the search for the parameters ended.
    public let solution: Solution

    /// The name of the classic schedule.
    public var name: String { member.classic.rawValue }
    /// The final loss.
    public var finalLoss: Double { solution.finalLoss }
  }

  /// The number of steps T.
  public let horizon: Int
  /// The number of examples per step.
  public let batchSize: Double
  /// `L₀`, the loss before the first step.
  public let initialLoss: Double
  /// The best member of every classic schedule, the lowest final loss first. Those that agree in eight digits
  /// are in the order of ``ClassicSchedule``.
  public let entries: [Entry]
  /// The greedy schedule.
  public let greedy: Solution
  /// The full-horizon optimum.
  public let optimum: Solution
  /// A lower bound on the final loss of every schedule within the limits.
  public let lowerBound: Double
  /// The method that proved the lower bound.
  public let boundMethod: BoundMethod

  /// The relative difference of final losses up to which two entries have no order of their own.
  private static let agreement = 1e-8

  /// Whether a final loss is below another by more than what a search can tell.
  static func isLower(_ loss: Double, _ other: Double) -> Bool { other > loss * (1 + agreement) }

  /// A final loss over that of the optimum; `nil` if the latter is 0.
  public func ratio(_ finalLoss: Double) -> Double? {
    optimum.finalLoss > 0 ? finalLoss / optimum.finalLoss : nil
  }

  /// The entry of a classic schedule; `nil` if it was not among those asked for.
  public func entry(_ classic: ClassicSchedule) -> Entry? { entries.first { $0.member.classic == classic } }
}
