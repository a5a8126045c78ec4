/// Panels of equal size in rows and columns, with one heading above and one legend below, so that the legend
/// covers no curve.
package struct PlotGrid: Sendable {
  /// The width of the picture in pixels.
  package let width: Int
  package let height: Int
  private let heading: PlotHeading
  private let rows: Int
  private let columns: Int
  private let legend: [(name: String, style: String)]
  private let lines: [String]

  /// - Parameters:
  ///   - heading: the heading above all panels.
  ///   - rows: the number of rows, at least one.
  ///   - columns: the number of columns, at least one.
  ///   - size: the size of a panel with its labels, in pixels.
  ///   - legend: the names of the curves and their styles; may be empty.
  package init(
    _ heading: PlotHeading, rows: Int, columns: Int, size: (width: Int, height: Int),
    legend: [(name: String, style: String)]
  ) {
    self.heading = heading
    self.rows = rows
    self.columns = columns
    self.legend = legend
    width = max(size.width * columns, 700)
    lines = heading.lines(width: width, size: Self.fontSize)
    height = size.height * rows + Self.lineHeight * lines.count + Self.legendHeight
  }

  private static let fontSize = 15
  private static let lineHeight = 22
  private static let legendHeight = 60
  /// The margins for labels around a panel, in pixels.
  private static let margins = (left: 100.0, right: 25.0, bottom: 60.0, top: 35.0)

  /// Returns the commands that draw the picture.
  ///
  /// - Parameter panels: the panels row by row; `nil` leaves a place empty.
  /// - Returns: the commands.
  package func commands(_ panels: [PlotPanel?]) -> String {
    func x(_ pixels: Double) -> String { (pixels / Double(width)).fixed(4) }
    func y(_ pixels: Double) -> String { (pixels / Double(height)).fixed(4) }
    let margin = Self.margins
    let strip = Double(Self.legendHeight)
    let top = Double(height - Self.lineHeight * lines.count) - margin.top
    let body = panels.map { $0?.commands ?? "  set multiplot next\n" }.joined()
    let names = PlotPanel.legend(
      legend,
      place: """
          set lmargin at screen 0; set rmargin at screen 1
          set bmargin at screen 0; set tmargin at screen \(y(strip))
          set key on inside center center horizontal maxrows 2 Left reverse noenhanced
        """)
    return """
        set multiplot layout \(rows),\(columns) title \(heading.literal(width: width, size: Self.fontSize)) \\
          margins \(x(margin.left)),\(x(Double(width) - margin.right)),\(y(strip + margin.bottom)),\(y(top)) \\
          spacing \(x(margin.left + margin.right)),\(y(margin.bottom + margin.top))
      \(body)\(legend.isEmpty ? "" : names)  unset multiplot
      """
  }
}
