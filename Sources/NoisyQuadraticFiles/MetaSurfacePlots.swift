import Foundation
import NoisyQuadratic

extension MetaSurfaceReport {
  /// One panel per horizon: the final loss in colours over both parameters, the meta-descents, and the best
  /// point: the counterpart of the paper's Figure 5.
  public func plots() -> [PlotScript] {
    let heading = PlotScript.plain(
      "Final loss over the parameters of inverse-time decay: \(problem.name)")
    var data: [PlotData] = []
    let grid = panels[0].surface
    let frame = HeatMap.frame(
      heading, legend: Self.legend, panels: panels.count, axes: [grid.columns.values, grid.rows.values])
    var body = frame.text
    for (i, panel) in panels.enumerated() {
      data.append(PlotData(name: "surface\(i)", columns: Self.points(panel.surface)))
      let lowest = Swift.min(
        panel.best.solution.finalLoss,
        panel.surface.minimum.map { panel.surface.values[$0.row][$0.column] } ?? .infinity)
      body += HeatMap.scale("\(panel.horizon) steps", lowest, problem.model.initialLoss)
      body += "    plot $surface\(i) using 1:2:3 with image"
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
        name: "meta-surface", title: heading, width: 560 * frame.columns + 80, height: 470 * frame.rows + 60,
        data: data,
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
