import NoisyQuadratic
import NoisyQuadraticFiles
import TrainingCurves

extension CurveFitReport {
  /// The names of all plots.
  static let plotNames = ["curve-fit", "curve-prediction", "schedules", "decay-length"]

  /// The plots: the fit, the prediction of held-out curves if there are any, the schedules, and the final loss
  /// against the length of the decay.
  public func plots() -> [PlotScript] {
    let curves = fitted.count == 1 ? "1 curve" : "\(fitted.count) curves"
    var plots = [
      comparisonPlot("curve-fit", "A noisy quadratic fitted to \(curves)", fitted, "fit")
    ]
    if !tests.isEmpty {
      let curves = tests.count == 1 ? "a curve" : "\(tests.count) curves"
      plots.append(
        comparisonPlot(
          "curve-prediction", "Predicted losses of \(curves) the fit has not seen", tests, "prediction"))
    }
    plots.append(schedulesPlot)
    if !decays.isEmpty { plots.append(decayPlot) }
    return plots
  }

  // MARK: Curves

  /// The largest number of curves in a picture.
  private static let mostPanels = 9

  /// A panel for every curve: measured losses as points over the model's line and its band.
  private func comparisonPlot(
    _ name: String, _ title: String, _ all: [CurveComparison], _ line: String
  ) -> PlotScript {
    let shown = Array(all.prefix(Self.mostPanels))
    let columns = min(shown.count, 3)
    let rows = (shown.count + columns - 1) / columns
    let points = "with points pointtype 7 pointsize 0.45 linecolor rgb \"#555555\""
    let model = "with lines linewidth 2 linecolor rgb \"#d55e00\""
    let band = "with filledcurves linecolor rgb \"#56b4e9\" fillstyle solid 0.45 noborder"
    var legend = [("measured", points), (line, model)]
    if let bands { legend.append((bands.title, band)) }
    let data = shown.enumerated().map { i, comparison in
      PlotData(name: "curve\(i)", columns: Self.columns(comparison))
    }
    let panels = zip(shown, data).map { comparison, data in
      var curves = ["$\(data.name) using 1:2 \(points)", "$\(data.name) using 1:3 \(model)"]
      if comparison.bands != nil { curves.insert("$\(data.name) using 1:4:5 \(band)", at: 0) }
      let error = Self.percent(comparison.metrics.worstRelativeError)
      return PlotPanel(
        PlotText.shortened("\(comparison.curve.name): error at most \(error)", toWidth: 26),
        x: PlotAxis(steps: comparison.curve.steps[comparison.curve.steps.count - 1]),
        y: PlotAxis(.y, "loss", showing: Array(data.columns[1...2]), .logarithmic), curves)
    }
    let omitted = all.count > shown.count ? " (\(shown.count) shown)" : ""
    let heading = PlotHeading(.text(title + omitted))
    let grid = PlotGrid(heading, rows: rows, columns: columns, size: (430, 340), legend: legend)
    return PlotScript(
      name: name, title: heading.title, width: grid.width, height: grid.height, data: data,
      body: grid.commands(panels))
  }

  /// A share in percent with two digits.
  private static func percent(_ share: Double) -> String { "\((100 * share).significant(2))%" }

  /// The step, the measured and predicted losses, and the ends of the band, in at most about a thousand rows.
  private static func columns(_ comparison: CurveComparison) -> [[Double]] {
    let curve = comparison.curve
    let count = curve.steps.count
    let rows = Array(Swift.stride(from: 0, to: count, by: max(1, count / 1000)))
    func column(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    return [rows.map { Double(curve.steps[$0]) }, column(curve.losses), column(comparison.predicted)]
      + (comparison.bands.map { [column($0.map(\.lower)), column($0.map(\.upper))] } ?? [])
  }

  // MARK: Schedules

  /// The optimum and the best members of the families that people use most.
  private var shown: [ScheduleForecast] {
    let stable = forecasts.first { $0.schedule.name.hasPrefix("wsd-") }?.schedule.name
    let names = ["cosine", "linear", stable, "constant"]
    return names.compactMap { name in forecasts.first { $0.schedule.name == name } } + [optimum]
  }

  /// The rates, and the losses that they are predicted to lead to.
  private var schedulesPlot: PlotScript {
    let shown = shown
    let horizon = plan.horizon
    let steps = Array(Swift.stride(from: 0, to: horizon, by: max(1, horizon / 1000))) + [horizon]
    let rates = shown.map { forecast in
      // There is no rate at the last step. Repeating the one before closes the curve.
      steps.map { forecast.schedule.learningRates[min($0, horizon - 1)] }
    }
    let losses = shown.map { fit.model.losses(under: $0.schedule.learningRates, at: steps) }
    let style = shown.indices.map { PlotScript.style($0, of: shown.count) }
    func curves(_ first: Int, _ kind: String) -> [String] {
      shown.indices.map { "$run using 1:\(first + $0) with \(kind) \(style[$0])" }
    }
    // Early losses would hide the differences at the end.
    let late = steps.firstIndex { 4 * $0 >= horizon } ?? 0
    let panels = [
      PlotPanel(
        "learning rate", x: PlotAxis(steps: horizon),
        y: PlotAxis(.y, "learning rate", showing: rates, .linearFromZero),
        curves(2, PlotScript.course(steps: horizon))),
      PlotPanel(
        "predicted loss", x: PlotAxis(steps: horizon),
        y: PlotAxis(.y, "loss", showing: losses.map { Array($0[late...]) }, .linear),
        curves(2 + shown.count, "lines")),
    ]
    let legend = zip(shown, style).map { forecast, style in
      (
        "\(forecast.schedule.name), ends at \(forecast.schedule.predictedFinalLoss.significant(5))",
        "with lines \(style)"
      )
    }
    let heading = PlotHeading(
      .text("The best schedule for \(PlotText.steps(horizon)) and the best of four families"))
    let grid = PlotGrid(heading, rows: 1, columns: 2, size: (560, 420), legend: legend)
    return PlotScript(
      name: "schedules", title: heading.title, width: grid.width, height: grid.height,
      data: [PlotData(name: "run", columns: [steps.map(Double.init)] + rates + losses)],
      body: grid.commands(panels))
  }

  /// The final loss against the share of the steps that follow the plateau.
  private var decayPlot: PlotScript {
    let best = optimum.schedule.predictedFinalLoss
    let decays = decays.sorted { $0.decaySteps < $1.decaySteps }
    let shares = decays.map { 100 * Double($0.decaySteps) / Double(plan.freeSteps) }
    let columns = [shares, decays.map(\.bestLoss), decays.map(\.squareRootLoss), decays.map { _ in best }]
    let styles = [
      "with linespoints pointtype 7 pointsize 0.8 linewidth 2 linecolor rgb \"#d55e00\"",
      "with linespoints pointtype 5 pointsize 0.8 linewidth 2 linecolor rgb \"#0072b2\"",
      "with lines linewidth 2 linecolor rgb \"#000000\" dashtype 2",
    ]
    // A little room at both ends, so that a decay of 1% has its number.
    let range = 0.95 * (shares.first ?? 1)...1.05 * (shares.last ?? 100)
    let panel = PlotPanel(
      "",
      x: PlotAxis(.x, "length of the decay, % of the free steps", range, isLogarithmic: true, areWhole: true),
      y: PlotAxis(.y, "predicted final loss", showing: Array(columns.dropFirst()), .linear),
      styles.indices.map { "$decays using 1:\($0 + 2) \(styles[$0])" })
    let heading = PlotHeading(
      .text("How late decay can start in \(PlotText.steps(plan.horizon))"))
    let grid = PlotGrid(
      heading, rows: 1, columns: 1, size: (720, 420),
      legend: zip(["best decay", "decay like 1 - sqrt", "best schedule"], styles).map { ($0, $1) })
    return PlotScript(
      name: "decay-length", title: heading.title, width: grid.width, height: grid.height,
      data: [PlotData(name: "decays", columns: columns)], body: grid.commands([panel]))
  }
}

extension CurveBands {
  /// The name of the bands, such as `90% band`.
  package var title: String {
    var text = (100 * level).significant(6)
    while text.hasSuffix("0") && text.contains(".") { text.removeLast() }
    return (text.hasSuffix(".") ? String(text.dropLast()) : text) + "% band"
  }
}
