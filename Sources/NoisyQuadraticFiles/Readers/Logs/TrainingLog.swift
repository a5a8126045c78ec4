import NoisyQuadratic

/// What a training run has logged: the learning rate, the momentum and the loss by step, as far as present.
///
/// A log is text in rows with any header (separated by commas, semicolons or tabs), JSON with one object a line
/// or an array of them, the `trainer_state.json` of Hugging Face's Trainer, or a schedule as JSON of this
/// package. Docs/ScheduleFormat.md describes all of them and how columns are recognized.
///
/// Loggers write what they know at a time, so that not every row has every value. Each quantity therefore has
/// steps of its own.
///
/// ```swift
/// var options = TrainingLog.Options()
/// options.rateColumn = "lr"
/// let log = try TrainingLog(contentsOf: "metrics.csv", options: options, required: [.loss])
/// for note in log.notes { print(note) }
/// ```
///
/// Cost: memory for the values read; the rest of the file passes in blocks, except for JSON in one piece.
public struct TrainingLog: Sendable, Equatable {
  /// What a log may hold besides the steps.
  public enum Quantity: CaseIterable, Sendable {
    /// The learning rate, a finite number ≥ 0.
    case learningRate
    /// The momentum, a number at least 0 and below 1, in the rows of the learning rate.
    case momentum
    /// The loss, a finite number.
    case loss
    /// The batch size, a finite number > 0, in the rows of the learning rate. Its column is `batchSize`.
    case batchSize
  }

  /// The values of one quantity with their steps.
  public struct Series: Sendable, Equatable {
    /// The steps as the log numbers them, increasing.
    public internal(set) var steps: [Int] = []
    /// The value at each of the steps.
    public internal(set) var values: [Double] = []
    /// Where each value stands: the number of its line from 1 on, or of its entry from 0 on.
    public internal(set) var rows: [Int] = []

    mutating func append(_ step: Int, _ value: Double, _ row: Int) {
      steps.append(step)
      values.append(value)
      rows.append(row)
    }
  }

  /// The file's name without its extension.
  public let name: String
  /// The learning rates; `nil` if there are none.
  public let learningRate: Series?
  /// The momenta, with the same steps as the learning rates; `nil` if there are none.
  public let momentum: Series?
  /// The batch sizes, with the same steps as the learning rates; `nil` if there are none.
  public let batchSize: Series?
  /// The losses; `nil` if there are none.
  public let loss: Series?
  /// The convention that the file states for its momenta; `nil` if it states none.
  public let momentumConvention: MomentumConvention?
  /// What the reader assumed or left out.
  public let notes: [LogNote]
  /// The file's path.
  package let path: String
  /// What messages call its rows.
  package let rowName: RowName

  /// What messages call a row.
  package enum RowName: Sendable, Equatable {
    case line, step
    case entry(of: String)

    /// The name of a row with its number.
    package func callAsFunction(_ row: Int) -> String {
      switch self {
      case .line: "line \(row)"
      case .step: "step \(row)"
      case .entry(let array): "\(array)[\(row)]"
      }
    }
  }

  /// Reads a log.
  ///
  /// - Parameters:
  ///   - path: the file, which may be a pipe.
  ///   - options: the names of columns that are not to be guessed.
  ///   - required: what the log must hold.
  ///   - optional: what is read besides if it is there.
  /// - Throws: ``FileError`` with one line that names the file, the line, the column, its value and the expected
  ///   value: for a missing or ambiguous column, for a step that does not increase, for rows of unequal length,
  ///   for text that is cut off, and for a value outside its domain.
  public init(
    contentsOf path: String, options: Options = Options(), required: Set<Quantity> = [],
    optional: Set<Quantity> = Set(Quantity.allCases)
  ) throws(FileError) {
    let file = try InputFile(path, .regularOrPipe)
    var reader = TrainingLogReader(path: path, options: options, required: required, optional: optional)
    var isFirst = true
    while true {
      // The file is read in blocks, so that an endless file stops at its first invalid line.
      let block = try file.nextBlock()
      if isFirst { try InputFile.refuseWebPage(block, path, expected: "a schedule or a log") }
      isFirst = false
      if block.isEmpty { break }
      try reader.append(block)
    }
    self = try reader.finish()
  }

  init(_ rows: LogRows, notes: [LogNote], path: String) {
    name = InputFile.stem(path)
    func some(_ series: Series?) -> Series? { series?.values.isEmpty == false ? series : nil }
    learningRate = some(rows.learningRate)
    momentum = some(rows.momentum)
    batchSize = some(rows.batchSize)
    loss = some(rows.loss)
    momentumConvention = rows.momentumConvention
    self.notes = notes
    self.path = path
    rowName = rows.rowName
  }
}
