import Foundation
import NoisyQuadratic

extension PhaseReport {
  /// All plots: the phase diagram at the longest exact horizon, how exponents approach their limits, and schedules of
  /// both phases. A plot without anything to show is left out.
  public var plots: [PlotScript] { [diagram, approach, schedules].compactMap { $0 } }

  /// The rows without momentum, or with the smallest limit on it.
  private var shown: [Row] {
    let limit = rows.map(\.setting.momentumLimit).min()
    return rows.filter { $0.setting.momentumLimit == limit && $0.exponents != nil }
  }

  private func text(_ momentumLimit: Double) -> String {
    momentumLimit == 0 ? "" : ", momentum ≤ \(momentumLimit.jsonText)"
  }

  /// Deviations over source and capacity, with the border of the phases.
  private var diagram: PlotScript? {
    let exact = shown.filter { !$0.setting.isContinuous }
    guard let horizon = exact.map(\.setting.horizon).max() else { return nil }
    let chosen = exact.filter { $0.setting.horizon == horizon }
    // A cell for every pair of exponents, so that no number is crowded, and the border between cells.
    let sources = Set(chosen.map(\.setting.source)).sorted()
    let capacities = Set(chosen.map(\.setting.capacity)).sorted()
    let x = PlotAxis(.x, "source exponent s", names: sources.map(\.jsonText))
    let y = PlotAxis(.y, "capacity exponent β", names: capacities.map(\.jsonText))
    let border = capacities.enumerated().flatMap { j, capacity -> [[Double]] in
      let hard = chosen.filter { $0.setting.capacity == capacity && !$0.prediction.isEasy }.map(
        \.setting.source)
      let edge = Double(sources.count { $0 <= hard.max() ?? 0 }) - 0.5
      return [[edge, Double(j) - 0.5], [edge, Double(j) + 0.5]]
    }
    var data = [PlotData(name: "border", columns: [border.map { $0[0] }, border.map { $0[1] }])]
    let quantities: [(title: String, exponent: (Exponents) -> Exponent, scale: Double)] = [
      ("final loss", { $0.loss }, 0.2), ("largest rate", { $0.peakRate }, 0.2), ("decay", { $0.decay }, 1),
    ]
    // Blue below the prediction, white at it, orange above it.
    var body = "  set palette defined (-1 \"#0072b2\", 0 \"#ffffff\", 1 \"#d55e00\")\n"
    let width = 1380
    body +=
      "  set multiplot layout 1,3 title "
      + PlotHeading(
        .text(
          "Exponents of optimal schedules, T = \(PlotText.steps(horizon))\(text(chosen[0].setting.momentumLimit))"
        ),
        legend: "measured, below it the limit for T → ∞; thick: the border s = 1 − 1/β, hard to its left"
      ).literal(width: width, size: 15) + "\n  set rmargin 12\n"
    for (k, quantity) in quantities.enumerated() {
      let values = chosen.compactMap { row -> (Row, Exponent, Double)? in
        guard let exponent = row.exponents.map(quantity.exponent), let deviation = exponent.deviation
        else { return nil }
        return (row, exponent, deviation)
      }
      let name = "cells\(k)"
      data.append(
        PlotData(
          name: name,
          columns: [
            values.map { Double(sources.firstIndex(of: $0.0.setting.source) ?? 0) },
            values.map { Double(capacities.firstIndex(of: $0.0.setting.capacity) ?? 0) }, values.map(\.2),
            values.map { round(100 * ($0.1.measured ?? .nan)) / 100 + 0 }, values.map(\.1.predicted),
          ]))
      let color = PlotAxis(.color, "measured minus predicted", -quantity.scale...quantity.scale)
      body += color.commands
      body +=
        PlotPanel(
          "exponent of the \(quantity.title)", x: x, y: y,
          [
            "$\(name) using 1:2:(0.5):(0.5):3 with boxxyerror fillstyle solid 1 border rgb \"#808080\" fillcolor palette",
            "$\(name) using 1:2:(sprintf(\"%.2f\\n%.2f\",$4,$5)) with labels noenhanced offset 0,0.3",
            "$border using 1:2 with lines linewidth 4 linecolor rgb \"black\"",
          ]
        ).commands
    }
    return PlotScript(
      name: Self.plotNames[0], title: "Exponents of optimal schedules over source and capacity", width: width,
      height: 520, data: data, body: body + "  unset multiplot")
  }

  /// The rows of every problem, exact ones before those of the continuous limit.
  private var courses: [[Row]] {
    var courses: [[Row]] = []
    for row in shown {
      if let last = courses.last?.last, last.setting.source == row.setting.source,
        last.setting.capacity == row.setting.capacity
      {
        courses[courses.count - 1].append(row)
      } else {
        courses.append([row])
      }
    }
    return courses
  }

  /// The deviation of the loss exponent over the horizon, a panel for every source exponent.
  private var approach: PlotScript? {
    let courses = courses.filter { $0.contains { $0.exponents?.loss.measured != nil } }
    let sources = Set(courses.map { $0[0].setting.source }).sorted().prefix(9)
    let capacities = Set(courses.map { $0[0].setting.capacity }).sorted()
    let horizons = courses.flatMap { $0.map { Double($0.setting.horizon) } }
    let deviations = courses.flatMap { $0.compactMap { $0.exponents?.loss.deviation } }
    guard let first = horizons.min(), let last = horizons.max(), !deviations.isEmpty else { return nil }
    let x = PlotAxis(.x, "horizon, in steps", first / 1.5...last * 1.5, isLogarithmic: true, areWhole: true)
    let y = PlotAxis(.y, "loss exponent minus limit", showing: [deviations, [0]], .linear)
    // Thin lines, so that hollow marks can be told from filled ones.
    let styles = capacities.indices.map {
      PlotScript.style($0, of: capacities.count).replacing(/linewidth [0-9.]+/, with: "linewidth 1.5")
    }
    var data: [PlotData] = []
    let panels = sources.map { source -> PlotPanel in
      var curves = ["0 with lines linewidth 1 linecolor rgb \"#808080\""]
      for course in courses where course[0].setting.source == source {
        let i = capacities.firstIndex(of: course[0].setting.capacity) ?? 0
        for isContinuous in [false, true] {
          let part = course.filter { $0.setting.isContinuous == isContinuous }
          let name = "course\(data.count)"
          data.append(
            PlotData(
              name: name,
              columns: [
                part.map { Double($0.setting.horizon) }, part.map { $0.exponents?.loss.deviation ?? .nan },
              ]))
          if part.contains(where: { $0.exponents?.loss.deviation != nil }) {
            curves.append(
              "$\(name) using 1:2 with linespoints \(styles[i]) pointsize 1.3 pointtype \(isContinuous ? 6 : 7)"
            )
          }
        }
      }
      return PlotPanel("s = \(source.jsonText)", x: x, y: y, curves)
    }
    let columns = min(panels.count, 3)
    let grid = PlotGrid(
      PlotHeading(
        .text("How the exponent of the final loss approaches its limit"),
        legend: "between each horizon and the one before; filled: exact optima, hollow: continuous limit"),
      rows: (panels.count + columns - 1) / columns, columns: columns, size: (460, 400),
      legend: zip(capacities, styles).map { ("β = \($0.jsonText)", "with lines \($1)") })
    return PlotScript(
      name: Self.plotNames[1], title: "How the exponent of the final loss approaches its limit",
      width: grid.width, height: grid.height, data: data, body: grid.commands(panels))
  }

  /// Exact schedules of the problems farthest in the easy and in the hard phase.
  private var schedules: PlotScript? {
    let exact = courses.map { $0.filter { !$0.setting.isContinuous } }.filter { !$0.isEmpty }
    func margin(_ course: [Row]) -> Double { course[0].prediction.margin }
    let easy = exact.filter { $0[0].prediction.isEasy }.max { margin($0) < margin($1) }
    let hard = exact.filter { !$0[0].prediction.isEasy }.min { margin($0) < margin($1) }
    let chosen = [easy, hard].compactMap { $0 }.map { Array($0.suffix(6)) }
    guard !chosen.isEmpty else { return nil }
    let left = PlotAxis(.x, "fraction of the run, t/T", 0...1)
    let share = PlotAxis(.x, "share of the steps left, 1 − t/T", 1e-4...1, isLogarithmic: true)
    let plain = PlotAxis(.y, "rate / largest rate", 0...1.05)
    let logarithmic = PlotAxis(.y, "rate / largest rate", 1e-4...1.5, isLogarithmic: true)
    var (data, panels): ([PlotData], [PlotPanel]) = ([], [])
    let most = chosen.map(\.count).max() ?? 1
    for course in chosen {
      let (prediction, phase) = (course[0].prediction, course[0].phase)
      let power = "\(prediction.decayExponent.jsonText)"
      var curves: [String] = []
      for (i, row) in course.enumerated() {
        guard let point = row.outcome.point else { continue }
        let name = "schedule\(data.count)"
        data.append(
          PlotData(
            name: name,
            columns: [
              point.sampledStepsLeft.map { $0 / Double(point.horizon) },
              point.sampledRates.map { $0 / point.peakRate },
            ]))
        curves.append("\(name)|\(PlotScript.style(i, of: most))")
      }
      let title =
        "\(phase): s = \(prediction.source.jsonText), β = \(prediction.capacity.jsonText)"
      func drawn(_ columns: String) -> [String] {
        curves.map { curve in
          let parts = curve.split(separator: "|")
          return "$\(parts[0]) using \(columns) with lines \(parts[1])"
        }
      }
      let limit = "with lines linewidth 1 linecolor rgb \"#808080\" dashtype 3"
      panels.append(
        PlotPanel(title, x: left, y: plain, drawn("(1-$1):2") + ["(1-x)**\(power) \(limit)"]))
      panels.append(
        PlotPanel(title, x: share, y: logarithmic, drawn("1:2") + ["x**\(power) \(limit)"]))
    }
    let horizons = chosen.max { $0.count < $1.count } ?? []
    let grid = PlotGrid(
      PlotHeading(
        .text("Optimal schedules over the horizon\(text(horizons[0].setting.momentumLimit))"),
        legend: "thin dots: (1 − t/T)^(2β − 1), the limit of the easy phase"),
      rows: chosen.count, columns: 2, size: (600, 400),
      legend: horizons.enumerated().map {
        (
          "T = \($1.setting.horizon)",
          "with lines \(PlotScript.style($0, of: most))"
        )
      })
    return PlotScript(
      name: Self.plotNames[2], title: "Optimal schedules over the horizon", width: grid.width,
      height: grid.height, data: data, body: grid.commands(panels))
  }
}
