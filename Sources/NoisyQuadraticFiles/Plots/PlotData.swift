/// A table of numbers for a plot.
package struct PlotData {
  package let name: String
  package let columns: [[Double]]

  /// Creates a table from columns of equal length.
  package init(name: String, columns: [[Double]]) {
    self.name = name
    self.columns = columns
  }

  /// The table as a gnuplot data block. Numbers that are not finite are left out of the curve.
  var block: String {
    var text = "$\(name) << EOD\n"
    for row in 0..<(columns.first?.count ?? 0) {
      text += columns.map { $0[row].isFinite ? $0[row].jsonText : "NaN" }.joined(separator: " ") + "\n"
    }
    return text + "EOD\n"
  }
}
