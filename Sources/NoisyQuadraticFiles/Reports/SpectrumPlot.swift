import NoisyQuadratic

extension SpectrumReport {
  /// The name of the plot.
  static let plotName = "spectrum"

  /// The density of the spectrum over the size of the eigenvalues, with what is left out; and the shares of
  /// directions and of curvature that lie above an eigenvalue.
  public var plot: PlotScript {
    let (width, height) = (1300, 620)
    let bars = SpectrumBars(curvatures)
    let above = above(bars.sizes.lowerBound)
    let x = PlotAxis(
      .x, "size of the eigenvalue, a curvature", bars.sizes.lowerBound / 1.2...bars.sizes.upperBound * 1.2,
      isLogarithmic: true)
    let left = PlotPanel(
      "weight by size", x: x,
      y: PlotAxis(.y, "share of the weight, per bar", bars.shareRange, isLogarithmic: true), key: .below,
      barCurves(bars))
    var curves = [
      "$above using 1:2 with lines \(PlotScript.style(0, of: 2)) title 'of the directions'",
      "$above using 1:3 with lines \(PlotScript.style(1, of: 2)) title 'of the curvature, Σ n h'",
    ]
    if spectrum.probes.count > 1 {
      curves.insert(
        "$above using 1:4:5 with filledcurves fillstyle solid 0.25 noborder linecolor rgb \"#0072b2\" "
          + "title '± 2 standard errors'", at: 0)
    }
    let positive = (above[1] + above[2]).filter { $0 > 0 }
    let right = PlotPanel(
      "share above an eigenvalue",
      x: PlotAxis(
        .x, "eigenvalue, a curvature",
        (above[0].last ?? bars.sizes.lowerBound) / 1.2...bars.sizes.upperBound * 1.2,
        isLogarithmic: true),
      y: PlotAxis(.y, "share", max(positive.min() ?? 0.1, 1e-9) / 1.5...1.2, isLogarithmic: true),
      key: .below, curves)
    let lists = spectrum.probes.count
    let heading = PlotHeading(
      .text("Measured spectrum: "), .name(problem.name),
      legend: "\(curvatures.density.count) eigenvalues in \(lists) list\(lists == 1 ? "" : "s"), "
        + "\(curvatures.kept.count) kept; \(Self.percent(curvatures.shareLeftOut)) of the weight is left out"
        + (bars.isCut ? "; the first bar also has all smaller ones" : ""))
    let body = """
        set multiplot layout 1,2 title \(heading.literal(width: width, size: 16))
      \(left.commands)\(right.commands)  unset multiplot
      """
    return PlotScript(
      name: Self.plotName, title: heading.title, width: width, height: height,
      data: [
        PlotData(name: "bars", columns: bars.columns), PlotData(name: "above", columns: above),
        PlotData(
          name: "floor",
          columns: [
            [curvatures.floor, curvatures.floor], [bars.shareRange.lowerBound, bars.shareRange.upperBound],
          ]),
      ], body: body)
  }

  /// The bars of each fate that occurs, and the floor if it is within the axis.
  private func barCurves(_ bars: SpectrumBars) -> [String] {
    let names = ["in the problem", "left out, negative", "left out, at or near zero"]
    let colors = ["#0072b2", "#d55e00", "#999999"]
    let bottom = bars.shareRange.lowerBound.jsonText
    var curves = SpectrumBars.fates.indices.filter { bars.shares[$0].contains { $0 > 0 } }.map { i in
      let title = "\(names[i]) (\(Self.percent(curvatures.share(SpectrumBars.fates[i]))))"
      return
        "$bars using 1:\(i + 4):2:3:(\(bottom)):\(i + 4) with boxxyerror fillstyle transparent solid 0.6 noborder "
        + "linecolor rgb \"\(colors[i])\" title \(PlotText.quoted(title))"
    }
    if bars.sizes.contains(curvatures.floor) {
      curves.append(
        "$floor using 1:2 with lines linewidth 2 dashtype 2 linecolor rgb \"#000000\" title 'floor'")
    }
    return curves
  }

  /// Eigenvalues from the largest down; the shares of the weight and of the curvature at or above each; and the
  /// limits of two standard errors around the first.
  private func above(_ lowest: Double) -> [[Double]] {
    let density = curvatures.density
    let points = curvatures.kept.map { (density.eigenvalues[$0], density.weights[$0] / density.mass) }
      .sorted { $0.0 > $1.0 }
    let trace = points.reduce(0) { $0 + $1.0 * $1.1 }
    // Error bars take a pass over all points for each row.
    let stride = max(1, points.count / 200)
    var (weight, curvature) = (0.0, 0.0)
    var columns = [[Double]](repeating: [], count: 5)
    for (i, point) in points.enumerated() {
      weight += point.1
      curvature += point.0 * point.1 / trace
      guard i % stride == 0 || i == points.count - 1, point.0 >= lowest else { continue }
      let error = spectrum.probes.count > 1 ? spectrum.share(upTo: point.0.nextDown).standardError ?? 0 : 0
      let row = [point.0, weight, curvature, max(weight - 2 * error, 1e-12), min(weight + 2 * error, 1)]
      for k in row.indices { columns[k].append(row[k]) }
    }
    return columns
  }
}
