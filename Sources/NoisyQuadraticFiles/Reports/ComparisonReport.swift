import NoisyQuadratic

/// A comparison of several schedules for one problem and horizon, ready to be written.
///
/// The formats are described in Docs/ComparisonFormat.md.
public struct ComparisonReport: Sendable {
  /// One schedule of the comparison.
  public struct Row: Sendable {
    /// The schedule's entry in the comparison; its name is for instance `lookahead-10`.
    public let entry: HorizonComparison.Entry
    /// The schedule with its losses and statistics.
    public let solution: Solution
    /// The duration of the solve in seconds.
    public let seconds: Double

    /// Creates a row.
    public init(entry: HorizonComparison.Entry, solution: Solution, seconds: Double) {
      self.entry = entry
      self.solution = solution
      self.seconds = seconds
    }

    /// The schedule's name.
    public var name: String { entry.name }
  }

  /// A proven bound on the distance between the best known schedule and the optimum.
  public struct Certificate: Sendable {
    /// A lower bound on the final loss of every schedule within the limits, in the problem's unit.
    public let lower: Double
    /// The final loss of the best known schedule, in the problem's unit.
    public let upper: Double
    /// The method that proved the lower bound.
    public let method: BoundMethod
    /// The reason why the proof stopped at this bound.
    public let termination: CertificateTermination
    /// The requested relative gap.
    public let requestedGap: Double
    /// The duration of the proof in seconds.
    public let seconds: Double

    /// The relative gap `(upper − lower)/upper`; 0 if the upper bound is 0.
    public var gap: Double { upper > 0 ? max(upper - lower, 0) / upper : 0 }

    /// Creates a certificate. A better schedule with final loss `best` lowers its upper bound.
    public init(_ certificate: OptimalityCertificate, best: Double, seconds: Double) {
      lower = certificate.lowerBound
      // The certificate's own upper bound is rounded upward.
      upper = best < certificate.solution.finalLoss ? best : certificate.upperBound
      method = certificate.method
      termination = certificate.termination
      requestedGap = certificate.requestedGap
      self.seconds = seconds
    }
  }

  /// The problem.
  public let problem: NamedProblem
  /// The horizon T.
  public let horizon: Int
  /// The options needed to repeat the comparison, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The schedules. There is at least one, and all obey the same limits.
  public let rows: [Row]
  /// The certificate; `nil` if none was requested.
  public let certificate: Certificate?
  /// The steps that the files list.
  public let sampled: SampledSteps

  /// Creates a report.
  ///
  /// With `fullSeries` the files list every step, otherwise at most ``SampledSteps/maximum``.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no row or no step, or if a schedule does not have `horizon`
  ///   steps.
  public init(
    problem: NamedProblem, horizon: Int, options: [JSONValue.Member], rows: [Row],
    certificate: Certificate? = nil, fullSeries: Bool = false
  ) throws(NoisyQuadraticError) {
    for (field, count) in [("rows", rows.count), ("horizon", horizon)] where count < 1 {
      throw .invalidCount(field: field, value: count, expected: "at least 1")
    }
    for row in rows where row.solution.schedule.count != horizon {
      throw .lengthMismatch(field: row.name, expected: horizon, actual: row.solution.schedule.count)
    }
    self.problem = problem
    self.horizon = horizon
    self.options = options
    self.rows = rows
    self.certificate = certificate
    sampled = SampledSteps(horizon: horizon, fullSeries: fullSeries)
  }

  /// Returns the row with the given name.
  public func row(_ name: String) -> Row? { rows.first { $0.name == name } }

  /// Writes `comparison.csv`, then the plot scripts, and finally `comparison.json`. Scripts and pictures of
  /// an earlier run are removed. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("comparison.csv", writeCSV)],
      after: [("comparison.json", writeJSON)])
  }

  /// Writes `comparison.csv`: the step, then the rate, momentum and loss of every schedule, for every step of
  /// `lossSteps`.
  public func writeCSV(to sink: TextSink) {
    let columns = rows.flatMap { row in ["learningRate", "momentum", "loss"].map { "\(row.name).\($0)" } }
    let csv = CSVWriter(to: sink, header: ["step"] + columns)
    for t in sampled.lossSteps {
      csv.addRow { line in
        line.add(t)
        for row in rows { line.add(row.solution.schedule, row.solution.losses, at: t) }
      }
    }
  }

  /// Writes `comparison.json`.
  public func writeJSON(to sink: TextSink) {
    let solution = rows[0].solution
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/comparison")
      json.add("version", 1)
      json.add(problem, informationBound: solution.informationBound)
      json.add("options", options)
      json.add("horizon", horizon)
      json.add("stepIndexBase", 0)
      json.add(sampled)
      if let certificate {
        json.addObject("certificate") { json in
          json.add("lower", certificate.lower)
          json.add("upper", certificate.upper)
          json.add("gap", certificate.gap)
          json.add("method", certificate.method.rawValue)
          json.add("termination", certificate.termination.rawValue)
          json.add("seconds", certificate.seconds)
        }
      }
      json.add("momentumConvention", "velocity")
      json.add("learningRateLimit", solution.learningRateLimit)
      json.add("momentumLimit", solution.momentumLimit)
      json.addArray("schedules", onLines: true) { json in
        for row in rows {
          json.addObject { json in
            let solution = row.solution
            json.add(row.name, solution.schedule, solution.losses, at: sampled, solution.termination)
            json.add("seconds", row.seconds)
            json.add(solution.statistics)
          }
        }
      }
    }
  }
}
