import NoisyQuadratic

/// A gnuplot script with its data inside, which draws `NAME.svg` and `NAME.png` beside itself.
public struct PlotScript: Sendable {
  /// The pictures' name without extension.
  public let name: String
  /// What the picture shows, in one line.
  public let title: String
  /// The script.
  public let text: String
  /// `NAME.gp`.
  public var fileName: String { name + ".gp" }

  /// - Parameters:
  ///   - name: the pictures' name without extension.
  ///   - title: what the picture shows, in full; also the SVG's title.
  ///   - width: in pixels.
  ///   - height: in pixels.
  ///   - data: named tables.
  ///   - body: the plot commands, run once per format. Tics are in gnuplot's markup; every other text is
  ///     marked `noenhanced`, since names may contain anything.
  package init(name: String, title: String, width: Int, height: Int, data: [PlotData], body: String) {
    self.name = name
    self.title = title.onOneLine
    let blocks = data.map(\.block).joined()
    // A backslash at its end would make the next line part of the comment.
    text = """
      # \(self.title) #
      # Draw with: gnuplot \(name).gp
      set encoding utf8
      \(blocks)
      do for [format in "svg png"] {
        reset
        if (format eq "svg") {
          set terminal svg size \(width),\(height) dynamic enhanced font "Helvetica,14" background "white"
        } else {
          if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
            set terminal pngcairo size \(width),\(height) enhanced font "Helvetica,11"
          } else {
            set terminal png size \(width),\(height) enhanced
          }
        }
        set output "\(name).".format
        set grid linecolor rgb "#d0d0d0"
        set key noautotitle noenhanced spacing 1.2
      \(body)
        unset output
      }

      """
  }

  /// How values that hold for a step each are drawn: as steps while these can be seen; drawn as steps, a line
  /// begins its dashes anew at each.
  package static func course(steps: Int) -> String { steps <= 50 ? "steps" : "lines" }

  /// Line styles told apart by colour, also by the colour-blind (Okabe and Ito's palette), and by dashes.
  ///
  /// Earlier lines are wider, so that they are seen below later ones that take the same course.
  ///
  /// - Parameters:
  ///   - index: of the line, in the order of drawing.
  ///   - count: how many lines there are.
  /// - Returns: the style in gnuplot's words.
  package static func style(_ index: Int, of count: Int) -> String {
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"]
    let dashes: [[Double]] = [[], [16, 10], [24, 8, 6, 8], [5, 7], [], [16, 6, 4, 6, 4, 6], [9, 5]]
    let step = min(1.5, 3.5 / Double(max(count - 1, 1)))
    let width = 2 + step * Double(max(count - 1 - index, 0))
    // Gnuplot measures dashes in widths.
    let dash = dashes[index % dashes.count].map { (2 * $0 / width).fixed(1) }.joined(separator: ",")
    return "linewidth \(width.fixed(1)) linecolor rgb \"\(colors[index % colors.count])\" "
      + "dashtype \(dash.isEmpty ? "1" : "(\(dash))")"
  }
}
