import NoisyQuadratic

/// Optimal schedules over source and capacity exponents, beside what theory says of them, ready to be written.
public struct PhaseReport: Sendable {
  /// The result of a point.
  public enum Outcome: Sendable, Equatable {
    /// The figures.
    case point(PhasePoint)
    /// The reason in one line why there are none.
    case error(String)

    /// The figures, if there are any.
    public var point: PhasePoint? { if case .point(let point) = self { point } else { nil } }
    /// The reason why there are none, if so.
    public var error: String? { if case .error(let error) = self { error } else { nil } }
  }

  /// A measured exponent beside the predicted one.
  public struct Exponent: Sendable, Equatable {
    /// What was measured; `nil` if nothing could be.
    public let measured: Double?
    /// The limit for T → ∞.
    public let predicted: Double
    /// Measured minus predicted.
    public var deviation: Double? { measured.map { $0 - predicted } }
  }

  /// The exponents at a point. All but that of the decay are local ones, between the horizon before and this one.
  public struct Exponents: Sendable, Equatable {
    /// That of the final loss. With momentum, the prediction is the largest one that momentum can reach.
    public let loss: Exponent
    /// That of the largest rate. With momentum, that of the largest effective rate, and the prediction is a heuristic.
    public let peakRate: Exponent
    /// The power of the steps left with which the rate decays.
    public let decay: Exponent
    /// That of the share of the run in which the rate is below its limit.
    public let decayingShare: Exponent
  }

  /// One result: a setting, its outcome, and the exponents since the horizon before it.
  public struct Row: Sendable {
    /// The point.
    public let setting: PhaseSetting
    /// The predictions.
    public let prediction: PhasePrediction
    /// The result.
    public let outcome: Outcome
    /// The exponents; `nil` without figures.
    public let exponents: Exponents?
  }

  /// The names of all plots that a report may have.
  static let plotNames = ["phases", "phases-approach", "phases-schedules"]

  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The results.
  public let rows: [Row]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - options: the options.
  ///   - settings: the points; those of one course in a row, their horizons ascending.
  ///   - outcomes: the result of every point.
  /// - Throws: `NoisyQuadraticError` if there is no point, if lists have different lengths, if figures are of another
  ///   horizon, or for exponents outside their domain.
  public init(
    options: [JSONValue.Member], settings: [PhaseSetting], outcomes: [Outcome]
  ) throws(NoisyQuadraticError) {
    guard !settings.isEmpty else {
      throw .invalidCount(field: "settings", value: 0, expected: "at least 1")
    }
    guard outcomes.count == settings.count else {
      throw .lengthMismatch(field: "outcomes", expected: settings.count, actual: outcomes.count)
    }
    var rows: [Row] = []
    for (i, setting) in settings.enumerated() {
      let point = outcomes[i].point
      if let point, point.horizon != setting.horizon {
        throw .invalidCount(
          field: "outcomes[\(i)].horizon", value: point.horizon, expected: "\(setting.horizon)")
      }
      let prediction = PhasePrediction(
        try SourceCapacityProblem(source: setting.source, capacity: setting.capacity))
      let earlier = rows.last.flatMap { $0.setting.isOfOneCourse(with: setting) ? $0.outcome.point : nil }
      let exponents = point.map { Self.exponents($0, since: earlier, prediction, setting) }
      rows.append(
        Row(setting: setting, prediction: prediction, outcome: outcomes[i], exponents: exponents))
    }
    self.options = options
    self.rows = rows
  }

  private static func exponents(
    _ point: PhasePoint, since earlier: PhasePoint?, _ prediction: PhasePrediction, _ setting: PhaseSetting
  ) -> Exponents {
    func local(_ quantity: (PhasePoint) -> Double) -> Double? {
      earlier.flatMap { point.exponent(of: quantity, since: $0) }
    }
    let hasMomentum = setting.momentumLimit > 0
    return Exponents(
      loss: Exponent(
        measured: local(\.loss),
        predicted: hasMomentum
          ? max(prediction.lossExponent, prediction.momentumExponent) : prediction.lossExponent),
      peakRate: Exponent(
        measured: local(\.peakRate),
        predicted: hasMomentum ? prediction.momentumPeakExponent : prediction.peakRateExponent),
      decay: Exponent(measured: point.decayExponent, predicted: prediction.decayExponent),
      decayingShare: Exponent(
        measured: local(\.decayingShare), predicted: prediction.decayingShareExponent))
  }

  /// Writes `phases.csv`, then the plot scripts, and finally `phases.json`.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("phases.csv", writeCSV)], after: [("phases.json", writeJSON)])
  }

  /// The figures of a row; absent ones without a result. Both files have them in this order.
  private func figures(_ row: Row?) -> [(name: String, value: Double?)] {
    let (point, exponents) = (row?.outcome.point, row?.exponents)
    func three(_ name: String, _ exponent: Exponent?) -> [(name: String, value: Double?)] {
      [
        (name + "Exponent", exponent?.measured), (name + "ExponentPredicted", exponent?.predicted),
        (name + "ExponentDeviation", exponent?.deviation),
      ]
    }
    return [
      ("loss", point?.loss), ("informationBound", point?.informationBound),
      ("accelerationBound", point?.accelerationBound), ("learningRateLimit", point?.learningRateLimit),
      ("peakRate", point?.peakRate), ("lastRate", point?.lastRate), ("peakMomentum", point?.peakMomentum),
      ("limitedShare", point?.limitedShare), ("intrinsicTime", point?.intrinsicTime),
      ("slowestReach", point?.slowestReach), ("fastestReach", point?.fastestReach),
      ("residual", point?.residual),
    ] + three("loss", exponents?.loss) + three("peakRate", exponents?.peakRate)
      + three("decay", exponents?.decay) + three("decayingShare", exponents?.decayingShare)
  }

  /// Writes `phases.csv`: a row for every point.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["source", "capacity", "phase", "noise", "momentumLimit", "horizon", "method", "termination"]
        + figures(nil).map(\.name) + ["error"])
    for row in rows {
      csv.addRow { line in
        line.add(row.setting.source)
        line.add(row.setting.capacity)
        line.add(row.phase)
        line.add(row.setting.noise.rawValue)
        line.add(row.setting.momentumLimit)
        line.add(row.setting.horizon)
        line.add(row.method)
        line.add(row.outcome.point?.termination.rawValue ?? "")
        for (_, value) in figures(row) { line.add(value) }
        line.add(row.outcome.error ?? "")
      }
    }
  }

  /// Writes `phases.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/phases")
      json.add("version", 1)
      json.add("momentumConvention", "velocity")
      json.add("stepIndexBase", 0)
      json.add("options", options)
      json.addArray("points", onLines: true) { json in
        for row in rows {
          json.addObject { json in
            json.add("source", row.setting.source)
            json.add("capacity", row.setting.capacity)
            json.add("phase", row.phase)
            json.add("noise", row.setting.noise.rawValue)
            json.add("momentumLimit", row.setting.momentumLimit)
            json.add("horizon", row.setting.horizon)
            json.add("method", row.method)
            if let point = row.outcome.point {
              json.add("termination", point.termination.rawValue)
              for (name, value) in figures(row) { json.add(name, value) }
              json.add("sampledStepsLeft", numbers: point.sampledStepsLeft)
              json.add("sampledRates", numbers: point.sampledRates)
            }
            json.add("error", row.outcome.error)
          }
        }
      }
    }
  }
}

extension PhaseReport.Row {
  /// `easy` or `hard`.
  public var phase: String { prediction.isEasy ? "easy" : "hard" }

  /// `exact`, or `continuous` for the continuous limit.
  public var method: String { setting.isContinuous ? "continuous" : "exact" }
}
