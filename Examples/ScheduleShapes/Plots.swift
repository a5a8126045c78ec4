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
        "\(try curve(exponent, 1000)) \(PlotScript.style(i)) title \"a = \(exponent.fixed(2))\"")
    }
    var horizons: [String] = []
    for (i, (horizon, name)) in [(100, "100"), (1000, "1000"), (10_000, "1e4"), (1_000_000, "1e6")]
      .enumerated()
    {
      horizons.append(
        "\(try curve(1, horizon)) \(PlotScript.style(i)) title \"T = \(name)\"")
    }
    let linear = "1 - x with lines linewidth 1 linecolor rgb \"#808080\" dashtype 3 title \"1 - t/T\""
    let title = "Optimal schedules, curvatures i^-a, \(dimension) directions, c = h"
    let body = """
        set multiplot layout 1,2 title "\(title)" font ",16" noenhanced
        set xlabel "fraction of the run, t/T"
        set ylabel "learning rate / first learning rate"
        set xrange [0:1]
        set yrange [0:1.02]
        set key top right
        set title "T = 1000 steps"
        plot \(spectra.joined(separator: ", ")), \(linear)
        set title "a = 1"
        plot \(horizons.joined(separator: ", ")), \(linear)
        unset multiplot
      """
    return PlotScript(
      name: "optimal-shapes", title: title, width: 1200, height: 520, data: data, body: body)
  }

  /// What every shape's best member loses to the optimum, against the spectrum, at the longest horizon.
  static func practicalShapes(_ studies: [Study]) -> PlotScript {
    let horizon = studies.map(\.horizon).max() ?? 0
    let longest = studies.filter { $0.horizon == horizon }
    // One range for all panels, which a shape that is as good as optimal leaves.
    let excesses = longest.flatMap(\.excesses).filter { $0 > 0.01 }
    let (lowest, highest) = (excesses.min() ?? 0.1, excesses.max() ?? 100)
    var data: [PlotData] = []
    let panels = noiseScales.map { noiseScale -> String in
      let chosen = longest.filter { $0.noiseScale == noiseScale }
      let losses = Shape.all.indices.map { i in chosen.map { $0.excesses[i] } }
      let name = "shapes\(data.count)"
      data.append(PlotData(name: name, columns: [chosen.map(\.exponent)] + losses))
      let curves = Shape.all.enumerated().map { i, shape in
        "$\(name) using 1:\(i + 2) with linespoints pointtype \(i + 4) \(PlotScript.style(i)) "
          + "title \"\(shape.name)\""
      }
      return """
          set title "c = \(noiseScale) h"
          plot \(curves.joined(separator: ", "))
        """
    }
    let title = "What the best member of a shape loses to the optimum, T = \(horizon) steps"
    let body = """
        set multiplot layout 1,3 title "\(title)" font ",16" noenhanced
        set xlabel "exponent a of the curvatures i^-a"
        set ylabel "loss above the optimum, %"
        set logscale y
        set xrange [0.65:2.1]
        set yrange [\((lowest / 1.5).significant(3)):\((highest * 1.5).significant(3))]
        set bmargin 9
        set key below
      \(panels.joined(separator: "\n"))
        unset multiplot
      """
    return PlotScript(
      name: "practical-shapes", title: title, width: 1400, height: 600, data: data, body: body)
  }
}
