import Foundation
import NoisyQuadratic

extension MetaSurfaceReport {
  /// One panel per horizon: the final loss in colours over both parameters, the meta-descents, and the best
  /// point: the counterpart of the paper's Figure 5.
  public func plots() -> [PlotScript] {
    let columns = Int(Double(panels.count).squareRoot().rounded(.up))
    let rows = (panels.count + columns - 1) / columns
    let heading = PlotScript.plain(
      "Final loss over the parameters of inverse-time decay: \(problem.name)")
    var data: [PlotData] = []
    var body = """
        set multiplot layout \(rows),\(columns) title "\(heading)\\n\(Self.legend)" font ",15" noenhanced
        # Viridis: even steps look even, also to the colour-blind and in grey.
        set palette defined (\(HeatMap.viridis))
        set xlabel "initial learning rate"
        set ylabel "exponent of the decay"
        set xrange [\(HeatMap.span(panels[0].surface.columns.values))]
        set yrange [\(HeatMap.span(panels[0].surface.rows.values))]
        set xtics (\(HeatMap.tics(panels[0].surface.columns.values)))
        set ytics (\(HeatMap.tics(panels[0].surface.rows.values)))
        set tics out nomirror
        unset grid

      """
    for (i, panel) in panels.enumerated() {
      data.append(PlotData(name: "surface\(i)", columns: Self.points(panel.surface)))
      let lowest = Swift.min(
        panel.best.solution.finalLoss,
        panel.surface.minimum.map { panel.surface.values[$0.row][$0.column] } ?? .infinity)
      let highest = problem.model.initialLoss
      let isLogarithmic = lowest > 0 && lowest < highest && highest.isFinite
      body += """
          set title "\(panel.horizon) steps"
          \(isLogarithmic ? "set logscale cb" : "unset logscale cb")
          set cbrange [\(isLogarithmic ? "\(lowest.jsonText):\(highest.jsonText)" : "*:*")]
          set cbtics \(isLogarithmic ? HeatMap.lossTics(lowest, highest) : "autofreq")
          plot $surface\(i) using 1:2:3 with image
        """
      for (j, descent) in panel.descents.enumerated() {
        let name = "descent\(i)at\(j)"
        data.append(
          PlotData(
            name: name,
            columns: [
              descent.parameters.map { log10($0[0]) }, descent.parameters.map { log10($0[1]) },
            ]))
        body += HeatMap.path(name)
      }
      let best = panel.best.parameters
      if best.allSatisfy({ $0 > 0 }) {
        data.append(PlotData(name: "best\(i)", columns: best.map { [log10($0)] }))
        body += HeatMap.diamond("best\(i)")
      }
      body += "\n"
    }
    body += "  unset multiplot"
    return [
      PlotScript(
        name: "meta-surface", title: heading, width: 560 * columns + 80, height: 470 * rows + 60, data: data,
        body: body)
    ]
  }

  /// What the marks mean.
  private static let legend =
    "colours: final loss, yellow the initial loss or more; white: meta-descents by Adam; diamond: the best"

  /// Logarithms, since pictures need even steps: rate, exponent, loss.
  private static func points(_ surface: LossSurface) -> [[Double]] {
    let (rates, exponents) = (surface.columns.values.map(log10), surface.rows.values.map(log10))
    return [
      exponents.flatMap { _ in rates }, exponents.flatMap { y in rates.map { _ in y } },
      surface.values.flatMap { $0 },
    ]
  }
}
