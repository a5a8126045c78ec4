import NoisyQuadratic

/// The fewest steps to a target over batch sizes, ready to be written (``BatchSizeScaling``).
///
/// The formats are described in Docs/BatchSizeScaling.md.
public struct ScalingReport: Sendable {
  /// The names of all plots that a report may have.
  static let plotNames = ["scaling", "scaling-powers", "scaling-rates", "scaling-schedules"]

  /// The names of the files that a report writes.
  package static let fileNames =
    ["scaling.csv", "scaling.json"] + plotNames.flatMap { [$0 + ".gp", $0 + ".svg", $0 + ".png"] }

  /// The problems.
  public let problems: [NamedProblem]
  /// The results on every problem, all with the same batch sizes and courses.
  public let scalings: [BatchSizeScaling]
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]

  /// Creates a report.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no problem, or if the results do not fit each other.
  public init(
    problems: [NamedProblem], scalings: [BatchSizeScaling], options: [JSONValue.Member]
  ) throws(NoisyQuadraticError) {
    guard let first = scalings.first, !first.batchSizes.isEmpty, !first.curves.isEmpty else {
      throw .invalidCount(field: "scalings", value: scalings.count, expected: "at least 1 with results")
    }
    guard scalings.count == problems.count else {
      throw .lengthMismatch(field: "scalings", expected: problems.count, actual: scalings.count)
    }
    for (i, other) in scalings.enumerated() {
      guard other.batchSizes == first.batchSizes, other.curves.map(\.course) == first.curves.map(\.course)
      else {
        throw .lengthMismatch(
          field: "scalings[\(i)].curves", expected: first.curves.count, actual: other.curves.count)
      }
    }
    self.problems = problems
    self.scalings = scalings
    self.options = options
  }

  /// The courses, which all problems share.
  package var courses: [BatchSizeScaling.Course] { scalings[0].curves.map(\.course) }

  /// The powers of preconditioners in ascending order. The information bound, which is always that without
  /// preconditioner, does not count.
  package var powers: [Double] {
    Set(courses.filter { $0.method != .informationBound }.map(\.power)).sorted()
  }

  /// The smallest power, the one at which schedules are computed too.
  package var basePower: Double { powers.first ?? 0 }

  /// Writes `scaling.csv`, then the plot scripts, and finally `scaling.json`. Scripts and pictures of an earlier run
  /// are removed. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("scaling.csv", writeCSV)], after: [("scaling.json", writeJSON)])
  }

  /// The figures of a result under the names that both files use; none if the target is not reached.
  private func figures(
    _ result: TargetReached?, batchSize: Double
  ) -> [(name: String, value: Double?)] {
    [
      ("steps", result.map { Double($0.steps) }), ("examples", result.map { Double($0.steps) * batchSize }),
      ("loss", result?.loss), ("previousLoss", result?.previousLoss),
      ("firstRate", result?.learningRates.first),
      ("largestRate", result?.learningRates.max()), ("lastRate", result?.learningRates.last),
      ("effectiveRate", result?.effectiveLearningRate), ("momentum", result?.momentum),
      ("decay", result?.decay),
    ]
  }

  /// Writes `scaling.csv`: a row for every problem, method, power and batch size.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["problem", "method", "power", "batchSize", "isReached"]
        + figures(nil, batchSize: 1).map(\.name))
    for (problem, scaling) in zip(problems, scalings) {
      for curve in scaling.curves {
        for (batchSize, outcome) in zip(scaling.batchSizes, curve.outcomes) {
          csv.addRow { line in
            line.add(problem.name)
            line.add(curve.course.method.name)
            line.add(curve.course.power)
            line.add(batchSize)
            line.add(outcome.reached == nil ? "false" : "true")
            for (_, value) in figures(outcome.reached, batchSize: batchSize) { line.add(value) }
          }
        }
      }
    }
  }

  /// Writes `scaling.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/batch-size-scaling")
      json.add("version", 1)
      json.add("momentumConvention", MomentumConvention.velocity.rawValue)
      json.add("options", options)
      json.add("target", scalings[0].search.target)
      json.addArray("problems", onLines: true) { json in
        for (problem, scaling) in zip(problems, scalings) {
          json.addObject { json in
            json.add("name", problem.name)
            json.add("dimension", problem.model.dimension)
            json.add("initialLoss", problem.model.initialLoss)
            json.addArray("curves", onLines: true) { json in
              for curve in scaling.curves { json.addObject { fill(&$0, curve, scaling.batchSizes) } }
            }
          }
        }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ curve: BatchSizeScaling.Curve, _ batchSizes: [Double]) {
    json.add("method", curve.course.method.name)
    json.add("power", curve.course.power)
    json.add("criticalBatchSize", curve.critical?.batchSize)
    json.add("minimumSteps", curve.critical?.minimumSteps)
    json.add("minimumExamples", curve.critical?.minimumExamples)
    json.add("largestDeviation", curve.critical?.largestDeviation)
    json.addArray("points", onLines: true) { json in
      for (batchSize, outcome) in zip(batchSizes, curve.outcomes) {
        json.addObject { json in
          json.add("batchSize", batchSize)
          json.add("isReached", outcome.reached != nil)
          for (name, value) in figures(outcome.reached, batchSize: batchSize) { json.add(name, value) }
          if let rates = outcome.reached?.learningRates, rates.count > 1 {
            json.add("learningRates", numbers: Self.sampled(rates))
          }
        }
      }
    }
  }

  /// A limited number of rates: all, or those at the middle of equal parts of the run.
  static func sampled(_ rates: [Double], most: Int = 100) -> [Double] {
    guard rates.count > most else { return rates }
    return (0..<most).map { rates[(2 * $0 + 1) * rates.count / (2 * most)] }
  }
}

extension StepsToTarget.Method {
  /// The name in files and tables.
  public var name: String {
    switch self {
    case .constant: "constant"
    case .momentum: "momentum"
    case .average: "average"
    case .pieces(let count): "pieces-\(count)"
    case .schedule: "schedule"
    case .informationBound: "bound"
    }
  }

  /// The name in plots.
  var title: String {
    switch self {
    case .constant: "constant rate"
    case .momentum: "rate and momentum"
    case .average: "averaged iterates"
    case .pieces(let count): "\(count) pieces"
    case .schedule: "best schedule"
    case .informationBound: "information bound"
    }
  }
}
