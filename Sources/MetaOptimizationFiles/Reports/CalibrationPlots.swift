import Foundation
import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

extension CalibrationReport {
  /// Plots of the spectra, of predictions compared with measurements, and of schedules, with one column per
  /// checkpoint. There are no plots if there is no checkpoint.
  public func plots() -> [PlotScript] {
    checkpoints.isEmpty ? [] : [spectra(), predictions(), schedules()]
  }

  /// Creates a plot with rows of panels under one heading.
  private func script(
    _ name: String, _ title: String, legend: String, _ data: [PlotData], _ rows: [[PlotPanel?]],
    _ curves: [(name: String, style: String)]
  ) -> PlotScript {
    let heading = PlotHeading(.text(title + ": "), .name(source), legend: legend)
    let grid = PlotGrid(
      heading, rows: rows.count, columns: checkpoints.count, size: (430, 400), legend: curves)
    return PlotScript(
      name: name, title: heading.title, width: grid.width, height: grid.height, data: data,
      body: grid.commands(rows.flatMap { $0 }))
  }

  private func spectra() -> PlotScript {
    var data: [PlotData] = []
    var (densities, shares): ([PlotPanel], [PlotPanel]) = ([], [])
    let names = ["eigenvalues", "squared gradient", "noise"]
    let unit = "curvature, nats per squared weight"
    for (i, checkpoint) in checkpoints.enumerated() {
      let calibration = checkpoint.calibration
      let measures = [calibration.density, calibration.gradient, calibration.noise]
      let all = measures.flatMap(\.curvatures).filter(\.isFinite)
      let (low, high) = (all.min() ?? 0, max(all.max() ?? 1, .leastNormalMagnitude))
      let width = (high - low) / 150
      let places = (0...450).map { low - 4 * width + (high - low + 8 * width) * Double($0) / 450 }
      let density = calibration.density.density(at: places, width: width)
      let peak = density.filter(\.isFinite).max() ?? 1
      data.append(PlotData(name: "density\(i)", columns: [places, density]))
      densities.append(
        PlotPanel(
          "step \(checkpoint.step)", x: PlotAxis(.x, unit, places[0]...places[450]),
          y: PlotAxis(.y, "eigenvalues per curvature", peak * 1e-6...peak * 3, isLogarithmic: true),
          ["$density\(i) using 1:2 with lines \(PlotScript.style(0, of: 1))"]))
      let grid = (0...300).map { high * 1.1 * pow(10, -4 * (1 - Double($0) / 300)) }
      let columns = measures.map { measure in grid.map { 1 - measure.share(upTo: $0) } }
      data.append(PlotData(name: "shares\(i)", columns: [grid] + columns))
      shares.append(
        PlotPanel(
          "", x: PlotAxis(.x, unit, grid[0]...grid[300], isLogarithmic: true),
          y: PlotAxis(.y, "share above it", 0...1.02),
          names.indices.map { k in
            "$shares\(i) using 1:\(k + 2) with lines \(PlotScript.style(k, of: names.count))"
          }))
    }
    return script(
      "spectra", "Where eigenvalues, gradient and noise lie",
      legend: "above: density of the Hessian's eigenvalues; below: shares that lie above a curvature", data,
      [densities, shares],
      names.enumerated().map { k, name in (name, "with lines \(PlotScript.style(k, of: names.count))") })
  }

  private func predictions() -> PlotScript {
    var data: [PlotData] = []
    let chosen = ["training-rate", "model-half-limit"]
    // A single batch order has no standard error.
    let hasErrors = checkpoints.contains {
      $0.runs.contains { $0.measured.errors.contains(where: \.isFinite) }
    }
    let practice = "pointtype 7 pointsize 0.6 linecolor rgb \"black\""
    let models = ["model", "with negative curvature"].enumerated().map { i, name in
      (name: name, style: "with lines \(PlotScript.style(i, of: 2))")
    }
    let rows = chosen.enumerated().map { r, name in
      checkpoints.enumerated().map { i, checkpoint -> PlotPanel? in
        guard let run = checkpoint.runs.first(where: { $0.name == name }) else { return nil }
        let id = "\(r)at\(i)"
        let steps = run.predicted.indices.map(Double.init)
        data.append(PlotData(name: "theory\(id)", columns: [steps, run.predicted, run.local]))
        let measured = [run.measured.steps.map(Double.init), run.measured.means]
        data.append(
          PlotData(
            name: "practice\(id)",
            columns: measured + (hasErrors ? [run.measured.errors.map { 2 * $0 }] : [])))
        let finite = run.measured.means.filter(\.isFinite)
        // Without a ceiling, a run that jumps far above its start would hide everything else.
        let high = min(finite.max() ?? 1, 2.5 * (finite.first ?? 1))
        let low = min(finite.min() ?? 0, high)
        let room = 0.35 * max(high - low, 1e-3 * abs(high), 1e-12)
        return PlotPanel(
          "step \(checkpoint.step), \(name)", x: PlotAxis(steps: run.schedule.count, "steps from there"),
          y: PlotAxis(.y, "training loss, nats", low - room...high + room),
          models.enumerated().map { k, model in "$theory\(id) using 1:\(k + 2) \(model.style)" } + [
            hasErrors
              ? "$practice\(id) using 1:2:3 with yerrorbars \(practice)"
              : "$practice\(id) using 1:2 with points \(practice)"
          ])
      }
    }
    return script(
      "predictions", "Predicted and measured loss",
      legend: hasErrors
        ? "dots: mean over the orders of batches, two standard errors" : "dots: one order of the batches",
      data, rows, models + [("measured", "with points \(practice)")])
  }

  private func schedules() -> PlotScript {
    var data: [PlotData] = []
    var (losses, rates): ([PlotPanel], [PlotPanel]) = ([], [])
    let names = checkpoints[0].runs.map(\.name)
    for (i, checkpoint) in checkpoints.enumerated() {
      var (lossCurves, rateCurves): ([String], [String]) = ([], [])
      for (k, run) in checkpoint.runs.enumerated() {
        // The last rate holds until the end of the run.
        let rates = effectiveRates(run.schedule)
        data.append(
          PlotData(
            name: "loss\(k)at\(i)", columns: [run.measured.steps.map(Double.init), run.measured.means]))
        data.append(
          PlotData(
            name: "rate\(k)at\(i)",
            columns: [(0...rates.count).map(Double.init), rates + rates.suffix(1)]))
        let style = PlotScript.style(names.firstIndex(of: run.name) ?? k, of: names.count)
        lossCurves.append("$loss\(k)at\(i) using 1:2 with lines \(style)")
        rateCurves.append("$rate\(k)at\(i) using 1:2 with \(PlotScript.course(steps: rates.count)) \(style)")
      }
      let x = PlotAxis(steps: checkpoint.runs.map(\.schedule.count).max() ?? 1, "steps from there")
      losses.append(
        PlotPanel(
          "step \(checkpoint.step)", x: x,
          y: Self.axis("training loss, measured, nats", checkpoint.runs.map(\.measured.means)), lossCurves))
      rates.append(
        PlotPanel(
          "", x: x,
          y: Self.axis(
            "learning rate\(usesMomentum ? "/(1 - momentum)" : ""), 1/curvature",
            checkpoint.runs.map { effectiveRates($0.schedule) }), rateCurves))
    }
    return script(
      "schedules", "Schedules from a checkpoint on", legend: "mean over the same orders of batches for all",
      data, [losses, rates],
      names.enumerated().map { k, name in (name, "with lines \(PlotScript.style(k, of: names.count))") })
  }

  private func effectiveRates(_ schedule: Schedule) -> [Double] {
    schedule.map { $0.learningRate / (1 - $0.momentum) }
  }

  /// Creates a logarithmic vertical axis that leaves out values far below or above the rest.
  private static func axis(_ label: String, _ series: [[Double]]) -> PlotAxis {
    let starts = series.compactMap(\.first).filter { $0 > 0 && $0.isFinite }
    let values = series.flatMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard let low = values.min(), let high = values.max(), let start = starts.max() else {
      return PlotAxis(.y, label, showing: series, .linear)
    }
    let top = min(high, 2.2 * start)
    let bottom = min(max(low, 2e-3 * top), top)
    return PlotAxis(.y, label, bottom / 1.15...top * 1.15, isLogarithmic: true)
  }
}
