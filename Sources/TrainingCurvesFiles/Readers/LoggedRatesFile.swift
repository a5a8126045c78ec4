import NoisyQuadratic
import NoisyQuadraticFiles
import TrainingCurves

/// The learning rates of a run from its log or from a schedule file.
///
/// The first update is step 0, or the step that ``TrainingLog/Options/firstStep`` names. Rates between rows
/// follow ``LoggedRates``: a straight line unless the rate jumps. ``TrainingLog/Options/between`` makes every
/// change a jump (`hold`) or none (`linear`).
public struct LoggedRatesFile: Sendable, Equatable {
  /// The file's path.
  public let path: String
  /// The file's name without its extension.
  public let name: String
  /// The rates of all steps up to the last row.
  public let rates: LoggedRates
  /// What was assumed or left out. A program shows every note to its user.
  public let notes: [LogNote]

  /// Reads the rates.
  ///
  /// - Parameters:
  ///   - path: the file, which may be a pipe.
  ///   - options: how it is read where it leaves a choice.
  /// - Throws: ``FileError`` with one line that names the file, the row, the value and the expected value, also
  ///   for batch sizes that change during the run.
  public init(contentsOf path: String, options: TrainingLog.Options = .init()) throws(FileError) {
    let log = try TrainingLog(
      contentsOf: path, options: options, required: [.learningRate], optional: [.batchSize])
    try self.init(log, options: options, notes: log.notes)
  }

  /// Takes the rates from a log.
  init(_ log: TrainingLog, options: TrainingLog.Options, notes: [LogNote]) throws(FileError) {
    guard let series = log.learningRate else {
      throw .invalid(path: log.path, problem: "there is no learning rate, expected at least one")
    }
    let first = options.firstStep ?? 0
    guard let start = series.steps.firstIndex(where: { $0 >= first }) else {
      throw .undecided(
        path: log.path, problem: "the last step is \(series.steps[series.steps.count - 1])",
        parameter: "firstStep", expected: "at most that")
    }
    guard series.values[start...].contains(where: { $0 > 0 }) else {
      throw .invalid(
        path: log.path,
        problem:
          "\(log.rowName(series.rows[start])): the learning rate is 0 as in all rows after it, expected a "
          + "rate above 0")
    }
    if let sizes = log.batchSize,
      let i = sizes.values[start...].firstIndex(where: { $0 != sizes.values[start] })
    {
      throw .invalid(
        path: log.path,
        problem: "\(log.rowName(sizes.rows[i])): batchSize is \(sizes.values[i].jsonText) after "
          + "\(sizes.values[start].jsonText), expected one batchSize for the whole run, because a fitted curve has "
          + "the same noise at every step")
    }
    let jump =
      switch options.between {
      case nil: 0.1
      case .hold: 0.0
      case .linear: Double.infinity
      }
    let rates = try FileError.of(log.path) { () throws(NoisyQuadraticError) in
      try LoggedRates(
        steps: series.steps[start...].map { $0 - first }, rates: Array(series.values[start...]), jump: jump)
    }
    (path, name, self.rates) = (log.path, log.name, rates)
    self.notes = notes + Self.assumptions(rates, log.path, first, options, leftOut: start)
  }

  /// What ``LoggedRates`` assumes about the steps without a row.
  private static func assumptions(
    _ rates: LoggedRates, _ path: String, _ first: Int, _ options: TrainingLog.Options, leftOut: Int
  ) -> [LogNote] {
    var notes: [LogNote] = []
    if leftOut > 0 {
      let rows = leftOut == 1 ? "1 learning rate" : "\(leftOut) learning rates"
      notes.append(LogNote(path, "rows before step \(first) are left out, with \(rows)"))
    }
    if rates.assumedWarmup > 0 {
      notes.append(
        LogNote(
          path,
          "the log begins \(rates.assumedWarmup) steps after the first update: the learning rate is taken to rise "
            + "from 0 in a straight line over them", parameters: ["firstStep"]))
    }
    if let step = rates.jumps.first, options.between == nil {
      let others = rates.jumps.count > 1 ? " and \(rates.jumps.count - 1) other steps" : ""
      notes.append(
        LogNote(
          path,
          "the learning rate jumps at step \(step + first)\(others), and is held from the row before",
          parameters: ["between"]))
    }
    return notes
  }
}
