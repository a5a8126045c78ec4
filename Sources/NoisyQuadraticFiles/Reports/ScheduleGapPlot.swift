import Foundation
import NoisyQuadratic

extension ScheduleGapReport {
  /// The name of the plot.
  static let plotName = "schedule-gap"

  /// Plots both schedules, their losses, the steps at which the excess is lost, and its place in the
  /// spectrum.
  public var plot: PlotScript {
    let usesMomentum = gap.schedule.usesMomentum || gap.optimum.schedule.usesMomentum
    let loss = "in the problem's unit"
    let x = PlotAxis(steps: gap.schedule.count)
    let course = PlotScript.course(steps: gap.schedule.count)
    let run = runColumns
    // Wide lines are drawn below narrow ones, so that equal curves stay visible.
    let given = "linewidth 4 linecolor rgb \"#0072b2\""
    let optimal = "linewidth 2 linecolor rgb \"#d55e00\" dashtype 2"
    let green = "linewidth 3 linecolor rgb \"#009e73\""
    func curves(_ column: Int, with style: String, _ between: [String] = []) -> [String] {
      ["$run using 1:\(column) with \(style) \(given) title 'given'"] + between
        + ["$run using 1:\(column + 3) with \(style) \(optimal) title 'best schedule'"]
    }
    // With momentum, the rates of different continuations are not comparable.
    let showsResponse = !usesMomentum && gap.regret != nil
    let response =
      "$run using 1:8 with \(course) \(green) title \(PlotText.quoted("best from the given schedule's state"))"
    var panels = [
      PlotPanel(
        "learning rate", x: x,
        y: PlotAxis(
          .y, "1/curvature", showing: [run[1], run[4]] + (showsResponse ? [run[7]] : []), .linear),
        key: .below, curves(2, with: course, showsResponse ? [response] : [])
      ).commands
    ]
    if usesMomentum {
      panels.append(
        PlotPanel(
          "momentum", x: x, y: PlotAxis(.y, "", 0...1.05), key: .below, curves(3, with: course)
        ).commands)
    }
    let attainable =
      "$attainable using 1:2 with lines \(green) dashtype 4 title 'final loss still attainable'"
    // Without a ceiling, a schedule that diverges would hide everything else.
    let highest = ([gap.losses.values[0]] + run[6]).filter(\.isFinite).max() ?? .infinity
    panels.append(
      PlotPanel(
        "expected loss", x: x,
        y: PlotAxis(
          .y, loss, showing: [run[3], run[6]] + (gap.regret.map { [$0.attainable] } ?? []), .logarithmic,
          ceiling: highest > 0 ? 1e6 * highest : .infinity),
        key: .below, curves(4, with: "lines", gap.regret == nil ? [] : [attainable])
      ).commands)
    if let regret = gap.regret {
      let losses = regret.segments.map { $0.regret / Double($0.steps.count) }
      // The width is large enough to show every box, including the last.
      let horizon = Double(gap.schedule.count)
      let room = horizon / 100
      let boxes = [("> 0", "#cc79a7", "rate too large"), ("<= 0", "#e69f00", "rate too small")].map {
        "$regret using 1:($4 \($0.0) ? $3 : NaN):($2 > \(room.jsonText) ? $2 : \(room.jsonText)) with boxes linecolor rgb \"\($0.1)\" title '\($0.2)'"
      }
      panels.append(
        "  set style fill solid 0.7 noborder\n"
          + PlotPanel(
            "what every step loses for good", x: PlotAxis(.x, "step", -room...horizon + room, areWhole: true),
            y: PlotAxis(.y, "\(loss), per step", showing: [losses], .linearFromZero), key: .below, boxes
          ).commands)
    }
    let columns = usesMomentum ? 3 : 2
    panels.append(spectrumPanel(after: panels.count, columns: columns))
    let (width, height) = (usesMomentum ? 1700 : 1300, 900)
    let heading = heading
    let body = """
        set multiplot layout 2,\(columns) title \(heading.literal(width: width, size: 18))
      \(panels.joined(separator: "\n"))\
        unset multiplot
      """
    return PlotScript(
      name: Self.plotName, title: heading.title, width: width, height: height,
      data: [
        PlotData(name: "run", columns: run), PlotData(name: "bands", columns: bandColumns),
      ] + (gap.regret.map(Self.regretData) ?? []), body: body)
  }

  private var heading: PlotHeading {
    PlotHeading(
      .name(name), .text(" on "), .name(problem.name),
      .text(
        ": ends at \(PlotText.number(gap.finalLoss, digits: 4)), "
          + "possible is \(PlotText.number(gap.optimum.finalLoss, digits: 4))"))
  }

  /// Four bars per band: the remaining signal and the noise of the given schedule and of the best one. The
  /// panel takes the rest of the second row.
  private func spectrumPanel(after panels: Int, columns: Int) -> String {
    let names = gap.spectrum.bands.map { band in
      let (low, high) = (band.curvatures.lowerBound, band.curvatures.upperBound)
      let text = PlotText.number(low, digits: 2)
      return low == high ? text : text + " to " + PlotText.number(high, digits: 2)
    }
    let bars = [
      ("given, signal left", "#0072b2", 2), ("given, noise", "#9ecae9", 3),
      ("best, signal left", "#d55e00", 4), ("best, noise", "#f5b78e", 5),
    ].enumerated().map { i, bar in
      "$bands using ($1 + \((0.2 * (Double(i) - 1.5)).fixed(1))):\(bar.2) with boxes linecolor rgb \"\(bar.1)\" "
        + "title '\(bar.0)'"
    }
    let panel = PlotPanel(
      "final loss by curvature", x: PlotAxis(.x, "curvature", names: names), y: bandAxis, key: .below, bars)
    let width = Double(2 * columns - panels) / Double(columns)
    return """
        set origin \((1 - width).fixed(4)),0; set size \(width.fixed(4)),0.48
        set boxwidth 0.19
        set style fill solid 1 noborder

      """ + panel.commands
  }

  /// The axis is logarithmic if the losses differ so much that some bars would be too short to see. It then
  /// begins so far below the smallest loss in a band that the bar of this loss is a seventh of the axis.
  private var bandAxis: PlotAxis {
    let label = "in the problem's unit"
    let columns = bandColumns
    let totals = (zip(columns[1], columns[2]).map { $0 + $1 } + zip(columns[3], columns[4]).map { $0 + $1 })
      .filter { $0.isFinite && $0 > 0 }
    let optimum = gap.optimum.finalLoss
    guard let low = totals.filter({ $0 >= 1e-12 * optimum }).min(), let high = totals.max(),
      high > 20 * low
    else { return PlotAxis(.y, label, showing: Array(columns.dropFirst()), .linearFromZero) }
    let span = Swift.max(log10(high) - log10(low), 6)
    return PlotAxis(.y, label, low / pow(10, span / 6)...2 * high, isLogarithmic: true)
  }

  // MARK: Data

  /// The columns are the step; the rate, momentum and loss of both schedules; and the rate of the best
  /// response. There are at most about 2000 rows.
  private var runColumns: [[Double]] {
    let horizon = gap.schedule.count
    let steps = Array(Swift.stride(from: 0, to: horizon, by: max(1, horizon / 2000))) + [horizon]
    func columns(_ schedule: Schedule) -> [[Double]] {
      // There is no rate at step T. Repeating the last one closes the curve.
      let shown = steps.map { schedule[min($0, horizon - 1)] }
      return [shown.map(\.learningRate), shown.map(\.momentum)]
    }
    func losses(_ curve: ExpectedLossCurve) -> [Double] { steps.map { curve.values[$0] } }
    return [steps.map(Double.init)] + columns(gap.schedule) + [losses(gap.losses)]
      + columns(gap.optimum.schedule) + [losses(gap.optimum.losses)]
      + columns(gap.regret?.bestResponse ?? gap.optimum.schedule).prefix(1)
  }

  /// Two tables: the attainable loss between the segments; and the middle, width, regret per step and slope
  /// of every segment.
  private static func regretData(_ regret: RegretProfile) -> [PlotData] {
    let segments = regret.segments
    return [
      PlotData(
        name: "attainable",
        columns: [[0] + segments.map { Double($0.steps.upperBound) }, regret.attainable]),
      PlotData(
        name: "regret",
        columns: [
          segments.map { Double($0.steps.lowerBound + $0.steps.upperBound) / 2 },
          segments.map { Double($0.steps.count) }, segments.map { $0.regret / Double($0.steps.count) },
          segments.map(\.slope),
        ]),
    ]
  }

  private var bandColumns: [[Double]] {
    let (given, optimal) = (gap.spectrum.bands, gap.optimalSpectrum.bands)
    return [
      given.indices.map(Double.init), given.map(\.signal), given.map(\.noise), optimal.map(\.signal),
      optimal.map(\.noise),
    ]
  }
}
