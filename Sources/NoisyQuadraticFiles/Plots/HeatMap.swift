import Foundation

/// The parts that all heat maps over two logarithmic axes share: colours, tics and marks.
package enum HeatMap {
  /// Nine samples of Matplotlib's colour map viridis (public domain, CC0).
  private static let viridis =
    "0 \"#440154\", 1 \"#472d7b\", 2 \"#3b528b\", 3 \"#2c728e\", 4 \"#21918c\", 5 \"#28ae80\", "
    + "6 \"#5ec962\", 7 \"#addc30\", 8 \"#fde725\""

  /// Creates one panel per map with the parts that all maps share. The axes cover the given values.
  package static func frame(
    _ heading: PlotHeading, panels: Int, axes: [[Double]]
  ) -> (width: Int, height: Int, text: String) {
    let columns = Int(Double(panels).squareRoot().rounded(.up))
    let rows = (panels + columns - 1) / columns
    let (width, height) = (600 * columns + 80, 470 * rows + 60)
    let (rates, exponents) = (window(axes[0]), window(axes[1]))
    let text = """
        set multiplot layout \(rows),\(columns) title \(heading.literal(width: width, size: 15))
        # Viridis: even steps look even, also to the colour-blind and in grey.
        set palette defined (\(viridis))
        set xlabel 'initial learning rate, 1/curvature' noenhanced
        set ylabel 'exponent of the decay' noenhanced
        set xrange [\(rates.lowerBound.jsonText):\(rates.upperBound.jsonText)]
        set yrange [\(exponents.lowerBound.jsonText):\(exponents.upperBound.jsonText)]
        set xtics \(tics(rates))
        set ytics \(tics(exponents))
        set tics out nomirror
        set rmargin 13
        unset grid
        unset key

      """
    return (width, height, text)
  }

  /// Returns the commands for a panel's title and its colours, from the lowest loss to the highest. The scale
  /// is logarithmic if the losses allow it.
  ///
  /// - Parameters:
  ///   - title: the title above the panel.
  ///   - label: the meaning of the colours, with the unit.
  ///   - lowest: the loss of the first colour.
  ///   - highest: the loss of the last colour.
  /// - Returns: the commands.
  package static func scale(_ title: String, _ label: String, _ lowest: Double, _ highest: Double) -> String {
    let low = lowest.isFinite ? lowest : 0
    let axis = PlotAxis(
      .color, label, low...(highest.isFinite && highest > low ? highest : low), isLogarithmic: low > 0)
    return "  set title \(PlotText.quoted(title)) noenhanced\n" + axis.commands
  }

  /// The range of logarithms that an axis shows. It extends half a cell beyond the first and the last value.
  package static func window(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (log10(values[0]), log10(values[values.count - 1]))
    let half = high > low ? (high - low) / Double(2 * (values.count - 1)) : 0.5
    return low - half...high + half
  }

  /// The tics of a logarithmic axis, placed at their logarithms.
  private static func tics(_ window: ClosedRange<Double>) -> String {
    PlotTic.logarithmic(pow(10, window.lowerBound)...pow(10, window.upperBound))
      .map { PlotTic(value: log10($0.value), label: $0.label) }.text
  }

  /// The part of a plot command that draws a line, visible on all colours, with a dot at its start.
  package static func path(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with lines linewidth 4 linecolor rgb "black", \\
        $\(name) using 1:2 with lines linewidth 2 linecolor rgb "white", \\
        $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 1.1 linecolor rgb "black", \\
        $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb "white"
    """
  }

  /// The part of a plot command that draws a diamond over the colours.
  package static func diamond(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with points pointtype 13 pointsize 1.7 linecolor rgb "white", \\
        $\(name) using 1:2 with points pointtype 13 pointsize 1.2 linecolor rgb "#d55e00"
    """
  }

  /// The part of a plot command that draws a hollow diamond over the colours, for a point outside the map.
  package static func hollowDiamond(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with points pointtype 12 pointsize 1.9 linewidth 5 linecolor rgb "white", \\
        $\(name) using 1:2 with points pointtype 12 pointsize 1.9 linewidth 2 linecolor rgb "#d55e00"
    """
  }
}
