import NoisyQuadratic

/// Schedules for one problem and horizon, side by side, ready to be written.
///
/// The formats are described in Docs/ComparisonFormat.md.
public struct ComparisonReport: Sendable {
  /// The version of this package, as written into files.
  public static let programVersion = "0.1.0"

  /// One schedule of the comparison.
  public struct Row: Sendable {
    /// The schedule's name, for instance `lookahead-10`.
    public let entry: HorizonComparison.Entry
    /// The schedule and what is known of it.
    public let solution: Solution
    /// How long the solve took.
    public let seconds: Double

    /// A row.
    public init(entry: HorizonComparison.Entry, solution: Solution, seconds: Double) {
      self.entry = entry
      self.solution = solution
      self.seconds = seconds
    }

    /// The schedule's name.
    public var name: String { entry.name }
  }

  /// The problem.
  public let problem: ProblemFile
  /// T.
  public let horizon: Int
  /// All that is needed to run the comparison again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The schedules, at least one, all under the same limits.
  public let rows: [Row]

  /// A report. Every row has `horizon` steps.
  public init(problem: ProblemFile, horizon: Int, options: [JSONValue.Member], rows: [Row]) {
    precondition(!rows.isEmpty, "a comparison of at least one schedule")
    precondition(rows.allSatisfy { $0.solution.schedule.count == horizon }, "schedules of one horizon")
    self.problem = problem
    self.horizon = horizon
    self.options = options
    self.rows = rows
  }

  /// The row with the given name.
  public func row(_ name: String) -> Row? { rows.first { $0.name == name } }

  /// Writes `comparison.csv`, the plot scripts, their pictures if there is a renderer, and last
  /// `comparison.json`. Plots of an earlier run that are not written again are removed.
  public func write(
    to directory: OutputDirectory, plots: [PlotScript] = [], renderer: PlotRenderer? = nil
  ) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, renderer: renderer, before: [("comparison.csv", writeCSV)],
      after: [("comparison.json", writeJSON)])
  }

  /// `comparison.csv`: step, then rate, momentum and loss of every schedule.
  public func writeCSV(to sink: inout TextSink) {
    sink.append("step")
    for row in rows {
      for column in ["learningRate", "momentum", "loss"] { sink.append(",\(row.name).\(column)") }
    }
    sink.append("\n")
    func cell(_ number: Double?) -> String { number.map { $0.isFinite ? $0.jsonText : "" } ?? "" }
    for t in 0...horizon {
      sink.append("\(t)")
      for row in rows {
        let step = t < horizon ? row.solution.schedule[t] : nil
        let loss = row.solution.losses.values[t]
        sink.append(",\(cell(step?.learningRate)),\(cell(step?.momentum)),\(cell(loss))")
      }
      sink.append("\n")
    }
  }

  /// `comparison.json`.
  public func writeJSON(to sink: inout TextSink) {
    let solution = rows[0].solution
    let model = problem.model
    let header: [JSONValue.Member] = [
      .init("format", .string("noisy-quadratic/comparison")),
      .init("version", .number(1)),
      .init(
        "problem",
        .object([
          .init("name", .string(problem.name)),
          .init("dimension", .number(Double(model.dimension))),
          .init("initialLoss", .optional(model.initialLoss)),
          .init("irreducibleLoss", .optional(model.irreducibleLoss)),
          .init("informationBound", .optional(solution.informationBound)),
          .init("definition", problem.definition),
        ])),
      .init("options", .object(options)),
      .init("horizon", .number(Double(horizon))),
      .init("stepIndexBase", .number(0)),
    ]
    sink.append("{")
    for member in header { sink.append("\(JSONValue.string(member.key).text): \(member.value.text),\n ") }
    appendIndices("steps", 0..<horizon, to: &sink)
    appendIndices("lossSteps", 0..<horizon + 1, to: &sink)
    sink.append("\"momentumConvention\": \"velocity\",\n ")
    sink.append("\"learningRateLimit\": \(JSONValue.optional(solution.learningRateLimit).text),\n ")
    sink.append("\"momentumLimit\": \(solution.momentumLimit.jsonText),\n \"schedules\": [")
    for (i, row) in rows.enumerated() {
      sink.append(i == 0 ? "\n  " : ",\n  ")
      append(row, to: &sink)
    }
    sink.append("\n ]}\n")
  }

  private func appendIndices(_ key: String, _ indices: Range<Int>, to sink: inout TextSink) {
    sink.append("\"\(key)\": [")
    sink.append(numbers: indices.lazy.map(Double.init))
    sink.append("],\n ")
  }

  private func append(_ row: Row, to sink: inout TextSink) {
    let solution = row.solution
    sink.append(
      "{\"name\": \(JSONValue.string(row.name).text), \"finalLoss\": \(solution.finalLoss.jsonText)")
    for (key, numbers) in [
      ("learningRate", solution.schedule.learningRates), ("momentum", solution.schedule.momenta),
      ("loss", solution.losses.values),
    ] {
      sink.append(",\n   \"\(key)\": [")
      sink.append(numbers: numbers)
      sink.append("]")
    }
    sink.append(",\n   \"termination\": \"\(solution.termination.rawValue)\"")
    sink.append(", \"seconds\": \(row.seconds.jsonText)")
    sink.append(", \"statistics\": \(statistics(solution).text)}")
  }

  private func statistics(_ solution: Solution) -> JSONValue {
    let statistics = solution.statistics
    var members: [JSONValue.Member] = [
      .init("sweeps", .number(Double(statistics.sweeps))),
      .init("evaluations", .number(Double(statistics.evaluations))),
      .init("unconvergedWindows", .number(Double(statistics.unconvergedWindows))),
      .init("kktResidual", .optional(statistics.kktResidual)),
    ]
    if !statistics.starts.isEmpty {
      members += [
        .init("startSpread", .optional(statistics.startSpread)),
        .init("startNames", .array(statistics.starts.map { .string($0.name) })),
        .init("startLosses", .array(statistics.starts.map { .optional($0.finalLoss) })),
        .init("startSweeps", .array(statistics.starts.map { .number(Double($0.sweeps)) })),
      ]
    }
    return .object(members)
  }
}
