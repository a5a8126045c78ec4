import Foundation
import NoisyQuadratic

extension MetaSurfaceReport {
  /// One panel per horizon, as in the paper's Figure 5. A panel shows the final loss in colours over both
  /// parameters, the meta-descents, and the best point.
  public func plots() -> [PlotScript] {
    let grid = panels[0].surface
    let axes = [grid.columns.values, grid.rows.values]
    let windows = axes.map(HeatMap.window)
    let scales = panels.map(colors)
    let marks = panels.map { panel in zip(panel.best.parameters, windows).map(Self.place) }
    var legend =
      "colours: final loss, yellow \(scales.allSatisfy(\.isInitial) ? "the initial loss or more" : "the highest")"
    if panels.contains(where: { !$0.descents.isEmpty }) { legend += "; white: meta-descents by Adam" }
    if marks.contains(where: { $0.allSatisfy(\.isInside) }) { legend += "; diamond: the best" }
    if !marks.allSatisfy({ $0.allSatisfy(\.isInside) }) {
      legend += "; hollow diamond: the best, beyond the edge"
    }
    let heading = PlotHeading(
      .text("Final loss over the parameters of inverse-time decay: "), .name(problem.name), legend: legend)
    let frame = HeatMap.frame(heading, panels: panels.count, axes: axes)
    var data: [PlotData] = []
    var body = frame.text
    for (i, panel) in panels.enumerated() {
      let scale = scales[i]
      data.append(
        PlotData(name: "surface\(i)", columns: Self.points(panel.surface, overflow: scale.highest)))
      let isInside = marks[i].allSatisfy(\.isInside)
      var title = PlotText.steps(panel.horizon)
      if !isInside {
        title +=
          "; the best, rate \(PlotText.number(panel.best.parameters[0], digits: 3)), "
          + "exponent \(PlotText.number(panel.best.parameters[1], digits: 3)), lies outside"
      }
      body += HeatMap.scale(title, "final loss, in the problem's unit", scale.lowest, scale.highest)
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
      data.append(PlotData(name: "best\(i)", columns: marks[i].map { [$0.value] }))
      body += isInside ? HeatMap.diamond("best\(i)") : HeatMap.hollowDiamond("best\(i)")
      body += "\n"
    }
    body += "  unset multiplot"
    return [
      PlotScript(
        name: "meta-surface", title: heading.title, width: frame.width, height: frame.height, data: data,
        body: body)
    ]
  }

  /// The place of a parameter on an axis. It is at the edge if the parameter lies outside or has no
  /// logarithm.
  private static func place(
    _ parameter: Double, _ window: ClosedRange<Double>
  ) -> (value: Double, isInside: Bool) {
    let value = parameter > 0 ? log10(parameter) : -.infinity
    return (min(max(value, window.lowerBound), window.upperBound), window.contains(value))
  }

  /// The losses of the first and the last colour. The last is the initial loss if that is above the lowest
  /// loss.
  private func colors(
    _ panel: Panel
  ) -> (lowest: Double, highest: Double, isInitial: Bool) {
    let finite = panel.surface.values.flatMap { $0 }.filter(\.isFinite)
    let lowest = ([panel.best.solution.finalLoss] + finite).filter(\.isFinite).min() ?? 0
    let initial = problem.model.initialLoss
    if initial > lowest { return (lowest, initial, true) }
    return (lowest, finite.max() ?? lowest, false)
  }

  /// The logarithms of rate and exponent, because a picture needs even steps, and the loss. A loss that
  /// overflows becomes the finite number `overflow`.
  private static func points(_ surface: LossSurface, overflow: Double) -> [[Double]] {
    let (rates, exponents) = (surface.columns.values.map(log10), surface.rows.values.map(log10))
    return [
      exponents.flatMap { _ in rates }, exponents.flatMap { y in rates.map { _ in y } },
      surface.values.flatMap { $0 }.map { $0.isFinite ? $0 : overflow },
    ]
  }
}
