import Foundation
import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

extension OfflineReport {
  /// The paper's Figures 5 and 6: surfaces with meta-descents, and the training curves of the winners.
  public func plots() -> [PlotScript] { [surfacePlot, curvePlot] }

  private var surfacePlot: PlotScript {
    let heading = PlotScript.plain("Training loss over initial rate and exponent of the decay: \(data)")
    let legend =
      "black dots: samples; white: meta-descents by Adam; diamond: the best sample; colours: interpolated"
    let count = 41
    let axes = ranges.map { range in
      (0..<count).map { ScatteredSurface.value(range, Double($0) / Double(count - 1)) }
    }
    var tables: [PlotData] = []
    let frame = HeatMap.frame(heading, legend: legend, panels: panels.count, axes: axes)
    var body = frame.text
    for (i, panel) in panels.enumerated() {
      let places = axes[1].flatMap { y in axes[0].map { [$0, y] } }
      let values = places.map { panel.surface($0) }
      let (low, high) = (values.min() ?? 0, min(values.max() ?? 0, 4 * startLoss))
      tables.append(
        PlotData(
          name: "surface\(i)", columns: [places.map { log10($0[0]) }, places.map { log10($0[1]) }, values]))
      tables.append(
        PlotData(
          name: "samples\(i)",
          columns: (0..<2).map { k in panel.surface.places.map { log10($0[k]) } }))
      tables.append(PlotData(name: "best\(i)", columns: panel.best.map { [log10($0)] }))
      body += HeatMap.scale("\(panel.horizon) steps", low, high)
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
      name: "offline-surfaces", title: heading, width: 560 * frame.columns + 80,
      height: 470 * frame.rows + 60,
      data: tables, body: body + "  unset multiplot")
  }

  private var curvePlot: PlotScript {
    let heading = PlotScript.plain("Training loss with the schedule that is best for each horizon: \(data)")
    let tables = panels.enumerated().map { i, panel in
      PlotData(name: "curve\(i)", columns: [curveSteps.map(Double.init), panel.curve])
    }
    let lines = panels.enumerated().map { i, panel in
      let name =
        "best for \(panel.horizon) steps: \(panel.best[0].shortText)/(1 + t/K)^\(panel.best[1].shortText)"
      return "$curve\(i) using 1:2 with lines \(PlotScript.style(i)) title \"\(name)\""
    }
    let body = """
        set title "\(heading)" font ",15"
        set xlabel "step"
        set ylabel "mean training loss"
      \(PlotScript.logarithmic("y", panels.map(\.curve)))
        set logscale x
        set xrange [1:\(max(curveSteps.last ?? 1, 2))]
        set key bottom left box opaque
        plot \(lines.joined(separator: ", \\\n    "))
      """
    return PlotScript(
      name: "offline-curves", title: heading, width: 900, height: 600, data: tables, body: body)
  }
}
