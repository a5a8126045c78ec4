import NoisyQuadratic

extension ComparisonReport {
  /// The names of all plots that a comparison may have.
  static let plotNames = ["schedules", "look-ahead", "fixed-rates"]

  /// All plots of a comparison: `schedules`, `look-ahead`, `fixed-rates`.
  ///
  /// - Parameter fixedRates: the study for the plot `fixed-rates`, which is left out if this is `nil`.
  /// - Returns: the scripts, which contain their data.
  public func plots(fixedRates: FixedRateStudy?) -> [PlotScript] {
    [schedulePlot, lookaheadPlot].compactMap { $0 } + (fixedRates.map { [fixedRatePlot($0)] } ?? [])
  }

  /// The losses, learning rates and momenta over the steps. Losses are shown for all directions and for the
  /// highest and lowest curvatures. This is the paper's Figure 3 with intermediate look-aheads added.
  private var schedulePlot: PlotScript {
    let model = problem.model
    let count = max(1, Int((Double(model.dimension) / 20).rounded()))
    let high = model.highestCurvatures(count)
    let low = model.lowestCurvatures(count)
    let shown = shownRows
    let steps = plottedSteps
    var data: [PlotData] = []
    var tables: [[[Double]]] = []
    let parts = model.expectedLosses(under: shown.map(\.solution.schedule), over: [high, low])
    for (i, row) in shown.enumerated() {
      let (schedule, subsets) = (row.solution.schedule, parts[i])
      // There is no learning rate at step T. Repeating the last one closes the curve.
      func rate(_ t: Int) -> Schedule.Step { schedule[min(t, horizon - 1)] }
      let table = [
        steps.map(Double.init), steps.map { row.solution.losses.values[$0] },
        steps.map { subsets[0].values[$0] }, steps.map { subsets[1].values[$0] },
        steps.map { rate($0).learningRate }, steps.map { rate($0).momentum },
      ]
      tables.append(table)
      data.append(PlotData(name: "schedule\(i)", columns: table))
    }
    let directions = count == 1 ? "direction" : "\(count) directions"
    let loss = "in the problem's unit"
    var columns: [(title: String, label: String, column: Int)] = [("expected loss", loss, 1)]
    // With a single curvature, these panels would repeat the first.
    if Set(model.curvature).count > 1 {
      columns += [
        ("loss, \(directions) of highest curvature", loss, 2),
        ("loss, \(directions) of lowest curvature", loss, 3),
      ]
    }
    columns.append(("learning rate", "1/curvature", 4))
    let usesMomentum = shown.contains { $0.solution.schedule.usesMomentum }
    if usesMomentum { columns.append(("momentum", "", 5)) }
    let x = PlotAxis(steps: horizon)
    let course = PlotScript.course(steps: horizon)
    let panels = columns.map { title, label, column in
      let y =
        column == 5
        ? PlotAxis(.y, label, 0...1.05)
        : PlotAxis(.y, label, showing: tables.map { $0[column] }, .logarithmic)
      return PlotPanel(
        title, x: x, y: y,
        shown.indices.map { i in
          "$schedule\(i) using 1:\(column + 1) with \(column > 3 ? course : "lines") "
            + PlotScript.style(i, of: shown.count)
        }
      ).commands
    }
    // The last panel is the legend. If four panels and the legend share six places, the learning rate takes
    // two.
    let layout = [3: (1, 3), 4: (2, 2), 5: (2, 3), 6: (2, 3)][panels.count + 1] ?? (2, 3)
    let isWide = panels.count == 4
    let (width, height) = (500 * layout.1, 425 * layout.0)
    let legend = PlotPanel.legend(
      shown.enumerated().map { i, row in
        (
          "\(row.name), ends at \(PlotText.number(row.solution.finalLoss, digits: 4))",
          "with lines \(PlotScript.style(i, of: shown.count))"
        )
      }, place: "    set key on inside center center vertical Left reverse noenhanced")
    let heading = heading
    let body = """
        set multiplot layout \(layout.0),\(layout.1) title \(heading.literal(width: width, size: 18))
      \(panels.dropLast(isWide ? 1 : 0).joined(separator: "\n"))\
      \(isWide ? "  set origin 0,0; set size 0.667,0.48\n\(panels[3])  set multiplot next\n" : "")\
      \(legend)  unset multiplot
      """
    return PlotScript(
      name: "schedules", title: heading.title, width: width, height: height, data: data, body: body)
  }

  /// The final loss against the look-ahead, which shows the short-horizon bias. `nil` if there is no
  /// look-ahead between the two ends, because the curve would then show nothing.
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
    var curves: [(element: String, title: String, losses: [Double])] = [
      ("$free using 1:2 with linespoints pointtype 7", "look-ahead, free in its window", free[1])
    ]
    if !held[0].isEmpty {
      data.append(PlotData(name: "held", columns: held))
      curves.append(
        ("$held using 1:2 with linespoints pointtype 5", "look-ahead, held over its window", held[1]))
    }
    func line(_ value: Double, _ title: String) {
      guard value > 0, value.isFinite else { return }
      curves.append(("\(value.jsonText) with lines", title, [value]))
    }
    if let constant = row("constant") {
      line(constant.solution.finalLoss, "best constant (knows the horizon)")
    }
    line(rows[0].solution.informationBound, "information bound")
    let heading = PlotHeading(
      .text("Final loss against look-ahead: "), .name(problem.name), .text(", \(horizon) steps"))
    let panel = PlotPanel(
      "",
      x: PlotAxis(
        .x, "steps looked ahead (1 is greedy, \(horizon) the full horizon)", 1...Double(horizon),
        isLogarithmic: true, areWhole: true),
      y: PlotAxis(
        .y, "expected loss after \(horizon) steps, in the problem's unit", showing: curves.map(\.losses),
        .logarithmic),
      key: .below,
      curves.enumerated().map { i, curve in
        "\(curve.element) \(PlotScript.style(i, of: curves.count)) title \(PlotText.quoted(curve.title))"
      })
    return PlotScript(
      name: "look-ahead", title: heading.title, width: 900, height: 600, data: data,
      body: panel.commands(under: heading, width: 900))
  }

  /// The loss after short trials at a fixed learning rate (solid) and after a subsequent decay (dashed):
  /// Figure 2.
  private func fixedRatePlot(_ study: FixedRateStudy) -> PlotScript {
    let columns = [study.learningRates] + study.curves.flatMap { [$0.fixed, $0.decayed] }
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
    let curves = study.curves.enumerated().flatMap { i, curve -> [String] in
      // Wide lines are drawn below narrow ones, so that equal curves stay visible.
      let width = (2 + 1.5 * Double(study.curves.count - 1 - i)).fixed(1)
      let color = "linewidth \(width) linecolor rgb \"\(colors[i % colors.count])\""
      return [
        "$rates using 1:\(2 * i + 2) with lines \(color) dashtype 1 title \"\(curve.steps) steps\"",
        "$rates using 1:\(2 * i + 3) with lines \(color) dashtype 2 "
          + "title \"\(curve.steps) steps, then \(study.decaySteps) of decay\"",
      ]
    }
    let heading = PlotHeading(
      .text("What a short trial says of a fixed rate: "), .name(problem.name), .text(", no momentum"))
    let panel = PlotPanel(
      "",
      x: PlotAxis(
        .x, "fixed learning rate, 1/curvature",
        study.learningRates[0]...study.learningRates[study.learningRates.count - 1]),
      y: PlotAxis(
        .y, "expected loss, in the problem's unit", showing: Array(columns.dropFirst()), .logarithmic),
      key: .right, curves)
    return PlotScript(
      name: "fixed-rates", title: heading.title, width: 1000, height: 600,
      data: [PlotData(name: "rates", columns: columns)],
      body: panel.commands(under: heading, width: 1000))
  }

  private var heading: PlotHeading {
    PlotHeading(
      .text("Schedules for "), .name(problem.name),
      .text(": dimension \(problem.model.dimension), \(PlotText.steps(horizon))"))
  }

  /// The rows that are drawn: greedy, constant, at most two intermediate look-aheads, and full horizon. A
  /// reader cannot tell more curves apart.
  private var shownRows: [Row] {
    let between = rows.filter { $0.name.hasPrefix("lookahead-") && !$0.entry.isHeld }
    let chosen =
      between.count <= 2
      ? between : [between[between.count / 3], between[2 * between.count / 3]]
    return ["greedy", "constant"].compactMap(row) + chosen + ["full-horizon"].compactMap(row)
  }

  /// At most about 2000 of the loss indices, including the first and the last.
  private var plottedSteps: [Int] {
    let stride = max(1, horizon / 2000)
    let steps = Array(Swift.stride(from: 0, to: horizon, by: stride))
    return steps + [horizon]
  }
}
