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
    /// The loss that these best parameters reach at the longest horizon, in the problem's unit.
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
  public let problem: NamedProblem
  /// The family, with its time scale and momentum.
  public let family: InverseTimeFamily
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The panels in ascending order of horizon. There is at least one, and all have the same grid.
  public let panels: [Panel]

  /// Creates a report.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no panel, if the grids differ, or if there are not two best
  ///   parameters.
  public init(
    problem: NamedProblem, family: InverseTimeFamily, options: [JSONValue.Member], panels: [Panel]
  ) throws(NoisyQuadraticError) {
    guard let first = panels.first?.surface else {
      throw .invalidCount(field: "panels", value: 0, expected: "at least 1")
    }
    for (i, panel) in panels.enumerated() {
      guard panel.surface.columns == first.columns, panel.surface.rows == first.rows else {
        throw .invalidCount(field: "panel", value: i, expected: "one with the grid of panel 0")
      }
      guard panel.best.parameters.count == 2 else {
        throw .lengthMismatch(
          field: "panels[\(i)].best.parameters", expected: 2, actual: panel.best.parameters.count)
      }
    }
    self.problem = problem
    self.family = family
    self.options = options
    self.panels = panels
  }

  /// The longest horizon, which is the last.
  public var longestHorizon: Int { panels[panels.count - 1].horizon }

  /// Writes `meta-surface.csv`, then the plot script, and finally `meta-surface.json`. Scripts and pictures
  /// of an earlier run are removed. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("meta-surface.csv", writeCSV)],
      after: [("meta-surface.json", writeJSON)])
  }

  /// Writes `meta-surface.csv`: the horizon, initial rate, exponent and final loss of every grid point.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(to: sink, header: ["horizon", "initialValue", "exponent", "loss"])
    for panel in panels {
      for (exponent, losses) in zip(panel.surface.rows.values, panel.surface.values) {
        for (rate, loss) in zip(panel.surface.columns.values, losses) {
          csv.addRow { line in
            line.add(panel.horizon)
            for number in [rate, exponent, loss] { line.add(number) }
          }
        }
      }
    }
  }

  /// Writes `meta-surface.json`.
  public func writeJSON(to sink: TextSink) {
    let grid = panels[0].surface
    var momentum = 0.0
    if case .fixed(let given) = family.momentum { momentum = given }
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/meta-surface")
      json.add("version", 1)
      json.add(problem, informationBound: panels[panels.count - 1].best.solution.informationBound)
      json.add("options", options)
      json.add("family", "inverse-time")
      json.add("timeScale", family.timeScale)
      json.add("momentum", momentum)
      json.add("momentumConvention", "velocity")
      json.add("longestHorizon", longestHorizon)
      json.add("initialValue", numbers: grid.columns.values)
      json.add("exponent", numbers: grid.rows.values)
      json.addArray("horizons", onLines: true) { json in
        for panel in panels { json.addObject(onLines: true) { fill(&$0, panel) } }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ panel: Panel) {
    let best = panel.best
    json.add("horizon", panel.horizon)
    json.addObject("best") { json in
      json.add("initialValue", best.parameters[0])
      json.add("exponent", best.parameters[1])
      json.add("loss", best.solution.finalLoss)
      json.add("lossAtLongestHorizon", panel.lossAtLongest)
      json.add("residual", best.residual)
      json.add("termination", best.solution.termination.rawValue)
      json.add("evaluations", best.solution.statistics.evaluations)
    }
    json.addArray("loss", onLines: true) { json in
      for row in panel.surface.values { json.add(numbers: row) }
    }
    json.addArray("descents", onLines: true) { json in
      for descent in panel.descents {
        json.addObject(onLines: true) { json in
          json.add("initialValue", numbers: descent.parameters.lazy.map { $0[0] })
          json.add("exponent", numbers: descent.parameters.lazy.map { $0[1] })
          json.add("loss", numbers: descent.values)
          json.add("termination", descent.termination.rawValue)
        }
      }
    }
  }
}
