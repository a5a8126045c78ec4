import NoisyQuadratic
import NoisyQuadraticFiles
import TrainingCurves

/// A training curve from the log of a run.
///
/// The rates are those of the log itself, or of a separate schedule file. A loss in the row of step s counts as
/// measured after s updates. Docs/CurveFitFormat.md describes the files.
///
/// ```swift
/// let file = try TrainingCurveFile(contentsOf: "cosine.csv")
/// for note in file.notes { print(note) }
/// let fit = try CurveFitter().fit([file.curve])
/// ```
public struct TrainingCurveFile: Sendable, Equatable {
  /// The file's path.
  public let path: String
  /// The curve.
  public let curve: TrainingCurve
  /// What was assumed or left out. A program shows every note to its user.
  public let notes: [LogNote]

  /// Reads a curve.
  ///
  /// - Parameters:
  ///   - path: the log, which may be a pipe.
  ///   - schedule: a file with the learning rates; `nil` if the log has them.
  ///   - options: how both are read where they leave a choice.
  ///   - name: the curve's name; the file's without extension if absent.
  /// - Throws: ``FileError`` with one line that names the file, the row, the value and the expected value: for
  ///   what ``TrainingLog`` refuses (rows of unequal length, steps that do not increase, losses and rates that
  ///   are not finite, negative rates), for a loss that is not above 0, for rates that are all 0, for batch sizes
  ///   that change during the run, and for a loss after the last step of the schedule file.
  public init(
    contentsOf path: String, schedule: String? = nil, options: TrainingLog.Options = .init(),
    name: String? = nil
  ) throws(FileError) {
    let log = try TrainingLog(
      contentsOf: path, options: options, required: schedule == nil ? [.loss, .learningRate] : [.loss],
      optional: schedule == nil ? [.batchSize] : [])
    guard let losses = log.loss else {
      throw .invalid(path: path, problem: "there is no loss, expected at least one")
    }
    for (loss, row) in zip(losses.values, losses.rows) where !(loss > 0) {
      throw .invalid(
        path: path,
        problem: "\(log.rowName(row)): loss is \(loss), expected a number > 0 (residuals are relative: add a "
          + "constant to all losses otherwise)")
    }
    let rates: LoggedRatesFile
    if let schedule {
      rates = try LoggedRatesFile(contentsOf: schedule, options: options)
    } else {
      rates = try LoggedRatesFile(log, options: options, notes: [])
    }
    let learningRates = rates.rates.learningRates
    let first = options.firstStep ?? 0
    let after = losses.steps.firstIndex { $0 - first > learningRates.count } ?? losses.steps.count
    let rows = (losses.steps.firstIndex { $0 >= first } ?? after)..<after
    var notes = log.notes + rates.notes
    if after < losses.steps.count {
      let end = "the learning rates\(schedule.map { " of \($0.cutForMessage)" } ?? "") end with step "
      let last = learningRates.count - 1 + first
      guard schedule == nil, !rows.isEmpty else {
        throw .invalid(
          path: path,
          problem:
            "\(log.rowName(losses.rows[after])): step is \(losses.steps[after]), but \(end)\(last), expected "
            + "losses at most one step later")
      }
      let count = losses.steps.count - after
      notes.append(
        LogNote(
          path, "\(end)\(last): \(count == 1 ? "1 later loss is" : "\(count) later losses are") left out"))
    }
    guard !rows.isEmpty else {
      throw .undecided(
        path: path, problem: "the last loss is that of step \(losses.steps[losses.steps.count - 1])",
        parameter: "firstStep", expected: "at most that")
    }
    curve = try FileError.of(path) { () throws(NoisyQuadraticError) in
      try TrainingCurve(
        name: name ?? log.name, learningRates: learningRates, steps: losses.steps[rows].map { $0 - first },
        losses: Array(losses.values[rows]))
    }
    (self.path, self.notes) = (path, notes)
  }
}
