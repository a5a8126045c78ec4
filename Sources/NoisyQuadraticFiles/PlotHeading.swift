/// What stands above a picture: a line with names of any length in it, and what the marks mean.
package struct PlotHeading: Sendable {
  /// A piece of the first line.
  package enum Part: Sendable {
    /// Words that are always shown in full.
    case text(String)
    /// A name that somebody chose: shortened where the line is too long for the picture.
    case name(String)
  }

  private let parts: [Part]
  private let legend: String

  /// - Parameters:
  ///   - parts: the first line.
  ///   - legend: a second paragraph; none if empty.
  package init(_ parts: Part..., legend: String = "") {
    self.parts = parts
    self.legend = legend
  }

  /// The first line in full, for those who read instead of look.
  package var title: String {
    parts.map { part in
      switch part {
      case .text(let text), .name(let text): text
      }
    }.joined().onOneLine
  }

  /// The lines as they fit into a picture.
  ///
  /// - Parameters:
  ///   - width: the picture's, in pixels.
  ///   - size: the font's, in points.
  /// - Returns: at least one line.
  package func lines(width: Int, size: Int) -> [String] {
    // A PNG's points are four thirds of a pixel.
    let room = 0.96 * Double(width) / (Double(size) * 4 / 3)
    var (names, rest) = ([Double](), room)
    for part in parts {
      switch part {
      case .text(let text): rest -= PlotText.width(text)
      case .name(let name): names.append(PlotText.width(name.onOneLine))
      }
    }
    // Every name gets an equal share of the room; what short ones leave is for the longer.
    var share = 0.0
    for (i, name) in names.sorted().enumerated() {
      share = max(rest / Double(names.count - i), 6)
      rest -= min(name, share)
    }
    let first = parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name): PlotText.shortened(name.onOneLine, toWidth: share)
      }
    }.joined()
    return [first] + PlotText.wrapped(legend, toWidth: room)
  }

  /// The lines as a string of a script, with their font.
  package func literal(width: Int, size: Int) -> String {
    lines(width: width, size: size).map(PlotText.quoted).joined(separator: ".\"\\n\".")
      + " font \",\(size)\" noenhanced"
  }
}
