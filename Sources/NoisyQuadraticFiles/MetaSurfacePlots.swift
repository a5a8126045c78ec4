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
        set palette defined (\(Self.viridis))
        set xlabel "initial learning rate"
        set ylabel "exponent of the decay"
        set xrange [\(Self.span(panels[0].surface.columns.values))]
        set yrange [\(Self.span(panels[0].surface.rows.values))]
        set xtics (\(Self.tics(panels[0].surface.columns.values)))
        set ytics (\(Self.tics(panels[0].surface.rows.values)))
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
          set cbtics \(isLogarithmic ? Self.lossTics(lowest, highest) : "autofreq")
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
        body += """
          , \\
              $\(name) using 1:2 with lines linewidth 4 linecolor rgb "black", \\
              $\(name) using 1:2 with lines linewidth 2 linecolor rgb "white", \\
              $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 1.1 linecolor rgb "black", \\
              $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb "white"
          """
      }
      let best = panel.best.parameters
      if best.allSatisfy({ $0 > 0 }) {
        data.append(PlotData(name: "best\(i)", columns: best.map { [log10($0)] }))
        body += """
          , \\
              $best\(i) using 1:2 with points pointtype 13 pointsize 1.7 linecolor rgb "white", \\
              $best\(i) using 1:2 with points pointtype 13 pointsize 1.2 linecolor rgb "#d55e00"
          """
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

  /// Matplotlib's colour map of that name at nine places (public domain, CC0).
  private static let viridis =
    "0 \"#440154\", 1 \"#472d7b\", 2 \"#3b528b\", 3 \"#2c728e\", 4 \"#21918c\", 5 \"#28ae80\", "
    + "6 \"#5ec962\", 7 \"#addc30\", 8 \"#fde725\""

  /// Logarithms, since pictures need even steps: rate, exponent, loss.
  private static func points(_ surface: LossSurface) -> [[Double]] {
    let (rates, exponents) = (surface.columns.values.map(log10), surface.rows.values.map(log10))
    return [
      exponents.flatMap { _ in rates }, exponents.flatMap { y in rates.map { _ in y } },
      surface.values.flatMap { $0 },
    ]
  }

  /// The range of an axis: half a cell beyond the first and the last value.
  private static func span(_ values: [Double]) -> String {
    let (low, high) = (log10(values[0]), log10(values[values.count - 1]))
    let half = values.count > 1 ? (high - low) / Double(2 * (values.count - 1)) : 0.5
    return "\((low - half).jsonText):\((high + half).jsonText)"
  }

  /// The powers of ten within an axis, by name.
  private static func tics(_ values: [Double]) -> String {
    let low = Int(log10(values[0]).rounded(.down))
    let high = Int(log10(values[values.count - 1]).rounded(.up))
    return (low...high).map { k in
      let value = pow(10, Double(k))
      return "\"\(abs(k) > 4 ? "1e\(k)" : value.fixed(Swift.max(0, -k)))\" \(k)"
    }.joined(separator: ", ")
  }

  /// Labels of a logarithmic colour scale: both ends and three losses between.
  private static func lossTics(_ low: Double, _ high: Double) -> String {
    let tics = (0...4).map { i in
      let loss = exp((1 - Double(i) / 4) * log(low) + Double(i) / 4 * log(high))
      return "\"\(loss.significant(3))\" \((i == 0 ? low : i == 4 ? high : loss).jsonText)"
    }
    return "(" + tics.joined(separator: ", ") + ")"
  }
}
