import MetaOptimization
import NoisyQuadraticFiles

/// What online meta-optimization did to rate, momentum and training loss, ready to be written.
///
/// The formats are described in Docs/MetaOptimizeFormat.md.
public struct OnlineReport: Sendable {
  /// Names of all plots that a report may have.
  static let plotNames = ["online"]

  /// What the images are called.
  public let data: String
  /// All that is needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The finished runs, at least one.
  public let works: [OnlineWork]

  /// A report.
  public init(data: String, options: [JSONValue.Member], works: [OnlineWork]) {
    precondition(!works.isEmpty, "at least one run")
    self.data = data
    self.options = options
    self.works = works
  }

  /// Writes `online.csv`, the plot script, and last `online.json`. Scripts and pictures of an earlier run are
  /// removed; `PlotRenderer` draws the new ones.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("online.csv", writeCSV)],
      after: [("online.json", writeJSON)])
  }

  /// `online.csv`: run, step, training loss, effective rate and momentum.
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

  /// `online.json`.
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

  /// The paper's Figures 7 and 8: training loss, effective rate and momentum over the steps.
  public func plots() -> [PlotScript] {
    let heading = PlotScript.plain("Learning rate and momentum adapted online: \(data)")
    let tables = works.enumerated().map { i, work in
      let points = work.run.points
      return PlotData(
        name: "run\(i)",
        columns: [
          points.map { Double($0.step) }, points.map(\.loss), points.map(\.effectiveRate),
          points.map { 1 - $0.momentum },
        ])
    }
    let last = works[0].options.steps
    var body = """
        set multiplot layout 2,2 title "\(heading)" font ",18" noenhanced
        set xlabel "step"
        set xrange [0:\(last)]
        set xtics \(max(last / 5, 1))

      """
    for (title, column) in [
      ("mean training loss", 1), ("effective learning rate, rate/(1 - momentum)", 2), ("1 - momentum", 3),
    ] {
      body += "  set title \"\(title)\"\n"
      body += PlotScript.logarithmic("y", tables.map { $0.columns[column] }) + "\n  plot "
      body +=
        works.indices.map { "$run\($0) using 1:\(column + 1) with lines \(PlotScript.style($0))" }
        .joined(separator: ", \\\n    ") + "\n"
    }
    // The last panel is the legend.
    body += """
        unset logscale y
        set title ""
        unset border; unset tics; unset xlabel; unset grid
        set yrange [0:1]
        set key center center
        plot \(works.enumerated().map { i, work in
          "NaN with lines \(PlotScript.style(i)) title \"\(PlotScript.plain(work.legend))\""
        }.joined(separator: ", \\\n    "))
        unset multiplot
      """
    return [
      PlotScript(name: "online", title: heading, width: 1200, height: 850, data: tables, body: body)
    ]
  }
}

extension OnlineWork {
  fileprivate var legend: String {
    if let step = run.divergence { return "\(name), diverged at step \(step)" }
    return "\(name), ends at \(run.points.last?.loss.shortText ?? "-")"
  }
}
