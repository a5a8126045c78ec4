import Foundation

/// What heat maps over two logarithmic axes have in common: colours, tics and marks.
package enum HeatMap {
  /// Matplotlib's colour map of that name at nine places (public domain, CC0).
  private static let viridis =
    "0 \"#440154\", 1 \"#472d7b\", 2 \"#3b528b\", 3 \"#2c728e\", 4 \"#21918c\", 5 \"#28ae80\", "
    + "6 \"#5ec962\", 7 \"#addc30\", 8 \"#fde725\""

  /// Panels for as many maps, with what all of them share; axes from the values on them.
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

  /// A panel's title, and its colours from the lowest loss to the highest, logarithmic where they allow it.
  ///
  /// - Parameters:
  ///   - title: above the panel.
  ///   - label: what the colours mean, with the unit.
  ///   - lowest: the loss of the first colour.
  ///   - highest: that of the last.
  /// - Returns: the commands.
  package static func scale(_ title: String, _ label: String, _ lowest: Double, _ highest: Double) -> String {
    let low = lowest.isFinite ? lowest : 0
    let axis = PlotAxis(
      .color, label, low...(highest.isFinite && highest > low ? highest : low), isLogarithmic: low > 0)
    return "  set title \(PlotText.quoted(title)) noenhanced\n" + axis.commands
  }

  /// The logarithms that an axis shows: half a cell beyond the first and the last value.
  package static func window(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (log10(values[0]), log10(values[values.count - 1]))
    let half = high > low ? (high - low) / Double(2 * (values.count - 1)) : 0.5
    return low - half...high + half
  }

  /// The tics of a logarithmic axis where their logarithms are.
  private static func tics(_ window: ClosedRange<Double>) -> String {
    PlotTic.logarithmic(pow(10, window.lowerBound)...pow(10, window.upperBound))
      .map { PlotTic(value: log10($0.value), label: $0.label) }.text
  }

  /// A line over the colours, seen on all of them, with a dot where it begins; goes on a plot command.
  package static func path(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with lines linewidth 4 linecolor rgb "black", \\
        $\(name) using 1:2 with lines linewidth 2 linecolor rgb "white", \\
        $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 1.1 linecolor rgb "black", \\
        $\(name) every ::0::0 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb "white"
    """
  }

  /// A diamond over the colours.
  package static func diamond(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with points pointtype 13 pointsize 1.7 linecolor rgb "white", \\
        $\(name) using 1:2 with points pointtype 13 pointsize 1.2 linecolor rgb "#d55e00"
    """
  }

  /// A hollow diamond over the colours, for a point that lies outside.
  package static func hollowDiamond(_ name: String) -> String {
    """
    , \\
        $\(name) using 1:2 with points pointtype 12 pointsize 1.9 linewidth 5 linecolor rgb "white", \\
        $\(name) using 1:2 with points pointtype 12 pointsize 1.9 linewidth 2 linecolor rgb "#d55e00"
    """
  }
}
