import Foundation
import NoisyQuadraticFiles
import TestSupport
import Testing

/// What gnuplot makes of the scripts.
@Suite(.enabled(if: Gnuplot.executable != nil, "gnuplot is not installed"))
struct PictureTests {
  @Test(
    "A picture with any name in it is well-formed XML that shows the name",
    arguments: LongTest.cases(HostileName.all))
  func names(_ name: String) throws {
    let scratch = try Scratch()
    let heading = PlotHeading(.text("above "), .name(name), .text(" below"), legend: "a legend: \(name)")
    let panel = PlotPanel(
      name, x: PlotAxis(.x, name, 0...1), y: PlotAxis(.y, "y \(name)", 1...1000, isLogarithmic: true),
      key: .below, ["x with lines \(PlotScript.style(0, of: 1)) title \(PlotText.quoted(name))"])
    let grid = PlotGrid(
      heading, rows: 1, columns: 2, size: (430, 400), legend: [(name, "with lines"), ("other", "with lines")])
    let script = PlotScript(
      name: "names", title: heading.title, width: grid.width, height: grid.height,
      data: [PlotData(name: "table", columns: [[0, 1], [1, 2]])], body: grid.commands([panel, nil]))
    #expect(try Gnuplot.draw(script, in: scratch) == "")
    let svg = try SVGText(try scratch.read("names.svg"))
    func isDrawn(_ text: String) -> Bool {
      svg.drawn.contains(text.trimmingCharacters(in: .whitespaces))
    }
    #expect(isDrawn(heading.lines(width: grid.width, size: 15)[0]))
    if !name.allSatisfy(\.isWhitespace) { #expect(isDrawn(name.onOneLine)) }
    #expect(isDrawn("y \(name.onOneLine)"))
    // Tics are the only text in markup.
    #expect(isDrawn("102") && isDrawn("other"))
    // The macros, commands and comments among the names did nothing.
    #expect(try scratch.names() == ["names.gp", "names.png", "names.svg"])
  }

  @Test("The programs' pictures have the whole name in their titles", .long)
  func titles() throws {
    let scratch = try Scratch()
    let name = HostileName.all.prefix(11).joined(separator: " ") + HostileName.all[12]
    let problem: JSONValue = .object([
      .init("name", .string(name)), .init("curvature", .array([.number(1), .number(0.1)])),
      .init("gradientNoise", .number(1)), .init("initialSecondMoment", .number(1)),
    ])
    let file = try scratch.write(problem.text)
    let runs: [(program: String, options: [String], pictures: [String])] = [
      ("compare-horizons", ["--horizon", "3"], ["schedules", "look-ahead", "fixed-rates"]),
      ("schedule-gap", ["--horizon", "2", "--family", "constant:learningRate=0.1"], ["schedule-gap"]),
      ("meta-surface", ["--horizons", "2", "--grid", "2", "--meta-steps", "1"], ["meta-surface"]),
    ]
    for run in runs {
      let result = try scratch.run(
        run.program, ["--problem", file, "--output", "out", "--quiet"] + run.options)
      #expect(result.status == 0, "\(result.errors)")
      for picture in run.pictures {
        let svg = try SVGText(try scratch.read("out/\(picture).svg"))
        #expect(svg.title?.contains(name.onOneLine) == true, "\(svg.title ?? "")")
        #expect(svg.drawn.contains { $0.contains("]]>") && $0.contains("…") })
      }
    }
  }

  @Test("There is a picture of whatever the data are", .long)
  func poorData() throws {
    let scratch = try Scratch()
    var data: [PlotData] = []
    var panels: [String] = []
    for series in PoorSeries.all where series.count == 1 && !series[0].isEmpty {
      let name = "data\(data.count)"
      data.append(PlotData(name: name, columns: [series[0].indices.map(Double.init), series[0]]))
      for scale in [PlotAxis.Scale.linear, .linearFromZero, .logarithmic] {
        for style in ["lines", "steps", "boxes", "points"] {
          panels.append(
            PlotPanel(
              name, x: PlotAxis(steps: series[0].count), y: PlotAxis(.y, "y", showing: series, scale),
              key: .below, ["$\(name) using 1:2 with \(style) title 'curve'"]
            ).commands)
        }
      }
    }
    let body = "  set multiplot layout 12,12\n\(panels.joined())  unset multiplot"
    let script = PlotScript(
      name: "poor", title: "", width: 4000, height: 4000, data: data,
      body: body)
    #expect(try Gnuplot.draw(script, in: scratch) == "")
    _ = try SVGText(try scratch.read("poor.svg"))
  }

  @Test("There is a heat map of whatever the losses are")
  func poorSurfaces() throws {
    let scratch = try Scratch()
    let losses: [[Double]] = [
      [0, 0, 0, 0], [.nan, .nan, .nan, .nan], [1, 1, 1, 1], [0, 1, 2, .infinity], [1e-300, 1e300, 1, 2],
    ]
    let axes: [[Double]] = [[1e-3, 1e3], [1, 1.5]]
    let frame = HeatMap.frame(PlotHeading(.name("n")), panels: losses.count, axes: axes)
    var (data, body): ([PlotData], String) = ([], frame.text)
    for (i, values) in losses.enumerated() {
      data.append(PlotData(name: "map\(i)", columns: [[-3, 3, -3, 3], [0, 0, 0.176, 0.176], values]))
      body += HeatMap.scale("t", "loss", values.min() ?? 0, values.max() ?? 0)
      body += "    plot $map\(i) using 1:2:3 with image\n"
    }
    let script = PlotScript(
      name: "maps", title: "", width: frame.width, height: frame.height, data: data,
      body: body + "  unset multiplot")
    #expect(try Gnuplot.draw(script, in: scratch) == "")
  }
}
