import NoisyQuadratic

/// Short-horizon bias over problems, horizons and limits, ready to be written.
///
/// The formats are described in Docs/SweepFormat.md.
public struct SweepReport: Sendable {
  /// The result of a point.
  public enum Outcome: Sendable, Equatable {
    /// The figures.
    case bias(HorizonBias)
    /// The reason in one line why there are none.
    case error(String)

    /// The figures, if there are any.
    public var bias: HorizonBias? { if case .bias(let bias) = self { bias } else { nil } }
    /// The reason why there are none, if so.
    public var error: String? { if case .error(let error) = self { error } else { nil } }
  }

  /// The names of all plots that a report may have.
  static let plotNames = ["sweep"]

  /// The names of the files that a sweep writes.
  package static let fileNames =
    ["sweep.csv", "sweep.json"] + plotNames.flatMap { [$0 + ".gp", $0 + ".svg", $0 + ".png"] }

  /// The problems.
  public let problems: [NamedProblem]
  /// The names of the problems, by which readers can tell them apart.
  public let labels: [String]
  /// The look-aheads of every point.
  public let lookaheads: [Int]
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The points.
  public let points: [SweepPoint]
  /// The result of every point.
  public let outcomes: [Outcome]

  /// Creates a report.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no point, if lists have different lengths, if a point has another
  ///   problem than those given, or if figures are of another horizon or number of look-aheads.
  public init(
    problems: [NamedProblem], labels: [String], lookaheads: [Int], options: [JSONValue.Member],
    points: [SweepPoint], outcomes: [Outcome]
  ) throws(NoisyQuadraticError) {
    guard !points.isEmpty else { throw .invalidCount(field: "points", value: 0, expected: "at least 1") }
    guard labels.count == problems.count else {
      throw .lengthMismatch(field: "labels", expected: problems.count, actual: labels.count)
    }
    guard outcomes.count == points.count else {
      throw .lengthMismatch(field: "outcomes", expected: points.count, actual: outcomes.count)
    }
    for (i, point) in points.enumerated() {
      guard problems.indices.contains(point.problem) else {
        throw .invalidCount(
          field: "points[\(i)].problem", value: point.problem, expected: "below \(problems.count)")
      }
      guard let bias = outcomes[i].bias else { continue }
      guard bias.horizon == point.horizon else {
        throw .invalidCount(
          field: "outcomes[\(i)].horizon", value: bias.horizon, expected: "\(point.horizon)")
      }
      guard bias.lookaheadLosses.count == lookaheads.count else {
        throw .lengthMismatch(
          field: "outcomes[\(i)].lookaheadLosses", expected: lookaheads.count,
          actual: bias.lookaheadLosses.count)
      }
    }
    self.problems = problems
    self.labels = labels
    self.lookaheads = lookaheads
    self.options = options
    self.points = points
    self.outcomes = outcomes
  }

  /// Writes `sweep.csv`, then the plot script, and finally `sweep.json`. A script and pictures of an earlier run
  /// are removed. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("sweep.csv", writeCSV)], after: [("sweep.json", writeJSON)])
  }

  /// A figure of a point under the name that both files use.
  private enum Figure {
    case number(Double?)
    case count(Int?)
    case text(String?)
  }

  /// The figures of a point; absent ones for `nil`. Both files have them in this order.
  private func figures(_ bias: HorizonBias?) -> [(name: String, figure: Figure)] {
    let lookaheads = lookaheads.enumerated().map { i, lookahead in
      (name: "lookahead\(lookahead)Loss", figure: Figure.number(bias?.lookaheadLosses[i]))
    }
    return [
      ("learningRateLimit", .number(bias?.learningRateLimit)), ("initialLoss", .number(bias?.initialLoss)),
      ("greedyLoss", .number(bias?.greedyLoss)), ("constantLoss", .number(bias?.constantLoss)),
      ("constantRate", .number(bias?.constantRate)), ("constantMomentum", .number(bias?.constantMomentum)),
    ] + lookaheads + [
      ("optimalLoss", .number(bias?.optimalLoss)), ("termination", .text(bias?.termination.rawValue)),
      ("lowerBound", .number(bias?.lowerBound)), ("boundMethod", .text(bias?.boundMethod.rawValue)),
      ("gap", .number(bias?.gap)), ("greedyRatio", .number(bias?.greedyRatio)),
      ("firstRate", .number(bias?.firstRate)), ("peakRate", .number(bias?.peakRate)),
      ("lastRate", .number(bias?.lastRate)), ("decayStep", .count(bias?.decayStep)),
    ]
  }

  /// Writes `sweep.csv`: a row for every point.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["problem", "batchSize", "limit", "momentumLimit", "horizon"] + figures(nil).map(\.name)
        + ["error"])
    for (point, outcome) in zip(points, outcomes) {
      csv.addRow { line in
        line.add(labels[point.problem])
        line.add(point.batchSize)
        line.add(point.rateLimit)
        line.add(point.momentumLimit)
        line.add(point.horizon)
        for (_, figure) in figures(outcome.bias) {
          switch figure {
          case .number(let number): line.add(number)
          case .count(let count): line.add(count.map(Double.init))
          case .text(let text): line.add(text ?? "")
          }
        }
        line.add(outcome.error ?? "")
      }
    }
  }

  /// Writes `sweep.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/sweep")
      json.add("version", 1)
      json.add("momentumConvention", "velocity")
      json.add("stepIndexBase", 0)
      json.add("options", options)
      json.add("lookaheads", counts: lookaheads)
      json.addArray("problems", onLines: true) { json in
        for (label, problem) in zip(labels, problems) {
          json.addObject { json in
            json.add("label", label)
            json.add("name", problem.name)
            json.add("dimension", problem.model.dimension)
            json.add("irreducibleLoss", problem.model.irreducibleLoss)
            json.add("definition", problem.definition)
          }
        }
      }
      json.addArray("points", onLines: true) { json in
        for (point, outcome) in zip(points, outcomes) { json.addObject { fill(&$0, point, outcome) } }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ point: SweepPoint, _ outcome: Outcome) {
    json.add("problem", point.problem)
    json.add("batchSize", point.batchSize)
    json.add("limit", point.rateLimit)
    json.add("momentumLimit", point.momentumLimit)
    json.add("horizon", point.horizon)
    if let bias = outcome.bias {
      for (name, figure) in figures(bias) {
        switch figure {
        case .number(let number): json.add(name, number)
        case .count(let count): json.add(name, count)
        case .text(let text): json.add(name, text)
        }
      }
    }
    json.add("error", outcome.error)
  }
}
