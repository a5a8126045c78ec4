import Foundation

/// What heat maps over two logarithmic axes have in common: colours, tics and marks.
package enum HeatMap {
  /// Matplotlib's colour map of that name at nine places (public domain, CC0).
  private static let viridis =
    "0 \"#440154\", 1 \"#472d7b\", 2 \"#3b528b\", 3 \"#2c728e\", 4 \"#21918c\", 5 \"#28ae80\", "
    + "6 \"#5ec962\", 7 \"#addc30\", 8 \"#fde725\""

  /// Panels for as many maps, with what all of them share; axes from the values on them.
  package static func frame(
    _ heading: String, legend: String, panels: Int, axes: [[Double]]
  ) -> (columns: Int, rows: Int, text: String) {
    let columns = Int(Double(panels).squareRoot().rounded(.up))
    let rows = (panels + columns - 1) / columns
    let text = """
        set multiplot layout \(rows),\(columns) title "\(heading)\\n\(legend)" font ",15" noenhanced
        # Viridis: even steps look even, also to the colour-blind and in grey.
        set palette defined (\(viridis))
        set xlabel "initial learning rate"
        set ylabel "exponent of the decay"
        set xrange [\(span(axes[0]))]
        set yrange [\(span(axes[1]))]
        set xtics (\(tics(axes[0])))
        set ytics (\(tics(axes[1])))
        set tics out nomirror
        unset grid

      """
    return (columns, rows, text)
  }

  /// A panel's title, and its colours from the lowest loss to the highest, logarithmic where they allow it.
  package static func scale(_ title: String, _ lowest: Double, _ highest: Double) -> String {
    let isLogarithmic = lowest > 0 && lowest < highest && highest.isFinite
    return """
        set title "\(title)"
        \(isLogarithmic ? "set logscale cb" : "unset logscale cb")
        set cbrange [\(isLogarithmic ? "\(lowest.jsonText):\(highest.jsonText)" : "*:*")]
        set cbtics \(isLogarithmic ? lossTics(lowest, highest) : "autofreq")

      """
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
}
