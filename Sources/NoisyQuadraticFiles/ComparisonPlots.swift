import NoisyQuadratic

extension ComparisonReport {
  /// Names of all plots that a comparison may have.
  static let plotNames = ["schedules", "look-ahead", "fixed-rates"]

  /// All plots of a comparison: `schedules`, `look-ahead`, `fixed-rates`.
  ///
  /// - Parameter fixedRates: the study for the last one; left out if `nil`.
  /// - Returns: scripts with their data inside.
  public func plots(fixedRates: FixedRateStudy?) -> [PlotScript] {
    [schedulePlot, lookaheadPlot].compactMap { $0 } + (fixedRates.map { [fixedRatePlot($0)] } ?? [])
  }

  /// Losses, in all directions and in the highest and lowest curvatures, rates and momenta over the steps:
  /// the paper's Figure 3, with look-aheads between.
  private var schedulePlot: PlotScript {
    let model = problem.model
    let count = max(1, Int((Double(model.dimension) / 20).rounded()))
    let high = model.highestCurvatures(count)
    let low = model.lowestCurvatures(count)
    let shown = shownRows
    let steps = plottedSteps
    var data: [PlotData] = []
    var columns: [[[Double]]] = []
    for (i, row) in shown.enumerated() {
      let schedule = row.solution.schedule
      let subsets = model.expectedLosses(under: schedule, over: [high, low])
      // The last rate has no step of its own at T; repeating it closes the curve.
      func rate(_ t: Int) -> Schedule.Step { schedule[min(t, horizon - 1)] }
      let table = [
        steps.map(Double.init), steps.map { row.solution.losses.values[$0] },
        steps.map { subsets[0].values[$0] }, steps.map { subsets[1].values[$0] },
        steps.map { rate($0).learningRate }, steps.map { rate($0).momentum },
      ]
      columns.append(table)
      data.append(PlotData(name: "schedule\(i)", columns: table))
    }
    let directions = count == 1 ? "direction" : "\(count) directions"
    let panels: [(title: String, column: Int)] = [
      ("expected loss", 1), ("loss, \(directions) of highest curvature", 2),
      ("loss, \(directions) of lowest curvature", 3), ("learning rate", 4), ("momentum", 5),
    ]
    var body = """
        set multiplot layout 2,3 title "\(title)" font ",18" noenhanced
        set xlabel "step"
        set xrange [0:\(horizon)]

      """
    for (title, column) in panels {
      body += "  set title \"\(title)\"\n"
      body +=
        column == 5
        ? "  unset logscale y\n  set yrange [0:1.05]\n"
        : PlotScript.logarithmic("y", columns.map { $0[column] }) + "\n  set autoscale y\n"
      body +=
        "  plot "
        + shown.indices.map { i in
          "$schedule\(i) using 1:\(column + 1) with lines \(PlotScript.style(i))"
        }.joined(separator: ", \\\n    ") + "\n"
    }
    // The sixth panel is the legend.
    body += """
        unset logscale y
        set title ""
        unset border; unset tics; unset xlabel; unset grid
        set yrange [0:1]
        set key center center
        plot \(shown.enumerated().map { i, row in
          "NaN with lines \(PlotScript.style(i)) title \"\(row.name), ends at \(row.solution.finalLoss.shortText)\""
        }.joined(separator: ", \\\n    "))
        unset multiplot
      """
    return PlotScript(name: "schedules", title: title, width: 1500, height: 850, data: data, body: body)
  }

  /// Final loss against look-ahead: short-horizon bias itself. `nil` when there is nothing between the
  /// two ends and a curve would say nothing.
  private var lookaheadPlot: PlotScript? {
    func curve(_ isHeld: Bool) -> [[Double]] {
      let chosen = rows.filter { row in
        row.entry.lookahead != nil && (row.entry.isHeld == isHeld)
          && !(row.name == "lookahead-\(horizon)" || row.name == "lookahead-1")
      }
      let sorted = chosen.sorted { ($0.entry.lookahead ?? 0) < ($1.entry.lookahead ?? 0) }
      return [
        sorted.map { Double($0.entry.lookahead ?? 0) }, sorted.map { $0.solution.finalLoss },
      ]
    }
    let free = curve(false)
    let held = curve(true)
    guard horizon > 1, free[0].count > 1 else { return nil }
    var data = [PlotData(name: "free", columns: free)]
    var curves = [
      "$free using 1:2 with linespoints pointtype 7 \(PlotScript.style(0)) title \"look-ahead, free in its window\""
    ]
    if !held[0].isEmpty {
      data.append(PlotData(name: "held", columns: held))
      curves.append(
        "$held using 1:2 with linespoints pointtype 5 \(PlotScript.style(1)) title \"look-ahead, held over its window\""
      )
    }
    func line(_ value: Double, _ style: Int, _ title: String) {
      guard value > 0, value.isFinite else { return }
      curves.append("\(value.jsonText) with lines \(PlotScript.style(style)) title \"\(title)\"")
    }
    if let constant = row("constant") {
      line(constant.solution.finalLoss, 2, "best constant (knows the horizon)")
    }
    line(rows[0].solution.informationBound, 3, "information bound")
    let body = """
        set title "\(PlotScript.plain("Final loss against look-ahead: \(problem.name), \(horizon) steps"))"
        set xlabel "steps looked ahead (1 is greedy, \(horizon) the full horizon)"
        set ylabel "expected loss after \(horizon) steps"
        set logscale x
        set xrange [1:\(horizon)]
      \(PlotScript.logarithmic("y", [free[1]]))
        set key bottom left
        plot \(curves.joined(separator: ", \\\n    "))
      """
    return PlotScript(
      name: "look-ahead", title: "Final loss against look-ahead: \(problem.name)", width: 900,
      height: 600, data: data, body: body)
  }

  /// Loss after short trials at a fixed rate, solid, and after a further decay, dashed: Figure 2.
  private func fixedRatePlot(_ study: FixedRateStudy) -> PlotScript {
    let columns = [study.learningRates] + study.curves.flatMap { [$0.fixed, $0.decayed] }
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
    let curves = study.curves.enumerated().flatMap { i, curve -> [String] in
      let color = "linewidth 2 linecolor rgb \"\(colors[i % colors.count])\""
      return [
        "$rates using 1:\(2 * i + 2) with lines \(color) dashtype 1 title \"\(curve.steps) steps\"",
        "$rates using 1:\(2 * i + 3) with lines \(color) dashtype 2 "
          + "title \"\(curve.steps) steps, then \(study.decaySteps) of decay\"",
      ]
    }
    let body = """
        set title "\(PlotScript.plain("What a short trial says of a fixed rate: \(problem.name), no momentum"))"
        set xlabel "fixed learning rate"
        set ylabel "expected loss"
      \(PlotScript.logarithmic("y", Array(columns.dropFirst())))
        set xrange [\(study.learningRates[0].jsonText):\(study.learningRates[study.learningRates.count - 1].jsonText)]
        set key outside right center
        plot \(curves.joined(separator: ", \\\n    "))
      """
    return PlotScript(
      name: "fixed-rates", title: "Loss after short trials at a fixed rate: \(problem.name)", width: 1000,
      height: 600, data: [PlotData(name: "rates", columns: columns)], body: body)
  }

  private var title: String {
    PlotScript.plain("Schedules for \(problem.name): dimension \(problem.model.dimension), \(horizon) steps")
  }

  /// Greedy, constant, at most two look-aheads from between, full horizon: what a reader can tell apart.
  private var shownRows: [Row] {
    let between = rows.filter { $0.name.hasPrefix("lookahead-") && !$0.entry.isHeld }
    let chosen =
      between.count <= 2
      ? between : [between[between.count / 3], between[2 * between.count / 3]]
    return ["greedy", "constant"].compactMap(row) + chosen + ["full-horizon"].compactMap(row)
  }

  /// At most some 2000 of the loss indices, first and last included.
  private var plottedSteps: [Int] {
    let stride = max(1, horizon / 2000)
    let steps = Array(Swift.stride(from: 0, to: horizon, by: stride))
    return steps + [horizon]
  }
}
