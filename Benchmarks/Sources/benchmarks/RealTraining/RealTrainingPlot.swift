/// Two graphs: the short runs with their fit, and the rates of the schedules that are compared.
struct RealTrainingPlot {
  let plan: RealTrainingPlan
  let comparison: RealTrainingComparison

  /// Writes the script beside `path`, and the picture if gnuplot is there.
  ///
  /// - Returns: the files written.
  func write(to path: String) throws(Failure) -> [String] { try Picture.write(path, script: script) }

  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#999999"]
  /// Lighter ones, for what was measured.
  private static let tints = ["#7fb8d8", "#eaae7f", "#7fceb9"]

  private func script(_ picture: String) -> String {
    let curves = plan.curves.enumerated().map { i, curve in
      let predicted = plan.fit.model.losses(under: curve.learningRates, at: curve.steps)
      let rows = curve.steps.indices.map { "\(curve.steps[$0]) \(curve.losses[$0]) \(predicted[$0])" }
      return Self.block("run\(i)", rows)
    }
    let schedules = comparison.contestants.enumerated().map { i, contestant in
      let stride = max(1, contestant.rates.count / 400)
      let places = Array(Swift.stride(from: 0, to: contestant.rates.count, by: stride))
      return Self.block("schedule\(i)", places.map { "\($0) \(contestant.rates[$0])" })
    }
    let fits = plan.curves.enumerated().map { i, curve in
      "$run\(i) using 1:2 title \"\(curve.name)\" with lines linewidth 1 linecolor rgb \"\(Self.tints[i])\", "
        + "$run\(i) using 1:3 title \"its fit\" with lines linewidth 2 linecolor rgb \"\(Self.colors[i])\""
    }
    let rates = comparison.contestants.enumerated().map { i, contestant in
      "$schedule\(i) using 1:2 title \"\(contestant.name)\" with lines linewidth 2 "
        + "linecolor rgb \"\(Self.colors[i])\""
    }
    return """
      # Short training runs with their fit, and the schedules that are compared
      set encoding utf8
      \((curves + schedules).joined())
      set terminal svg size 960,440 dynamic enhanced font "Helvetica,14" background "white"
      set output "\(picture)"
      set multiplot layout 1,2
      set grid linecolor rgb "#d0d0d0"
      set key outside bottom center horizontal height 1 Left reverse spacing 1.2 noenhanced
      set xlabel "steps"
      set ylabel "training loss"
      set logscale y
      plot \(fits.joined(separator: ", \\\n  "))
      unset logscale y
      set ylabel "learning rate"
      set yrange [0:*]
      plot \(rates.joined(separator: ", \\\n  "))
      unset multiplot

      """
  }

  private static func block(_ name: String, _ rows: [String]) -> String {
    "$\(name) << EOD\n" + rows.joined(separator: "\n") + "\nEOD\n"
  }
}
