/// A diagram of a picture: two axes and the curves between them.
package struct PlotPanel: Sendable {
  /// The place of the curves' names, which never covers the curves.
  package enum Key: Sendable {
    case none
    case below
    case right
  }

  /// The title above the diagram; none if empty.
  package let title: String
  package let x: PlotAxis
  package let y: PlotAxis
  package let key: Key
  /// The elements of the plot command.
  package let curves: [String]

  package init(_ title: String, x: PlotAxis, y: PlotAxis, key: Key = .none, _ curves: [String]) {
    self.title = title
    self.x = x
    self.y = y
    self.key = key
    self.curves = curves
  }

  /// The gnuplot commands for the panel in a picture of several panels.
  package var commands: String {
    "  \(title.isEmpty ? "unset title" : "set title \(PlotText.quoted(title)) noenhanced")\n" + content
  }

  /// The gnuplot commands for the panel alone in a picture of the given width in pixels.
  package func commands(under heading: PlotHeading, width: Int) -> String {
    "  set title \(heading.literal(width: width, size: 14))\n" + content
  }

  private var content: String {
    let place =
      switch key {
      case .none: "unset key"
      case .below: "set key on outside bottom center horizontal height 1 Left reverse noenhanced"
      case .right: "set key on outside right center vertical Left reverse noenhanced"
      }
    return """
      \(x.commands)\(y.commands)  \(place)
        plot \(curves.joined(separator: ", \\\n    "))

      """
  }

  /// Returns a legend in place of a panel.
  ///
  /// - Parameters:
  ///   - entries: the names and the styles of their curves.
  ///   - place: further commands.
  /// - Returns: the commands.
  package static func legend(
    _ entries: [(name: String, style: String)], place: String = ""
  ) -> String {
    let curves = entries.map { "NaN \($0.style) title \(PlotText.quoted($0.name))" }
    return """
        unset title; unset border; unset tics; unset xlabel; unset ylabel; unset grid
        unset logscale xy
        set xrange [0:1]
        set yrange [0:1]
      \(place)
        plot \(curves.joined(separator: ", \\\n    "))

      """
  }
}
