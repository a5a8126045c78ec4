import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

/// What offline meta-optimization with several horizons led to, ready to be written.
///
/// The formats are described in Docs/MetaOptimizeFormat.md.
public struct OfflineReport: Sendable {
  /// A horizon: what the search and the meta-descent found for it, and what becomes of that in the long run.
  public struct Panel: Sendable {
    /// Steps.
    public let horizon: Int
    /// The losses of the samples.
    public let surface: ScatteredSurface
    /// The meta-descents, from different starts; may be empty.
    public let descents: [OfflineDescent]
    /// The `[α₀, β]` of the lowest sample.
    public let best: [Double]
    /// Its loss at the horizon.
    public let bestLoss: Double
    /// Training losses with it after ``OfflineReport/curveSteps``; infinite from where training diverged.
    public let curve: [Double]

    /// A horizon's results.
    public init(
      horizon: Int, surface: ScatteredSurface, descents: [OfflineDescent], best: [Double], bestLoss: Double,
      curve: [Double]
    ) {
      self.horizon = horizon
      self.surface = surface
      self.descents = descents
      self.best = best
      self.bestLoss = bestLoss
      self.curve = curve
    }
  }

  /// Names of all plots that a report may have.
  static let plotNames = ["offline-surfaces", "offline-curves"]

  /// What the images are called.
  public let data: String
  /// All that is needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// Ranges of `α₀` and β.
  public let ranges: [ClosedRange<Double>]
  /// Ascending, at least one.
  public let panels: [Panel]
  /// Where the curves are known.
  public let curveSteps: [Int]
  /// The loss of the warm start, from which every run begins.
  public let startLoss: Double

  /// A report.
  public init(
    data: String, options: [JSONValue.Member], ranges: [ClosedRange<Double>], panels: [Panel],
    curveSteps: [Int], startLoss: Double
  ) {
    precondition(!panels.isEmpty && ranges.count == 2, "at least one horizon, two ranges")
    self.data = data
    self.options = options
    self.ranges = ranges
    self.panels = panels
    self.curveSteps = curveSteps
    self.startLoss = startLoss
  }

  /// Writes `offline.csv`, the plot scripts, and last `offline.json`. Scripts and pictures of an earlier run
  /// are removed; `PlotRenderer` draws the new ones.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("offline.csv", writeCSV)],
      after: [("offline.json", writeJSON)])
  }

  /// `offline.csv`: every sample with its loss after every horizon.
  public func writeCSV(to sink: inout TextSink) {
    sink.append(
      "initialRate,exponent" + panels.map { ",lossAfter\($0.horizon)" }.joined() + "\n")
    for (i, place) in panels[0].surface.places.enumerated() {
      let losses = panels.map { $0.surface.values[i] }
      sink.append(
        "\(place[0].jsonText),\(place[1].jsonText)"
          + losses.map { $0.isFinite ? ",\($0.jsonText)" : "," }.joined() + "\n")
    }
  }

  /// `offline.json`.
  public func writeJSON(to sink: inout TextSink) {
    let members: [JSONValue.Member] = [
      .init("format", .string("noisy-quadratic/meta-optimize-offline")),
      .init("version", .number(1)),
      .init("data", .string(data)),
      .init("options", .object(options)),
      .init("startLoss", .optional(startLoss)),
      .init("curveSteps", .array(curveSteps.map { .number(Double($0)) })),
      .init("horizons", .array(panels.map(Self.json))),
    ]
    sink.append(JSONValue.object(members).text + "\n")
  }

  private static func json(_ panel: Panel) -> JSONValue {
    .object([
      .init("horizon", .number(Double(panel.horizon))),
      .init("initialRate", .number(panel.best[0])),
      .init("exponent", .number(panel.best[1])),
      .init("loss", .optional(panel.bestLoss)),
      .init("curve", .array(panel.curve.map { .optional($0) })),
      .init(
        "descents",
        .array(
          panel.descents.map { descent in
            .object([
              .init("initialRate", .array(descent.path.map { .number($0[0]) })),
              .init("exponent", .array(descent.path.map { .number($0[1]) })),
              .init("loss", .array(descent.losses.map { .optional($0) })),
              .init("diverged", .bool(descent.hasDiverged)),
            ])
          })),
    ])
  }
}
