import MetaOptimization
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
  public init(data: String, options: [JSONValue.Member], works: [OnlineWork]) {
    precondition(!works.isEmpty, "at least one run")
    self.data = data
    self.options = options
    self.works = works
  }

  /// Writes `online.csv`, then the plot script, and finally `online.json`. Scripts and pictures of an earlier
  /// run are removed. `PlotRenderer` draws the new pictures.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("online.csv", writeCSV)],
      after: [("online.json", writeJSON)])
  }

  /// Writes `online.csv`: the run, step, training loss, effective rate and momentum.
  public func writeCSV(to sink: inout TextSink) {
    sink.append("run,step,loss,effectiveRate,momentum\n")
    for work in works {
      for point in work.run.points {
        sink.append(
          "\(work.name),\(point.step),\(point.loss.jsonText),\(point.effectiveRate.jsonText),"
            + "\(point.momentum.jsonText)\n")
      }
    }
  }

  /// Writes `online.json`.
  public func writeJSON(to sink: inout TextSink) {
    let members: [JSONValue.Member] = [
      .init("format", .string("noisy-quadratic/meta-optimize-online")),
      .init("version", .number(1)),
      .init("data", .string(data)),
      .init("options", .object(options)),
      .init("runs", .array(works.map(Self.json))),
    ]
    sink.append(JSONValue.object(members).text + "\n")
  }

  private static func json(_ work: OnlineWork) -> JSONValue {
    let points = work.run.points
    return .object([
      .init("name", .string(work.name)),
      .init("adaptive", .bool(work.options.isAdaptive)),
      .init("deterministic", .bool(work.options.isDeterministic)),
      .init("learningRate", .number(work.options.learningRate)),
      .init("momentum", .number(work.options.momentum)),
      .init("metaSteps", .number(Double(work.run.metaSteps))),
      .init("divergedLookaheads", .number(Double(work.run.divergedLookaheads))),
      .init("divergedAtStep", .optional(work.run.divergence.map(Double.init))),
      .init("steps", .array(points.map { .number(Double($0.step)) })),
      .init("loss", .array(points.map { .optional($0.loss) })),
      .init("effectiveRate", .array(points.map { .optional($0.effectiveRate) })),
      .init("momenta", .array(points.map { .optional($0.momentum) })),
    ])
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
