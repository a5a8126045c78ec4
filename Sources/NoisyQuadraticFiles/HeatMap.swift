import Foundation

/// What heat maps over two logarithmic axes have in common: colours, tics and marks.
package enum HeatMap {
  /// Matplotlib's colour map of that name at nine places (public domain, CC0).
  package static let viridis =
    "0 \"#440154\", 1 \"#472d7b\", 2 \"#3b528b\", 3 \"#2c728e\", 4 \"#21918c\", 5 \"#28ae80\", "
    + "6 \"#5ec962\", 7 \"#addc30\", 8 \"#fde725\""

  /// The range of an axis: half a cell beyond the first and the last value.
  package static func span(_ values: [Double]) -> String {
    let (low, high) = (log10(values[0]), log10(values[values.count - 1]))
    let half = values.count > 1 ? (high - low) / Double(2 * (values.count - 1)) : 0.5
    return "\((low - half).jsonText):\((high + half).jsonText)"
  }

  /// The powers of ten within an axis, by name.
  package static func tics(_ values: [Double]) -> String {
    let low = Int(log10(values[0]).rounded(.down))
    let high = Int(log10(values[values.count - 1]).rounded(.up))
    return (low...high).map { k in
      let value = pow(10, Double(k))
      return "\"\(abs(k) > 4 ? "1e\(k)" : value.fixed(Swift.max(0, -k)))\" \(k)"
    }.joined(separator: ", ")
  }

  /// Labels of a logarithmic colour scale: both ends and three losses between.
  package static func lossTics(_ low: Double, _ high: Double) -> String {
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
