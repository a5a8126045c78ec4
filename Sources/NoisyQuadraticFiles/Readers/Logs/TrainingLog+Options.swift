import NoisyQuadratic

extension TrainingLog {
  /// How a log is read where it leaves a choice.
  public struct Options: Sendable, Equatable {
    /// What the rate is between two rows that are several steps apart.
    public enum Between: String, CaseIterable, Sendable {
      /// Each rate holds until the next row.
      case hold
      /// The rate runs in a straight line from each row to the next.
      case linear
    }

    /// The column of the steps; guessed if absent, like the other columns.
    public var stepColumn: String?
    /// The column of the learning rates.
    public var rateColumn: String?
    /// The column of the momenta.
    public var momentumColumn: String?
    /// The column of the losses.
    public var lossColumn: String?
    /// The number that the log gives to the first update; that of its first row if absent. Rows before it are
    /// left out of a schedule.
    public var firstStep: Int?
    /// What the rate is between rows of a schedule that are several steps apart. If absent, such rows are
    /// refused.
    public var between: Between?
    /// The convention of the momenta. A file that states another one is refused.
    public var momentumConvention: MomentumConvention?

    /// Options that leave everything to the reader.
    public init() {}

    func column(_ column: LogColumn) -> String? {
      switch column {
      case .step: stepColumn
      case .learningRate: rateColumn
      case .momentum: momentumColumn
      case .loss: lossColumn
      case .momentumConvention, .batchSize: nil
      }
    }

    /// The names that are given to other columns.
    func taken(by column: LogColumn) -> [String] {
      LogColumn.allCases.filter { $0 != column }.compactMap(self.column)
    }
  }
}
