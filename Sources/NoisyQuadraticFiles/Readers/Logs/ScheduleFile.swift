import NoisyQuadratic

/// A schedule as stored in a text file: one that this package wrote, or the log of a training run.
///
/// The formats are described in Docs/ScheduleFormat.md.
public struct ScheduleFile: Sendable, Equatable {
  /// The file's name without its extension.
  public let name: String
  /// The schedule, which has at least one step.
  public let schedule: Schedule
  /// The number that the file gives to the schedule's first step.
  public let firstStep: Int
  /// What was assumed or left out. A program shows every note to its user.
  public let notes: [LogNote]

  /// Reads a schedule file.
  ///
  /// - Parameters:
  ///   - path: the file, which may be a pipe.
  ///   - options: how it is read where it leaves a choice.
  /// - Throws: ``FileError`` with one line that names the file, the line, the field, its value and the
  ///   expected value; ``FileError/undecided(path:problem:parameter:expected:)`` if one of the options must
  ///   decide.
  public init(
    contentsOf path: String, options: TrainingLog.Options = .init()
  ) throws(FileError) {
    try self.init(
      TrainingLog(
        contentsOf: path, options: options, required: [.learningRate], optional: [.momentum, .batchSize]),
      options: options)
  }

  /// Takes the schedule from a log.
  ///
  /// - Parameters:
  ///   - log: a log with learning rates.
  ///   - options: those that the log was read with.
  /// - Throws: ``FileError`` if the log has no learning rate, if its rows are several steps apart and
  ///   `between` does not say how to read them, or if it states another convention.
  public init(_ log: TrainingLog, options: TrainingLog.Options = .init()) throws(FileError) {
    guard let rates = log.learningRate else {
      throw .invalid(path: log.path, problem: "there is no learning rate, expected at least one")
    }
    var notes = log.notes
    let (start, missing) = try Self.start(rates, log, options, &notes)
    try Self.check(rates.steps[start...], log, options, &notes)
    let last = rates.steps[rates.steps.count - 1]
    firstStep = rates.steps[start] - missing
    let count = last - firstStep + 1
    do throws(NoisyQuadraticError) {
      try MemoryRequirement.check(
        log.rowName(rates.rows[rates.rows.count - 1]) + ": step", last, doubles: 12 * Double(count))
    } catch {
      throw .invalid(path: log.path, problem: error.description)
    }
    let between = options.between ?? .hold
    func filled(_ values: [Double]) -> [Double] {
      Array(repeating: values[start], count: missing) + Self.fill(rates.steps[start...], values, between)
    }
    let learningRates = filled(rates.values)
    let momenta = log.momentum.map { filled($0.values) }
    // Every number was checked when its row was read.
    schedule = Schedule(
      validRates: learningRates, momenta: momenta ?? Array(repeating: 0, count: count),
      convention: try Self.convention(
        log, options, usesMomentum: momenta?.contains { $0 != 0 } ?? false, &notes),
      batchSizes: log.batchSize.map { filled($0.values) })
    name = log.name
    self.notes = notes
  }

  /// The place of the first row of the schedule, and the number of steps before it that are to be filled.
  private static func start(
    _ rates: TrainingLog.Series, _ log: TrainingLog, _ options: TrainingLog.Options, _ notes: inout [LogNote]
  ) throws(FileError) -> (row: Int, missing: Int) {
    guard let firstStep = options.firstStep else {
      if rates.steps[0] > 1 {
        notes.append(
          LogNote(
            log.path,
            "the log begins at step \(rates.steps[0]), and the schedule with it: earlier steps are not judged",
            parameters: ["firstStep", "between"]))
      }
      return (0, 0)
    }
    guard firstStep >= 0, let start = rates.steps.firstIndex(where: { $0 >= firstStep }) else {
      throw .undecided(
        path: log.path, problem: "the last step is \(rates.steps[rates.steps.count - 1])",
        parameter: "firstStep", expected: "at most that")
    }
    if start > 0 {
      notes.append(
        LogNote(log.path, "rows before step \(firstStep) are left out, \(start) of \(rates.steps.count)"))
    }
    let missing = rates.steps[start] - firstStep
    guard missing > 0 else { return (start, 0) }
    let steps = "\(missing) step\(missing == 1 ? "" : "s") before it"
    guard options.between != nil else {
      notes.append(
        LogNote(
          log.path,
          "the log begins at step \(rates.steps[start]), and the schedule with it: the \(steps) "
            + "\(missing == 1 ? "is" : "are") missing", parameters: ["between"]))
      return (start, 0)
    }
    notes.append(
      LogNote(
        log.path, "the log begins at step \(rates.steps[start]): the \(steps) are taken to have its rate"))
    return (start, missing)
  }

  /// Refuses steps that are not consecutive unless the options say what stands between them.
  private static func check(
    _ steps: ArraySlice<Int>, _ log: TrainingLog, _ options: TrainingLog.Options, _ notes: inout [LogNote]
  ) throws(FileError) {
    let gaps = zip(steps, steps.dropFirst()).map { $1 - $0 }
    guard let gap = gaps.firstIndex(where: { $0 > 1 }), let least = gaps.min(), let most = gaps.max() else {
      return
    }
    let spacing = least == most ? "\(most)" : "\(least) to \(most)"
    let i = steps.startIndex + gap + 1
    guard let between = options.between else {
      let row = log.rowName(log.learningRate?.rows[i] ?? 0)
      throw .undecided(
        path: log.path,
        problem: "\(row): step is \(steps[i]) after \(steps[i - 1]), and rows are \(spacing) steps apart",
        parameter: "between", expected: "hold (each rate holds until the next row) or linear")
    }
    let reading =
      between == .hold ? "each rate holds until the next row" : "rates between rows are interpolated"
    notes.append(
      LogNote(
        log.path,
        "\(steps.count) rows are \(spacing) steps apart: \(reading); the schedule ends with the last row, "
          + "after \(steps[steps.endIndex - 1] - steps[steps.startIndex] + 1) steps"))
  }

  /// The values at every step from the first to the last.
  private static func fill(
    _ steps: ArraySlice<Int>, _ values: [Double], _ between: TrainingLog.Options.Between
  ) -> [Double] {
    var filled: [Double] = []
    for i in steps.indices.dropLast() {
      let count = steps[i + 1] - steps[i]
      filled.append(values[i])
      let (low, high) = (min(values[i], values[i + 1]), max(values[i], values[i + 1]))
      for k in 1..<max(count, 1) {
        let share = between == .hold ? 0 : Double(k) / Double(count)
        // Rounding must not lead beyond the two, to a momentum of 1 for instance.
        filled.append(min(max(values[i] + share * (values[i + 1] - values[i]), low), high))
      }
    }
    return filled + steps.indices.suffix(1).map { values[$0] }
  }

  private static func convention(
    _ log: TrainingLog, _ options: TrainingLog.Options, usesMomentum: Bool, _ notes: inout [LogNote]
  ) throws(FileError) -> MomentumConvention {
    switch (log.momentumConvention, options.momentumConvention) {
    case (let stated?, let given?):
      guard stated == given else {
        throw .undecided(
          path: log.path, problem: "the file states the momentum convention \(stated.rawValue)",
          parameter: "momentumConvention", expected: "\(stated.rawValue) or none")
      }
      return stated
    case (let convention?, nil), (nil, let convention?): return convention
    case (nil, nil):
      if usesMomentum {
        notes.append(.velocityIsAssumed(log.path))
      }
      return .velocity
    }
  }

  /// Writes a schedule in a form that reads back as the same schedule. The convention is written if the
  /// schedule uses momentum; without momentum all are the same. Batch sizes are written if the schedule has them.
  public static func write(_ schedule: Schedule, to sink: TextSink) {
    let usesMomentum = schedule.usesMomentum
    let columns: [LogColumn] =
      [.step, .learningRate, .momentum] + (schedule.batchSizes == nil ? [] : [.batchSize])
      + (usesMomentum ? [.momentumConvention] : [])
    let csv = CSVWriter(to: sink, header: columns.map(\.name))
    for (t, step) in schedule.enumerated() {
      csv.addRow { line in
        line.add(t)
        line.add(step.learningRate)
        line.add(step.momentum)
        if let batchSize = step.batchSize { line.add(batchSize) }
        if usesMomentum { line.add(schedule.convention.rawValue) }
      }
    }
  }
}
