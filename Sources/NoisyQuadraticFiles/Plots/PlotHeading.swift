/// The heading above a picture: a line that may contain names of any length, and an explanation of the marks.
package struct PlotHeading: Sendable {
  /// A piece of the first line.
  package enum Part: Sendable {
    /// Words that are always shown in full.
    case text(String)
    /// A name chosen by a user. It is shortened if the line is too long for the picture.
    case name(String)
  }

  private let parts: [Part]
  private let legend: String

  /// - Parameters:
  ///   - parts: the parts of the first line.
  ///   - legend: the second paragraph, which is left out if empty.
  package init(_ parts: Part..., legend: String = "") {
    self.parts = parts
    self.legend = legend
  }

  /// The first line in full, for readers who do not see the picture.
  package var title: String {
    parts.map { part in
      switch part {
      case .text(let text), .name(let text): text
      }
    }.joined().onOneLine
  }

  /// The lines, shortened and wrapped to fit into a picture.
  ///
  /// - Parameters:
  ///   - width: the width of the picture in pixels.
  ///   - size: the size of the font in points.
  /// - Returns: at least one line.
  package func lines(width: Int, size: Int) -> [String] {
    // In a PNG, a point is four thirds of a pixel.
    let room = 0.96 * Double(width) / (Double(size) * 4 / 3)
    var (names, rest) = ([Double](), room)
    for part in parts {
      switch part {
      case .text(let text): rest -= PlotText.width(text)
      case .name(let name): names.append(PlotText.width(name.onOneLine))
      }
    }
    // Every name gets an equal share of the room. Longer names also get the room that short names leave.
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

  /// The lines with their font, as a string literal of a script.
  package func literal(width: Int, size: Int) -> String {
    lines(width: width, size: size).map(PlotText.quoted).joined(separator: ".\"\\n\".")
      + " font \",\(size)\" noenhanced"
  }
}
