import NoisyQuadratic

/// The effect of the horizon on the two parameters of inverse-time decay, ready to be written.
///
/// The formats are described in Docs/MetaSurfaceFormat.md.
public struct MetaSurfaceReport: Sendable {
  /// The results for one horizon: its surface, its best parameters, and the paths of the meta-descents.
  public struct Panel: Sendable {
    /// The horizon T.
    public let horizon: Int
    /// The final losses over initial rate (columns) and exponent (rows).
    public let surface: LossSurface
    /// The best parameters for this horizon.
    public let best: FamilyFit
    /// The loss that these best parameters reach at the longest horizon.
    public let lossAtLongest: Double
    /// The meta-descents, one per start.
    public let descents: [MetaDescent.Trajectory]

    /// Creates a panel.
    public init(
      surface: LossSurface, best: FamilyFit, lossAtLongest: Double, descents: [MetaDescent.Trajectory]
    ) {
      horizon = surface.horizon
      self.surface = surface
      self.best = best
      self.lossAtLongest = lossAtLongest
      self.descents = descents
    }
  }

  /// The names of all plots that a report may have.
  static let plotNames = ["meta-surface"]

  /// The problem.
  public let problem: ProblemFile
  /// The family, with its time scale and momentum.
  public let family: InverseTimeFamily
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The panels in ascending order of horizon. There is at least one, and all have the same grid.
  public let panels: [Panel]

  /// Creates a report.
  public init(
    problem: ProblemFile, family: InverseTimeFamily, options: [JSONValue.Member], panels: [Panel]
  ) {
    precondition(!panels.isEmpty, "at least one horizon")
    precondition(
      panels.allSatisfy {
        $0.surface.columns == panels[0].surface.columns && $0.surface.rows == panels[0].surface.rows
      }, "one grid")
    self.problem = problem
    self.family = family
    self.options = options
    self.panels = panels
  }

  /// The longest horizon, which is the last.
  public var longestHorizon: Int { panels[panels.count - 1].horizon }

  /// Writes `meta-surface.csv`, then the plot script, and finally `meta-surface.json`. Scripts and pictures
  /// of an earlier run are removed. ``PlotRenderer`` draws the new pictures.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("meta-surface.csv", writeCSV)],
      after: [("meta-surface.json", writeJSON)])
  }

  /// Writes `meta-surface.csv`: the horizon, initial rate, exponent and final loss of every grid point.
  public func writeCSV(to sink: inout TextSink) {
    sink.append("horizon,initialValue,exponent,loss\n")
    for panel in panels {
      for (exponent, losses) in zip(panel.surface.rows.values, panel.surface.values) {
        for (rate, loss) in zip(panel.surface.columns.values, losses) {
          let cell = loss.isFinite ? loss.jsonText : ""
          sink.append("\(panel.horizon),\(rate.jsonText),\(exponent.jsonText),\(cell)\n")
        }
      }
    }
  }

  /// Writes `meta-surface.json`.
  public func writeJSON(to sink: inout TextSink) {
    let grid = panels[0].surface
    var momentum = 0.0
    if case .fixed(let given) = family.momentum { momentum = given }
    sink.append("{")
    sink.append(members: [
      .init("format", .string("noisy-quadratic/meta-surface")),
      .init("version", .number(1)),
      .init(
        "problem",
        problem.summary(informationBound: panels[panels.count - 1].best.solution.informationBound)),
      .init("options", .object(options)),
      .init("family", .string("inverse-time")),
      .init("timeScale", .number(family.timeScale)),
      .init("momentum", .number(momentum)),
      .init("momentumConvention", .string("velocity")),
      .init("longestHorizon", .number(Double(longestHorizon))),
      .init("initialValue", .array(grid.columns.values.map { .number($0) })),
      .init("exponent", .array(grid.rows.values.map { .number($0) })),
    ])
    sink.append("\"horizons\": [")
    for (i, panel) in panels.enumerated() {
      sink.append(i == 0 ? "\n  " : ",\n  ")
      append(panel, to: &sink)
    }
    sink.append("\n ]}\n")
  }

  private func append(_ panel: Panel, to sink: inout TextSink) {
    let best: [JSONValue.Member] = [
      .init("initialValue", .number(panel.best.parameters[0])),
      .init("exponent", .number(panel.best.parameters[1])),
      .init("loss", .optional(panel.best.solution.finalLoss)),
      .init("lossAtLongestHorizon", .optional(panel.lossAtLongest)),
      .init("residual", .optional(panel.best.residual)),
      .init("termination", .string(panel.best.solution.termination.rawValue)),
      .init("evaluations", .number(Double(panel.best.solution.statistics.evaluations))),
    ]
    sink.append("{\"horizon\": \(panel.horizon),\n   \"best\": \(JSONValue.object(best).text)")
    sink.append(",\n   \"loss\": [")
    for (r, row) in panel.surface.values.enumerated() {
      sink.append(r == 0 ? "\n    [" : ",\n    [")
      sink.append(numbers: row)
      sink.append("]")
    }
    sink.append("],\n   \"descents\": [")
    for (i, descent) in panel.descents.enumerated() {
      sink.append(i == 0 ? "\n    {" : ",\n    {")
      for (key, numbers) in [
        ("initialValue", descent.parameters.map { $0[0] }), ("exponent", descent.parameters.map { $0[1] }),
        ("loss", descent.values),
      ] {
        sink.append(key, numbers: numbers)
        sink.append(",\n     ")
      }
      sink.append("\"termination\": \"\(descent.termination.rawValue)\"}")
    }
    sink.append("]}")
  }
}
