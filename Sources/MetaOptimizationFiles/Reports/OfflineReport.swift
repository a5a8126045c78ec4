import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

/// The results of offline meta-optimization with several horizons, ready to be written.
///
/// The formats are described in Docs/MetaOptimizeFormat.md.
public struct OfflineReport: Sendable {
  /// The results for one horizon: those of the search and of the meta-descents, and the long-run effect of
  /// the best schedule.
  public struct Panel: Sendable {
    /// The horizon in steps.
    public let horizon: Int
    /// The losses of the samples.
    public let surface: ScatteredSurface
    /// The meta-descents from different starts; may be empty.
    public let descents: [OfflineDescent]
    /// The `[α₀, β]` of the sample with the lowest loss.
    public let best: [Double]
    /// The loss of this sample at the horizon.
    public let bestLoss: Double
    /// The training losses of this sample after ``OfflineReport/curveSteps``; infinite once training has
    /// diverged.
    public let curve: [Double]

    /// Creates the results for a horizon.
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

  /// The names of all plots that a report may have.
  static let plotNames = ["offline-surfaces", "offline-curves"]

  /// The name of the image set.
  public let data: String
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The ranges of `α₀` and β.
  public let ranges: [ClosedRange<Double>]
  /// The panels in ascending order of horizon, at least one.
  public let panels: [Panel]
  /// The steps at which the curves are known.
  public let curveSteps: [Int]
  /// The loss of the warm start, from which every run begins.
  public let startLoss: Double

  /// Creates a report.
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

  /// Writes `offline.csv`, then the plot scripts, and finally `offline.json`. Scripts and pictures of an
  /// earlier run are removed. `PlotRenderer` draws the new pictures.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("offline.csv", writeCSV)],
      after: [("offline.json", writeJSON)])
  }

  /// Writes `offline.csv`: every sample with its loss after every horizon.
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

  /// Writes `offline.json`.
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
