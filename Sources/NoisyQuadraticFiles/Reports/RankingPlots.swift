import NoisyQuadratic

extension RankingReport {
  /// All plots: `ranking`, `schedules`, and `transfer` if there is any.
  public var plots: [PlotScript] {
    [rankingPlot, schedulePlot] + (transfers.isEmpty ? [] : [transferPlot])
  }

  private var run: String {
    "\(PlotText.steps(ranking.horizon)), "
      + (ranking.optimum.learningRateLimit.map { "learning rate ≤ \(PlotText.number($0, digits: 4))" }
        ?? "no rate limit")
  }

  /// The loss above the optimum of every schedule, in per cent, on a logarithmic axis.
  private var rankingPlot: PlotScript {
    let shown = rows.filter { $0.name != "full-horizon" }
    let excess = shown.map { ((ranking.ratio($0.solution.finalLoss) ?? .nan) - 1) * 100 }
    // What is closer than a search resolves is drawn at this distance.
    let least = 1e-4
    let drawn = excess.map { $0.isFinite ? max($0, least) : $0 }
    let heading = PlotHeading(
      .text("Best of every schedule: "), .name(problem.name), .text(", \(run)"))
    let axis = PlotAxis(.y, "final loss above the optimum, in %", showing: [drawn], .logarithmic)
    let panel = PlotPanel(
      "", x: PlotAxis(.x, "", names: shown.map(\.name)),
      y: PlotAxis(
        .y, axis.label, axis.range.lowerBound / 2...axis.range.upperBound, isLogarithmic: axis.isLogarithmic),
      ["$excess using 1:2 with impulses linewidth 14 linecolor rgb \"#0072b2\""])
    return PlotScript(
      name: "ranking", title: heading.title, width: 1000, height: 600,
      data: [PlotData(name: "excess", columns: [shown.indices.map(Double.init), drawn])],
      body: "  set bmargin 7\n" + panel.commands(under: heading, width: 1000))
  }

  /// The learning rates and losses of the three best classic schedules, the best constant, and the optimum.
  private var schedulePlot: PlotScript {
    var shown = rows.filter { $0.rank ?? .max <= 3 }
    if let constant = row("constant"), !shown.contains(where: { $0.name == "constant" }) {
      shown.append(constant)
    }
    if let optimum = row("full-horizon") { shown.insert(optimum, at: 0) }
    let horizon = ranking.horizon
    let steps = Array(stride(from: 0, to: horizon, by: max(1, horizon / 2000))) + [horizon]
    var data: [PlotData] = []
    let tables = shown.enumerated().map { i, row in
      let schedule = row.solution.schedule
      let columns = [
        steps.map(Double.init), steps.map { schedule.learningRates[min($0, horizon - 1)] },
        steps.map { row.solution.losses.values[$0] },
      ]
      data.append(PlotData(name: "schedule\(i)", columns: columns))
      return columns
    }
    let heading = PlotHeading(.text("The best schedules: "), .name(problem.name), .text(", \(run)"))
    let styles = shown.indices.map { PlotScript.style($0, of: shown.count) }
    let grid = PlotGrid(
      heading, rows: 1, columns: 2, size: (620, 460),
      legend: zip(shown, styles).map { ($0.name, "with lines \($1)") })
    let course = PlotScript.course(steps: horizon)
    let panels = [(1, "learning rate", "1/curvature"), (2, "expected loss", "in the problem's unit")].map {
      column, title, label in
      PlotPanel(
        title, x: PlotAxis(steps: horizon),
        y: PlotAxis(.y, label, showing: tables.map { $0[column] }, column == 1 ? .linear : .logarithmic),
        shown.indices.map { i in
          "$schedule\(i) using 1:\(column + 1) with \(column == 1 ? course : "lines") \(styles[i])"
        })
    }
    return PlotScript(
      name: "schedules", title: heading.title, width: grid.width, height: grid.height, data: data,
      body: grid.commands(panels))
  }

  /// The loss of every rule over that of the schedule tuned anew, a panel for every change.
  private var transferPlot: PlotScript {
    let names = transfers[0].rows.map(\.name)
    let heading = PlotHeading(
      .text("Tuned for one run, used in another: "), .name(problem.name),
      .text(", tuned for \(PlotText.steps(ranking.horizon))"))
    var data: [PlotData] = []
    var commands: [String] = []
    for (i, transfer) in transfers.enumerated() {
      // Rules that make a run diverge would hide all others.
      let series = transfer.rules.indices.map { k in
        transfer.rows.map { row in row.ratio(row.outcomes[k]) ?? .nan }
      }
      data.append(PlotData(name: "change\(i)", columns: [names.indices.map(Double.init)] + series))
      let axis = PlotAxis(
        .y, "loss over that tuned anew", showing: series + [[1]], .logarithmic, ceiling: 100)
      commands.append(
        PlotPanel(
          transfer.title, x: PlotAxis(.x, "", names: names), y: axis, key: .right,
          transfer.rules.enumerated().map { k, rule in
            // Rules that a limit makes equal stand side by side.
            "$change\(i) using ($1+\((0.25 * (Double(k) - Double(transfer.rules.count - 1) / 2)).jsonText)):\(k + 2) "
              + "with points pointsize 1.1 linewidth 2 pointtype \([7, 5, 9, 1][k % 4]) linecolor rgb \"\(["#0072b2", "#d55e00", "#009e73", "#cc79a7"][k % 4])\" "
              + "title \(PlotText.quoted(rule.title))"
          }
        ).commands)
    }
    let (width, height) = (1100, 400 * transfers.count)
    let body = """
        set multiplot layout \(transfers.count),1 title \(heading.literal(width: width, size: 15))
        set bmargin 7
      \(commands.joined(separator: "\n"))  unset multiplot
      """
    return PlotScript(
      name: "transfer", title: heading.title, width: width, height: height, data: data, body: body)
  }
}

extension ScheduleTransfer {
  /// The other run in words.
  package var title: String {
    let run = "\(target.horizon) step\(target.horizon == 1 ? "" : "s")"
    switch change {
    case .horizon: return run
    case .batchSize(let factor): return "batch × \(factor.jsonText), the same \(run)"
    case .batchSizeOfSameExamples(let factor):
      return "batch × \(factor.jsonText), the same number of examples in \(run)"
    }
  }
}

extension ScheduleTransfer.Rule {
  /// The rule in words.
  package var title: String {
    "\(time.rawValue), rate × \(rateFactor.significant(3))"
  }
}
