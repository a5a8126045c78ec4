import Foundation
import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

extension OfflineReport {
  /// The paper's Figures 5 and 6: the surfaces with meta-descents, and the training curves of the best
  /// schedules.
  public func plots() -> [PlotScript] { [surfacePlot, curvePlot] }

  private var surfacePlot: PlotScript {
    let descents = panels.contains { !$0.descents.isEmpty } ? "white: meta-descents by Adam; " : ""
    let heading = PlotHeading(
      .text("Training loss over initial rate and exponent of the decay: "), .name(data),
      legend: "black dots: samples; \(descents)diamond: the best sample; colours: interpolated")
    let count = 41
    let axes = ranges.map { range in
      (0..<count).map { ScatteredSurface.value(range, Double($0) / Double(count - 1)) }
    }
    var tables: [PlotData] = []
    let frame = HeatMap.frame(heading, panels: panels.count, axes: axes)
    var body = frame.text
    for (i, panel) in panels.enumerated() {
      let places = axes[1].flatMap { y in axes[0].map { [$0, y] } }
      let values = places.map { panel.surface($0) }
      let finite = values.filter(\.isFinite)
      let (low, high) = (finite.min() ?? 0, min(finite.max() ?? 0, 4 * startLoss))
      tables.append(
        PlotData(
          name: "surface\(i)", columns: [places.map { log10($0[0]) }, places.map { log10($0[1]) }, values]))
      tables.append(
        PlotData(
          name: "samples\(i)",
          columns: (0..<2).map { k in panel.surface.places.map { log10($0[k]) } }))
      tables.append(PlotData(name: "best\(i)", columns: panel.best.map { [log10($0)] }))
      body += HeatMap.scale(
        PlotText.steps(panel.horizon), "training loss, nats", low, high)
      body += """
            plot $surface\(i) using 1:2:3 with image, \\
              $samples\(i) using 1:2 with points pointtype 7 pointsize 0.2 linecolor rgb "black"
        """
      for (j, descent) in panel.descents.enumerated() {
        let name = "descent\(i)at\(j)"
        tables.append(
          PlotData(name: name, columns: (0..<2).map { k in descent.path.map { log10($0[k]) } }))
        body += HeatMap.path(name)
      }
      body += HeatMap.diamond("best\(i)") + "\n"
    }
    return PlotScript(
      name: "offline-surfaces", title: heading.title, width: frame.width, height: frame.height, data: tables,
      body: body + "  unset multiplot")
  }

  private var curvePlot: PlotScript {
    let heading = PlotHeading(
      .text("Training loss with the schedule that is best for each horizon: "), .name(data))
    let tables = panels.enumerated().map { i, panel in
      PlotData(name: "curve\(i)", columns: [curveSteps.map(Double.init), panel.curve])
    }
    let lines = panels.enumerated().map { i, panel in
      let name =
        "best for \(PlotText.steps(panel.horizon)): \(PlotText.number(panel.best[0], digits: 4))/(1 + t/K)^"
        + PlotText.number(panel.best[1], digits: 4)
      return "$curve\(i) using 1:2 with lines \(PlotScript.style(i, of: panels.count)) "
        + "title \(PlotText.quoted(name))"
    }
    let first = Double(max(curveSteps.first { $0 > 0 } ?? 1, 1))
    let panel = PlotPanel(
      "",
      x: PlotAxis(
        .x, "step", first...max(Double(curveSteps.last ?? 1), first), isLogarithmic: true, areWhole: true),
      y: PlotAxis(.y, "mean training loss, nats", showing: panels.map(\.curve), .logarithmic), key: .below,
      lines)
    return PlotScript(
      name: "offline-curves", title: heading.title, width: 900, height: 600, data: tables,
      body: panel.commands(under: heading, width: 900))
  }
}
