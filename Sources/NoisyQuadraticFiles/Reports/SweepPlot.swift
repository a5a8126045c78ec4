import NoisyQuadratic

extension SweepReport {
  /// The most panels of a picture, and the most look-aheads in a panel.
  private static let (mostPanels, mostLookaheads) = (9, 4)

  /// Points that differ in the horizon only, ascending.
  private struct Course {
    let point: SweepPoint
    let biases: [HorizonBias]
  }

  /// The final losses over the horizon, a panel for every problem, batch size and pair of limits; `nil` if no point
  /// has figures. A picture has at most nine panels.
  public var plot: PlotScript? {
    let courses = courses
    let shown = courses.prefix(Self.mostPanels)
    guard !shown.isEmpty else { return nil }
    let heading = heading(shown: shown.count, of: courses.count)
    let columns = min(shown.count, 3)
    let names = curves(shown[0].biases[0]).map(\.name)
    let styles = names.indices.map { PlotScript.style($0, of: names.count) + " pointtype \(5 + 2 * $0 % 10)" }
    let grid = PlotGrid(
      heading, rows: (shown.count + columns - 1) / columns, columns: columns,
      size: (columns == 1 ? 800 : 460, columns == 1 ? 500 : 380),
      legend: zip(names, styles).map { ($0, "with linespoints \($1)") })
    var data: [PlotData] = []
    let panels = shown.enumerated().map { i, course in
      let horizons = course.biases.map { Double($0.horizon) }
      let series = names.indices.map { k in course.biases.map { curves($0)[k].loss ?? .nan } }
      let name = "panel\(i)"
      data.append(PlotData(name: name, columns: [horizons] + series))
      // Marks and tics at the edges are drawn in full. Where all horizons are shorter than a look-ahead, it has no curve.
      let drawn = series.indices.filter { k in series[k].contains(where: \.isFinite) }
      return PlotPanel(
        title(course.point),
        x: PlotAxis(
          .x, "horizon, in steps", horizons[0] / 1.2...1.2 * horizons[horizons.count - 1],
          isLogarithmic: true,
          areWhole: true),
        y: PlotAxis(
          .y, "final loss, in the problem's unit", showing: drawn.map { series[$0] }, .logarithmic),
        drawn.map { "$\(name) using 1:\($0 + 2) with linespoints \(styles[$0])" })
    }
    return PlotScript(
      name: Self.plotNames[0], title: heading.title, width: grid.width, height: grid.height, data: data,
      body: grid.commands(panels))
  }

  /// The curves of every panel, with the loss of one point on each.
  private func curves(_ bias: HorizonBias) -> [(name: String, loss: Double?)] {
    let (last, most) = (lookaheads.count - 1, Self.mostLookaheads)
    let chosen = last < most ? Array(lookaheads.indices) : (0..<most).map { $0 * last / (most - 1) }
    return [("greedy", bias.greedyLoss), ("best constant", bias.constantLoss)]
      + chosen.map { ("look-ahead \(lookaheads[$0])", bias.lookaheadLosses[$0]) }
      + [("full horizon", bias.optimalLoss)]
  }

  /// The courses, in the order of their first points.
  private var courses: [Course] {
    var order: [SweepPoint] = []
    var places: [String: Int] = [:]
    var biases: [[HorizonBias]] = []
    for (point, outcome) in zip(points, outcomes) {
      guard let bias = outcome.bias else { continue }
      let key = "\(point.problem) \(point.batchSize) \(point.momentumLimit) \(point.rateLimit)"
      if let place = places[key] {
        biases[place].append(bias)
      } else {
        places[key] = order.count
        order.append(point)
        biases.append([bias])
      }
    }
    return zip(order, biases).map { point, biases in
      Course(point: point, biases: biases.sorted { $0.horizon < $1.horizon })
    }
  }

  /// What a point has in common with its course, apart from the problem: in words, and whether all points have it.
  private func traits(_ point: SweepPoint) -> [(text: String, isCommon: Bool)] {
    let limit = point.rateLimit == "none" ? "no rate limit" : "rate limit \(point.rateLimit)"
    let momentum = point.momentumLimit == 0 ? "no momentum" : "momentum ≤ \(point.momentumLimit.jsonText)"
    return [
      (limit, points.allSatisfy { $0.rateLimit == point.rateLimit }),
      (momentum, points.allSatisfy { $0.momentumLimit == point.momentumLimit }),
      ("batch size \(point.batchSize.jsonText)", points.allSatisfy { $0.batchSize == point.batchSize }),
    ]
  }

  /// What tells a panel from others. A long name of a problem is shortened, so that the rest is seen.
  private func title(_ point: SweepPoint) -> String {
    let traits = traits(point).filter { !$0.isCommon }.map(\.text)
    guard problems.count > 1 else { return traits.joined(separator: ", ") }
    let room = 28 - traits.reduce(0) { $0 + PlotText.width(", " + $1) }
    let name = PlotText.shortened(labels[point.problem].onOneLine, toWidth: max(room, 6))
    return ([name] + traits).joined(separator: ", ")
  }

  private func heading(shown: Int, of count: Int) -> PlotHeading {
    var legend = traits(points[0]).filter(\.isCommon).map(\.text)
    if shown < count { legend.append("the first \(shown) of \(count) panels") }
    if lookaheads.count > Self.mostLookaheads {
      legend.append("\(Self.mostLookaheads) of \(lookaheads.count) look-aheads")
    }
    let text = legend.joined(separator: "; ")
    return problems.count == 1
      ? PlotHeading(.text("Final loss over the horizon: "), .name(labels[0]), legend: text)
      : PlotHeading(.text("Final loss over the horizon"), legend: text)
  }
}
