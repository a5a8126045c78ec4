import NoisyQuadratic

/// A gnuplot script that contains its data and draws `NAME.svg` and `NAME.png` next to itself.
public struct PlotScript: Sendable {
  /// The name of the pictures, without extension.
  public let name: String
  /// A description of the picture in one line.
  public let title: String
  /// The text of the script.
  public let text: String
  /// The file name `NAME.gp`.
  public var fileName: String { name + ".gp" }

  /// - Parameters:
  ///   - name: the name of the pictures, without extension.
  ///   - title: a full description of the picture; also the title of the SVG.
  ///   - width: the width in pixels.
  ///   - height: the height in pixels.
  ///   - data: the named tables.
  ///   - body: the plot commands, which run once per format. Tics use gnuplot's markup. All other text is
  ///     marked `noenhanced`, because names may contain any character.
  package init(name: String, title: String, width: Int, height: Int, data: [PlotData], body: String) {
    self.name = name
    self.title = title.onOneLine
    let blocks = data.map(\.block).joined()
    // A backslash at the end of the comment would make the next line part of it.
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

  /// The plotting style for values that each hold for one step. Steps are used while they are visible; a line
  /// drawn as steps restarts its dashes at each step.
  package static func course(steps: Int) -> String { steps <= 50 ? "steps" : "lines" }

  /// Returns a line style. Styles differ in dashes and in colour, which is also distinct for colour-blind
  /// readers (Okabe and Ito's palette).
  ///
  /// Earlier lines are wider, so that they stay visible below later lines on the same course.
  ///
  /// - Parameters:
  ///   - index: the index of the line in the order of drawing.
  ///   - count: the number of lines.
  /// - Returns: the style as gnuplot options.
  package static func style(_ index: Int, of count: Int) -> String {
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"]
    let dashes: [[Double]] = [[], [16, 10], [24, 8, 6, 8], [5, 7], [], [16, 6, 4, 6, 4, 6], [9, 5]]
    let step = min(1.5, 3.5 / Double(max(count - 1, 1)))
    let width = 2 + step * Double(max(count - 1 - index, 0))
    // Gnuplot measures dashes in line widths.
    let dash = dashes[index % dashes.count].map { (2 * $0 / width).fixed(1) }.joined(separator: ",")
    return "linewidth \(width.fixed(1)) linecolor rgb \"\(colors[index % colors.count])\" "
      + "dashtype \(dash.isEmpty ? "1" : "(\(dash))")"
  }
}
