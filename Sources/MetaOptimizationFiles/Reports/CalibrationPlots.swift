import Foundation
import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

extension CalibrationReport {
  /// Spectra, predictions beside measurements, and schedules; a column for every checkpoint, none for no checkpoint.
  public func plots() -> [PlotScript] {
    checkpoints.isEmpty ? [] : [spectra(), predictions(), schedules()]
  }

  /// A plot of two rows of panels under one title.
  private func script(
    _ name: String, _ title: String, legend: String, _ data: [PlotData], _ rows: [[String]]
  ) -> PlotScript {
    let heading = PlotScript.plain(title)
    let body = """
        set multiplot layout \(rows.count),\(checkpoints.count) title "\(heading)\\n\(legend)" font ",15" noenhanced
      \(rows.flatMap { $0 }.joined(separator: "\n"))
        unset multiplot
      """
    return PlotScript(
      name: name, title: heading, width: max(430 * checkpoints.count, 700), height: 400 * rows.count + 70,
      data: data, body: body)
  }

  private func spectra() -> PlotScript {
    var data: [PlotData] = []
    var (densities, shares): ([String], [String]) = ([], [])
    for (i, checkpoint) in checkpoints.enumerated() {
      let calibration = checkpoint.calibration
      let measures = [calibration.density, calibration.gradient, calibration.noise]
      let all = measures.flatMap(\.curvatures)
      let (low, high) = (all.min() ?? 0, max(all.max() ?? 1, .leastNormalMagnitude))
      let width = (high - low) / 150
      let places = (0...450).map { low - 4 * width + (high - low + 8 * width) * Double($0) / 450 }
      let density = calibration.density.density(at: places, width: width)
      let peak = density.max() ?? 1
      data.append(PlotData(name: "density\(i)", columns: [places, density]))
      densities.append(
        """
          set title "step \(checkpoint.step)"
          set xlabel "curvature"
          set ylabel "eigenvalues per curvature"
          unset logscale x
          set logscale y
          set xrange [\(JSONValue.number(places[0]).text):\(JSONValue.number(places[450]).text)]
          set yrange [\(JSONValue.number(peak * 1e-6).text):\(JSONValue.number(peak * 3).text)]
          set format y "1e%T"
          unset key
          plot $density\(i) using 1:2 with lines \(PlotScript.style(0))
        """)
      let grid = (0...300).map { high * 1.1 * pow(10, -4 * (1 - Double($0) / 300)) }
      let columns = measures.map { measure in grid.map { 1 - measure.share(upTo: $0) } }
      data.append(PlotData(name: "shares\(i)", columns: [grid] + columns))
      let curves = ["eigenvalues", "squared gradient", "noise"].enumerated().map { k, name in
        "$shares\(i) using 1:\(k + 2) with lines \(PlotScript.style(k)) title \"\(name)\""
      }
      shares.append(
        """
          unset title
          set xlabel "curvature"
          set ylabel "share above it"
          set logscale x
          unset logscale y
          set xrange [\(JSONValue.number(grid[0]).text):\(JSONValue.number(grid[300]).text)]
          set yrange [0:1.02]
          set format y "%g"
          \(i == 0 ? "set key left at graph 0.02, graph 0.45" : "unset key")
          plot \(curves.joined(separator: ", "))
        """)
    }
    return script(
      "spectra", "Where eigenvalues, gradient and noise lie: \(source)",
      legend: "above: density of the Hessian's eigenvalues; below: shares that lie above a curvature", data,
      [densities, shares])
  }

  private func predictions() -> PlotScript {
    var data: [PlotData] = []
    let chosen = ["training-rate", "model-half-limit"]
    let rows = chosen.enumerated().map { r, name in
      checkpoints.enumerated().compactMap { i, checkpoint -> String? in
        guard let run = checkpoint.runs.first(where: { $0.name == name }) else { return nil }
        let id = "\(r)at\(i)"
        let steps = run.predicted.indices.map(Double.init)
        data.append(PlotData(name: "theory\(id)", columns: [steps, run.predicted, run.local]))
        // A bar for a single run would have no length.
        let errors = run.measured.errors.map { $0.isFinite ? 2 * $0 : 0 }
        data.append(
          PlotData(
            name: "practice\(id)", columns: [run.measured.steps.map(Double.init), run.measured.means, errors])
        )
        let finite = run.measured.means.filter(\.isFinite)
        // A run that jumps far above its start would leave nothing to see of the rest.
        let high = min(finite.max() ?? 1, 2.5 * (finite.first ?? 1))
        let low = min(finite.min() ?? 0, high)
        let room = 0.35 * max(high - low, 1e-3 * abs(high), 1e-12)
        return """
            set title "step \(checkpoint.step), \(name)"
            set xlabel "steps from there"
            set ylabel "training loss"
            set yrange [\(JSONValue.number(low - room).text):\(JSONValue.number(high + room).text)]
            \(i == 0 ? "set key top right opaque" : "unset key")
            plot $theory\(id) using 1:2 with lines \(PlotScript.style(0)) title "model", \\
                $theory\(id) using 1:3 with lines \(PlotScript.style(1)) title "with negative curvature", \\
                $practice\(id) using 1:2:3 with yerrorbars pointtype 7 pointsize 0.6 linecolor rgb "black" \\
                title "measured"
          """
      }
    }
    return script(
      "predictions", "Predicted and measured loss: \(source)",
      legend: "dots: mean over the orders of batches, two standard errors", data, rows)
  }

  private func schedules() -> PlotScript {
    var data: [PlotData] = []
    var (losses, rates): ([String], [String]) = ([], [])
    for (i, checkpoint) in checkpoints.enumerated() {
      var (lossCurves, rateCurves): ([String], [String]) = ([], [])
      for (k, run) in checkpoint.runs.enumerated() {
        data.append(
          PlotData(
            name: "loss\(k)at\(i)", columns: [run.measured.steps.map(Double.init), run.measured.means]))
        data.append(
          PlotData(
            name: "rate\(k)at\(i)",
            columns: [run.schedule.indices.map(Double.init), effectiveRates(run.schedule)]))
        lossCurves.append("$loss\(k)at\(i) using 1:2 with lines \(PlotScript.style(k))")
        rateCurves.append(
          "$rate\(k)at\(i) using 1:2 with steps \(PlotScript.style(k)) title \"\(run.name)\"")
      }
      losses.append(
        """
          set title "step \(checkpoint.step)"
          set xlabel "steps from there"
          set ylabel "training loss, measured"
          \(Self.logarithmicRange(checkpoint.runs.map(\.measured.means)))
          unset key
          plot \(lossCurves.joined(separator: ", "))
        """)
      rates.append(
        """
          unset title
          set ylabel "learning rate\(usesMomentum ? "/(1 - momentum)" : "")"
          \(Self.logarithmicRange(checkpoint.runs.map { effectiveRates($0.schedule) }))
          \(i == 0 ? "set key bottom left" : "unset key")
          plot \(rateCurves.joined(separator: ", "))
        """)
    }
    return script(
      "schedules", "Schedules from a checkpoint on: \(source)",
      legend: "mean over the same orders of batches for all", data, [losses, rates])
  }

  private func effectiveRates(_ schedule: Schedule) -> [Double] {
    schedule.map { $0.learningRate / (1 - $0.momentum) }
  }

  /// A logarithmic vertical axis that leaves out what is far below or above the rest.
  private static func logarithmicRange(_ series: [[Double]]) -> String {
    let starts = series.compactMap(\.first).filter { $0 > 0 && $0.isFinite }
    let values = series.flatMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard let low = values.min(), let high = values.max(), let start = starts.max() else {
      return "unset logscale y\n  set ytics autofreq\n  set yrange [*:*]"
    }
    let top = min(high, 2.2 * start)
    let bottom = max(low, 2e-3 * top)
    let mantissas = top > 10 * bottom ? [1.0, 2, 5] : [1, 1.2, 1.5, 2, 3, 5, 7]
    let tics = (-8...8).flatMap { k in mantissas.map { ($0 * pow(10, Double(k))).significant(2) } }
    return
      "set logscale y\n  set ytics (\(tics.joined(separator: ", ")))\n  set yrange [\(JSONValue.number(bottom / 1.15).text):"
      + "\(JSONValue.number(max(top, 1.01 * bottom) * 1.15).text)]"
  }
}
