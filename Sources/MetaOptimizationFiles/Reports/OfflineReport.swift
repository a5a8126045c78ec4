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
    /// The losses of the samples at the horizon, in nats.
    public let surface: ScatteredSurface
    /// The meta-descents from different starts; may be empty.
    public let descents: [OfflineDescent]
    /// The `[α₀, β]` of the sample with the lowest loss.
    public let best: [Double]
    /// The loss of this sample at the horizon, in nats; infinite if training diverged.
    public let bestLoss: Double
    /// The training losses of this sample after ``OfflineReport/curveSteps``, in nats; infinite once training
    /// has diverged.
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
  /// The loss of the warm start, from which every run begins, in nats.
  public let startLoss: Double

  /// Creates a report.
  ///
  /// - Throws: `NoisyQuadraticError` if there is no panel or not two ranges, if the panels have different samples,
  ///   or if there are not two best parameters.
  public init(
    data: String, options: [JSONValue.Member], ranges: [ClosedRange<Double>], panels: [Panel],
    curveSteps: [Int], startLoss: Double
  ) throws(NoisyQuadraticError) {
    guard let places = panels.first?.surface.places else {
      throw .invalidCount(field: "panels", value: 0, expected: "at least 1")
    }
    guard ranges.count == 2 else {
      throw .lengthMismatch(field: "ranges", expected: 2, actual: ranges.count)
    }
    for (i, panel) in panels.enumerated() {
      guard panel.surface.places == places else {
        throw .invalidCount(field: "panel", value: i, expected: "one with the samples of panel 0")
      }
      guard panel.best.count == 2 else {
        throw .lengthMismatch(field: "panels[\(i)].best", expected: 2, actual: panel.best.count)
      }
    }
    self.data = data
    self.options = options
    self.ranges = ranges
    self.panels = panels
    self.curveSteps = curveSteps
    self.startLoss = startLoss
  }

  /// Writes `offline.csv`, then the plot scripts, and finally `offline.json`. Scripts and pictures of an
  /// earlier run are removed. `PlotRenderer` draws the new pictures.
  ///
  /// - Throws: `FileError` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames, before: [("offline.csv", writeCSV)],
      after: [("offline.json", writeJSON)])
  }

  /// Writes `offline.csv`: every sample with its loss after every horizon.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink, header: ["initialRate", "exponent"] + panels.map { "lossAfter\($0.horizon)" })
    for (i, place) in panels[0].surface.places.enumerated() {
      csv.addRow { line in
        for number in place + panels.map({ $0.surface.values[i] }) { line.add(number) }
      }
    }
  }

  /// Writes `offline.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink) { json in
      json.add("format", "noisy-quadratic/meta-optimize-offline")
      json.add("version", 1)
      json.add("data", data)
      json.add("options", options)
      json.add("startLoss", startLoss)
      json.add("curveSteps", counts: curveSteps)
      json.addArray("horizons") { json in
        for panel in panels { json.addObject { Self.fill(&$0, panel) } }
      }
    }
  }

  private static func fill(_ json: inout JSONObjectWriter, _ panel: Panel) {
    json.add("horizon", panel.horizon)
    json.add("initialRate", panel.best[0])
    json.add("exponent", panel.best[1])
    json.add("loss", panel.bestLoss)
    json.add("curve", numbers: panel.curve)
    json.addArray("descents") { json in
      for descent in panel.descents {
        json.addObject { json in
          json.add("initialRate", numbers: descent.path.lazy.map { $0[0] })
          json.add("exponent", numbers: descent.path.lazy.map { $0[1] })
          json.add("loss", numbers: descent.losses)
          json.add("diverged", descent.hasDiverged)
        }
      }
    }
  }
}
