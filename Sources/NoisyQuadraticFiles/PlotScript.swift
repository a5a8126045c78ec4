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
  ///   - title: what the picture shows; also the SVG's title.
  ///   - width: in pixels.
  ///   - height: in pixels.
  ///   - data: named tables.
  ///   - body: the plot commands, run once per format.
  package init(name: String, title: String, width: Int, height: Int, data: [PlotData], body: String) {
    self.name = name
    self.title = Self.plain(title)
    let blocks = data.map(\.block).joined()
    text = """
      # \(Self.plain(title))
      # Draw with: gnuplot \(name).gp
      set encoding utf8
      \(blocks)
      do for [format in "svg png"] {
        reset
        if (format eq "svg") {
          set terminal svg size \(width),\(height) dynamic noenhanced font "Helvetica,14" background "white"
        } else {
          if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
            set terminal pngcairo size \(width),\(height) noenhanced font "Helvetica,11"
          } else {
            set terminal png size \(width),\(height) noenhanced
          }
        }
        set output "\(name).".format
        set grid linecolor rgb "#d0d0d0"
        set format "%g"
        set key noautotitle spacing 1.2
      \(body)
        unset output
      }

      """
  }

  /// Text for a string or comment of a script: quotes and line breaks would end it.
  package static func plain(_ text: String) -> String {
    String(text.onOneLine.map { $0 == "\"" || $0 == "\\" || $0 == "`" ? " " : $0 })
  }

  /// Line styles told apart by colour, also by the colour-blind (Okabe and Ito's palette), and by dashes.
  package static func style(_ index: Int) -> String {
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"]
    let dashes = ["1", "2", "(18,6,4,6)", "(4,6)", "1", "(12,4,2,4,2,4)", "(10,8)"]
    return
      "linewidth 2 linecolor rgb \"\(colors[index % colors.count])\" dashtype \(dashes[index % dashes.count])"
  }

  /// `set logscale` for an axis, provided that some but no unplottable values are on it.
  package static func logarithmic(_ axis: String, _ series: [[Double]]) -> String {
    // Gnuplot takes an axis on which nothing can be drawn for an error, unless its range is given.
    let isEmpty = series.allSatisfy { $0.allSatisfy { !$0.isFinite } }
    return
      (series.allSatisfy { $0.contains { $0 > 0 && $0.isFinite } }
      ? "  set logscale \(axis)" : "  unset logscale \(axis)")
      + (isEmpty ? "\n  set \(axis)range [0:1]" : "")
  }
}
