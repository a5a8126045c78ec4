import NoisyQuadratic
import NoisyQuadraticFiles

extension ScheduleShapes {
  /// Optimal rates over their first, for several spectra at one horizon and for one spectrum at several horizons.
  static func optimalShapes(_ dimension: Int) throws(NoisyQuadraticError) -> PlotScript {
    let fractions = (0...500).map { Double($0) / 500 }
    var data: [PlotData] = []
    func curve(_ exponent: Double, _ horizon: Int) throws(NoisyQuadraticError) -> String {
      let limit = try ContinuousLimit(
        Study.model(exponent: exponent, dimension: dimension), horizon: horizon,
        learningRateLimit: Study.limits.learningRate)
      let first = limit.learningRate(atStep: 0)
      let name = "curve\(data.count)"
      let rates = fractions.map { limit.learningRate(atStep: $0 * Double(horizon)) / first }
      data.append(PlotData(name: name, columns: [fractions, rates]))
      return "$\(name) using 1:2 with lines"
    }
    var spectra: [String] = []
    for (i, exponent) in exponents.enumerated() {
      spectra.append(
        "\(try curve(exponent, 1000)) \(PlotScript.style(i, of: exponents.count)) title \"a = \(exponent.fixed(2))\""
      )
    }
    var horizons: [String] = []
    for (i, (horizon, name)) in [(100, "100"), (1000, "1000"), (10_000, "10⁴"), (1_000_000, "10⁶")]
      .enumerated()
    {
      horizons.append(
        "\(try curve(1, horizon)) \(PlotScript.style(i, of: 4)) title \"T = \(name)\"")
    }
    let linear = "1 - x with lines linewidth 1 linecolor rgb \"#808080\" dashtype 3 title \"1 - t/T\""
    let directions = "\(dimension) direction\(dimension == 1 ? "" : "s")"
    let heading = PlotHeading(.text("Optimal schedules, curvatures i^-a, \(directions), c = h"))
    let x = PlotAxis(.x, "fraction of the run, t/T", 0...1)
    let y = PlotAxis(.y, "learning rate / first learning rate", 0...1.02)
    let body = """
        set multiplot layout 1,2 title \(heading.literal(width: 1200, size: 16))
      \(PlotPanel("T = 1000 steps", x: x, y: y, key: .below, spectra + [linear]).commands)\
      \(PlotPanel("a = 1", x: x, y: y, key: .below, horizons + [linear]).commands)\
        unset multiplot
      """
    return PlotScript(
      name: "optimal-shapes", title: heading.title, width: 1200, height: 560, data: data, body: body)
  }

  /// What every shape's best member loses to the optimum, against the spectrum, at the longest horizon.
  static func practicalShapes(_ studies: [Study]) -> PlotScript {
    let horizon = studies.map(\.horizon).max() ?? 0
    let longest = studies.filter { $0.horizon == horizon }
    // One range for all panels, which a shape that is as good as optimal leaves.
    let excesses = longest.flatMap(\.excesses).filter { $0 > 0.01 && $0.isFinite }
    let (lowest, highest) = (excesses.min() ?? 0.1, excesses.max() ?? 100)
    let x = PlotAxis(.x, "exponent a of the curvatures i^-a", 0.65...2.1)
    let y = PlotAxis(.y, "loss above the optimum, %", lowest / 1.5...highest * 1.5, isLogarithmic: true)
    let styles = Shape.all.indices.map { i in
      "with linespoints pointtype \(i + 4) \(PlotScript.style(i, of: Shape.all.count))"
    }
    var data: [PlotData] = []
    let panels = noiseScales.map { noiseScale -> PlotPanel in
      let chosen = longest.filter { $0.noiseScale == noiseScale }
      let losses = Shape.all.indices.map { i in chosen.map { $0.excesses[i] } }
      let name = "shapes\(data.count)"
      data.append(PlotData(name: name, columns: [chosen.map(\.exponent)] + losses))
      return PlotPanel(
        "c = \(noiseScale.significant(1)) h", x: x, y: y,
        styles.enumerated().map { i, style in "$\(name) using 1:\(i + 2) \(style)" })
    }
    let heading = PlotHeading(
      .text(
        "What the best member of a shape loses to the optimum, T = \(PlotText.steps(horizon))"),
      legend: excesses.count < longest.flatMap(\.excesses).count
        ? "not shown: what loses 0.01% or less" : "")
    let grid = PlotGrid(
      heading, rows: 1, columns: panels.count, size: (467, 500),
      legend: zip(Shape.all, styles).map { shape, style in (shape.name, style) })
    return PlotScript(
      name: "practical-shapes", title: heading.title, width: grid.width, height: grid.height, data: data,
      body: grid.commands(panels))
  }
}
