import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

/// The effect of online meta-optimization on learning rate, momentum and training loss, ready to be written.
///
/// The formats are described in Docs/MetaOptimizeFormat.md.
public struct OnlineReport: Sendable {
  /// The names of all plots that a report may have.
  static let plotNames = ["online"]

  /// The name of the image set.
  public let data: String
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The finished runs, at least one.
  public let works: [OnlineWork]

  /// Creates a report.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no run.
  public init(
    data: String, options: [JSONValue.Member], works: [OnlineWork]
  ) throws(NoisyQuadraticError) {
    guard !works.isEmpty else { throw .invalidCount(field: "works", value: 0, expected: "at least 1") }
    self.data = data
    self.options = options
    self.works = works
  }

  /// Writes `online.csv`, then the plot script, and finally `online.json`. Scripts and pictures of an earlier
  /// run are removed. `PlotRenderer` draws the new pictures.
  ///
  /// - Throws: `FileError` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("online.csv", writeCSV)],
      after: [("online.json", writeJSON)])
  }

  /// Writes `online.csv`: the run, step, training loss, effective rate and momentum.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(to: sink, header: ["run", "step", "loss", "effectiveRate", "momentum"])
    for work in works {
      for point in work.run.points {
        csv.addRow { line in
          line.add(work.name)
          line.add(point.step)
          for number in [point.loss, point.effectiveRate, point.momentum] { line.add(number) }
        }
      }
    }
  }

  /// Writes `online.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink) { json in
      json.add("format", "noisy-quadratic/meta-optimize-online")
      json.add("version", 1)
      json.add("data", data)
      json.add("options", options)
      json.addArray("runs") { json in
        for work in works { json.addObject { Self.fill(&$0, work) } }
      }
    }
  }

  private static func fill(_ json: inout JSONObjectWriter, _ work: OnlineWork) {
    let points = work.run.points
    json.add("name", work.name)
    json.add("adaptive", work.options.isAdaptive)
    json.add("deterministic", work.options.isDeterministic)
    json.add("learningRate", work.options.learningRate)
    json.add("momentum", work.options.momentum)
    json.add("metaSteps", work.run.metaSteps)
    json.add("divergedLookaheads", work.run.divergedLookaheads)
    json.add("divergedAtStep", work.run.divergence)
    json.add("steps", counts: points.lazy.map(\.step))
    json.add("loss", numbers: points.lazy.map(\.loss))
    json.add("effectiveRate", numbers: points.lazy.map(\.effectiveRate))
    json.add("momenta", numbers: points.lazy.map(\.momentum))
  }

  /// The paper's Figures 7 and 8: the training loss, effective rate and momentum over the steps.
  public func plots() -> [PlotScript] {
    let heading = PlotHeading(.text("Learning rate and momentum adapted online: "), .name(data))
    let tables = works.enumerated().map { i, work in
      let points = work.run.points
      return PlotData(
        name: "run\(i)",
        columns: [
          points.map { Double($0.step) }, points.map(\.loss), points.map(\.effectiveRate),
          points.map { 1 - $0.momentum },
        ])
    }
    let styles = works.indices.map { PlotScript.style($0, of: works.count) }
    let x = PlotAxis(steps: works.map(\.options.steps).max() ?? 1)
    let panels = [
      ("mean training loss", "nats", 1),
      ("effective learning rate, rate/(1 - momentum)", "1/curvature", 2), ("1 - momentum", "", 3),
    ].map { title, label, column in
      PlotPanel(
        title, x: x, y: PlotAxis(.y, label, showing: tables.map { $0.columns[column] }, .logarithmic),
        works.indices.map { "$run\($0) using 1:\(column + 1) with lines \(styles[$0])" }
      ).commands
    }
    // The last panel is the legend.
    let legend = PlotPanel.legend(
      zip(works, styles).map { work, style in (work.legend, "with lines \(style)") },
      place: "  set key on inside center center vertical Left reverse noenhanced")
    let body = """
        set multiplot layout 2,2 title \(heading.literal(width: 1200, size: 18))
      \(panels.joined())\(legend)  unset multiplot
      """
    return [
      PlotScript(
        name: "online", title: heading.title, width: 1200, height: 850, data: tables, body: body)
    ]
  }
}

extension OnlineWork {
  fileprivate var legend: String {
    if let step = run.divergence { return "\(name), diverged at step \(step)" }
    return "\(name), ends at \(run.points.last.map { PlotText.number($0.loss, digits: 4) } ?? "-")"
  }
}
