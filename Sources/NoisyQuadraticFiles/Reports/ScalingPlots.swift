import NoisyQuadratic

extension ScalingReport {
  /// The most panels in a row, and the most batch sizes whose schedules are shown.
  private static let (mostColumns, mostSchedules) = (3, 6)

  /// All plots that the results allow.
  public var plots: [PlotScript] {
    [stepsPlot, powersPlot, ratesPlot, schedulesPlot].compactMap { $0 }
  }

  /// The names of the plots that are not among these because they have no point to show.
  package func emptyPlots(beside plots: [PlotScript]) -> [String] {
    Self.plotNames.filter { name in
      (name != Self.plotNames[1] || powers.count > 1) && !plots.contains { $0.name == name }
    }
  }

  /// A curve of a plot: its name, its style, and its value for every problem at every batch size.
  private struct Line {
    let name: String
    let values: [[Double]]
  }

  private var batchSizes: [Double] { scalings[0].batchSizes }

  private func line(
    _ name: String, _ course: BatchSizeScaling.Course, _ value: (TargetReached) -> Double?
  ) -> Line {
    Line(
      name: name,
      values: scalings.map { scaling in
        let curve = scaling.curves.first { $0.course == course }
        // The axis is logarithmic.
        return batchSizes.indices.map { i in
          curve?.outcomes[i].reached.flatMap(value).flatMap { $0 > 0 ? $0 : nil } ?? .nan
        }
      })
  }

  /// Panels in rows, one for every problem in a row, with the same lines and a logarithmic axis.
  ///
  /// - Parameters:
  ///   - name: the name of the plot.
  ///   - heading: the heading.
  ///   - rows: the title of a row, the label of its axis, its lines, and whether perfect scaling is drawn.
  /// - Returns: the plot; `nil` if there is nothing to draw.
  private func grid(
    _ name: String, _ heading: PlotHeading,
    _ rows: [(title: String, label: String, lines: [Line], showsPerfect: Bool)]
  ) -> PlotScript? {
    let shown = Array(problems.indices.prefix(Self.mostColumns))
    let names = rows.flatMap { $0.lines.map(\.name) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    guard rows.contains(where: { $0.lines.contains { $0.values.joined().contains(where: \.isFinite) } })
    else { return nil }
    let styles = names.indices.map {
      "\(PlotScript.style($0, of: names.count)) pointtype \(4 + $0) pointsize 0.7"
    }
    let perfect = "with lines linewidth 1 linecolor rgb \"#808080\" dashtype 3"
    var legend = zip(names, styles).map { (name: $0, style: "with linespoints \($1)") }
    if rows.contains(where: \.showsPerfect) { legend.append(("perfect scaling", perfect)) }
    let columns = shown.count
    let picture = PlotGrid(
      heading, rows: rows.count, columns: columns, size: (columns == 1 ? 800 : 520, columns == 1 ? 480 : 380),
      legend: legend)
    var data: [PlotData] = []
    let x = PlotAxis(
      .x, "batch size", (batchSizes.min() ?? 1) / 1.3...1.3 * (batchSizes.max() ?? 1), isLogarithmic: true)
    var panels: [PlotPanel?] = []
    for row in rows {
      for i in shown {
        let table = "$panel\(data.count)"
        // The ideal passes through the slowest line at the smallest batch size.
        let start = row.lines.compactMap { $0.values[i].first }.filter(\.isFinite).max() ?? .nan
        let ideal = batchSizes.map { start * batchSizes[0] / $0 }
        data.append(
          PlotData(
            name: "panel\(data.count)", columns: [batchSizes] + row.lines.map { $0.values[i] } + [ideal]))
        let drawn = row.lines.indices.filter { row.lines[$0].values[i].contains(where: \.isFinite) }
        guard !drawn.isEmpty else {
          panels.append(nil)
          continue
        }
        var curves = drawn.map { k in
          let style = styles[names.firstIndex(of: row.lines[k].name) ?? 0]
          return "\(table) using 1:\(k + 2) with linespoints \(style)"
        }
        if row.showsPerfect { curves.append("\(table) using 1:\(row.lines.count + 2) \(perfect)") }
        let title = [problems.count > 1 ? problems[i].name.onOneLine : "", row.title].filter { !$0.isEmpty }
        panels.append(
          PlotPanel(
            PlotText.shortened(title.joined(separator: ": "), toWidth: 44), x: x,
            y: PlotAxis(.y, row.label, showing: drawn.map { row.lines[$0].values[i] }, .logarithmic), curves))
      }
    }
    return PlotScript(
      name: name, title: heading.title, width: picture.width, height: picture.height, data: data,
      body: picture.commands(panels))
  }

  private func heading(_ text: String, legend: String = "") -> PlotHeading {
    let target = ": loss \(scalings[0].search.target.jsonText)"
    return problems.count == 1
      ? PlotHeading(.text(text + target + ", "), .name(problems[0].name), legend: legend)
      : PlotHeading(.text(text + target), legend: legend)
  }

  /// Steps over the batch size, for all methods without preconditioner.
  private var stepsPlot: PlotScript? {
    let lines = courses.filter { $0.power == basePower || $0.method == .informationBound }
      .map { line($0.method.title, $0) { Double($0.steps) } }
    return grid(
      Self.plotNames[0], heading("Fewest steps to the target"), [("", "steps", lines, true)])
  }

  /// Steps over the batch size for several preconditioners, a row for every method that has them.
  private var powersPlot: PlotScript? {
    guard powers.count > 1 else { return nil }
    let methods = courses.map(\.method).reduce(into: [StepsToTarget.Method]()) { list, method in
      if !list.contains(method), courses.count(where: { $0.method == method }) > 1 { list.append(method) }
    }
    return grid(
      Self.plotNames[1], heading("Preconditioners H^-p", legend: "steps against the batch size"),
      methods.map { method in
        (
          method.title, "steps",
          powers.map { power in
            line("p = \(power.jsonText)", BatchSizeScaling.Course(method, power: power)) { Double($0.steps) }
          }, true
        )
      })
  }

  /// Best rates, effective rates, and momenta and decays over the batch size.
  private var ratesPlot: PlotScript? {
    let constant = courses.filter {
      $0.power == basePower && [.constant, .momentum, .average].contains($0.method)
    }
    guard !constant.isEmpty else { return nil }
    func lines(_ value: (TargetReached) -> Double?) -> [Line] {
      constant.map { line($0.method.title, $0, value) }
    }
    let slack = constant.filter { $0.method != .constant }.map { course in
      line(course.method.title, course) { ($0.momentum ?? $0.decay).map { 1 - $0 } }
    }
    return grid(
      Self.plotNames[2], heading("The best hyperparameters"),
      [
        ("", "learning rate, 1/curvature", lines { $0.learningRates.first }, false),
        ("", "rate / (1 - momentum), 1/curvature", lines(\.effectiveLearningRate), false),
      ] + (slack.isEmpty ? [] : [("", "1 - momentum, 1 - decay", slack, false)]))
  }

  /// The best schedules of the last problem at several batch sizes.
  private var schedulesPlot: PlotScript? {
    guard let scaling = scalings.last, let problem = problems.last else { return nil }
    let curves = scaling.curves.filter { curve in
      curve.course.power == basePower
        && curve.outcomes.contains { ($0.reached?.learningRates.count ?? 0) > 1 }
    }
    guard !curves.isEmpty else { return nil }
    let usable = batchSizes.indices.filter { i in
      curves.contains { ($0.outcomes[i].reached?.learningRates.count ?? 0) > 1 }
    }
    let most = Self.mostSchedules
    let chosen =
      usable.count <= most ? usable : (0..<most).map { usable[$0 * (usable.count - 1) / (most - 1)] }
    let columns = min(chosen.count, 3)
    let heading = PlotHeading(
      .text("The best schedules: loss \(scaling.search.target.jsonText), "), .name(problem.name))
    let names = curves.map(\.course.method.title)
    let styles = names.indices.map { PlotScript.style($0, of: names.count) }
    let picture = PlotGrid(
      heading, rows: (chosen.count + columns - 1) / columns, columns: columns,
      size: (columns == 1 ? 800 : 440, columns == 1 ? 480 : 350),
      legend: zip(names, styles).map { ($0, "with lines \($1)") })
    var data: [PlotData] = []
    let largest = curves.flatMap(\.outcomes).compactMap { $0.reached?.learningRates.max() }.max() ?? 1
    let panels = chosen.map { i -> PlotPanel in
      let lines = curves.enumerated().compactMap { k, curve -> String? in
        guard let rates = curve.outcomes[i].reached?.learningRates, rates.count > 1 else { return nil }
        // Both ends of every piece; a rate for every step is sampled.
        let shown = Self.sampled(rates, most: 500)
        let ends = shown.indices.flatMap { [Double($0), Double($0 + 1)].map { $0 / Double(shown.count) } }
        let name = "schedule\(data.count)"
        data.append(PlotData(name: name, columns: [ends, shown.flatMap { [$0, $0] }]))
        return "$\(name) using 1:2 with lines \(styles[k])"
      }
      let steps = curves[0].outcomes[i].reached.map { ", \($0.steps) steps" } ?? ""
      return PlotPanel(
        "batch size \(batchSizes[i].jsonText)\(steps)", x: PlotAxis(.x, "fraction of the run", 0...1),
        y: PlotAxis(.y, "learning rate, 1/curvature", 0...1.05 * largest), lines)
    }
    return PlotScript(
      name: Self.plotNames[3], title: heading.title, width: picture.width, height: picture.height, data: data,
      body: picture.commands(panels))
  }
}
