import NoisyQuadratic

extension ScheduleGapReport {
  /// The name of the plot.
  static let plotName = "schedule-gap"

  /// Both schedules, their losses, where the excess is lost, and where in the spectrum it sits.
  public var plot: PlotScript {
    let usesMomentum = gap.schedule.usesMomentum || gap.optimum.schedule.usesMomentum
    let blue = "linecolor rgb \"#0072b2\""
    let orange = "linecolor rgb \"#d55e00\""
    let green = "linecolor rgb \"#009e73\""
    func curves(_ column: Int, _ further: [String] = []) -> String {
      let given = "$run using 1:\(column) with lines linewidth 2 \(blue) title \"given\""
      let optimal =
        "$run using 1:\(column + 3) with lines linewidth 2 \(orange) dashtype 2 title \"best schedule\""
      return ([given, optimal] + further).joined(separator: ", \\\n    ")
    }
    // Momentum makes the rates of different continuations incomparable.
    let best = "$run using 1:8 with lines linewidth 1 \(green) title \"best from the given schedule's state\""
    var panels = [
      """
        set title "learning rate"
        plot \(curves(2, usesMomentum ? [] : [best]))
      """
    ]
    if usesMomentum {
      panels.append(
        """
          set title "momentum"
          set yrange [0:1.3]
          plot \(curves(3))
          set autoscale y
        """)
    }
    let attainable =
      "$attainable using 1:2 with lines linewidth 2 \(green) dashtype 4 title \"final loss still attainable\""
    panels.append(
      """
        set title "expected loss"
      \(PlotScript.logarithmic("y", [runColumns[3], runColumns[6]]))
        plot \(curves(4, gap.regret == nil ? [] : [attainable]))
        unset logscale y
      """)
    // A schedule that diverges has none, and gnuplot refuses a panel without a point.
    if gap.regret != nil {
      panels.append(
        """
          set title "what every step loses for good"
          set style fill solid 0.7 noborder
          set key top left
          plot $regret using 1:($4 > 0 ? $3 : NaN):2 with boxes linecolor rgb "#cc79a7" title "rate too large", \\
            $regret using 1:($4 > 0 ? NaN : $3):2 with boxes linecolor rgb "#e69f00" title "rate too small"
        """)
    }
    panels.append(spectrumPanel(isWide: usesMomentum))
    let body = """
        set multiplot layout 2,\(usesMomentum ? 3 : 2) title "\(PlotScript.plain(title))" font ",18" noenhanced
        set xlabel "step"
        set xrange [0:\(gap.schedule.count)]
      \(panels.joined(separator: "\n"))
        unset multiplot
      """
    return PlotScript(
      name: Self.plotName, title: title, width: usesMomentum ? 1700 : 1300, height: 900,
      data: [
        PlotData(name: "run", columns: runColumns), PlotData(name: "bands", columns: bandColumns),
      ] + (gap.regret.map(Self.regretData) ?? []), body: body)
  }

  private var title: String {
    "\(name) on \(problem.name): ends at \(gap.finalLoss.shortText), possible is "
      + gap.optimum.finalLoss.shortText
  }

  /// Two stacked bars for every band: noise on top of signal, the given schedule beside the best.
  private func spectrumPanel(isWide: Bool) -> String {
    let labels = gap.spectrum.bands.enumerated().map { i, band in
      let (low, high) = (band.curvatures.lowerBound, band.curvatures.upperBound)
      return
        "\"\(low == high ? low.significant(2) : "\(low.significant(2)) to \(high.significant(2))")\" \(i)"
    }
    let bars = [
      ("($1 - 0.2):($2 + $3)", "#9ecae9", "given, noise"), ("($1 - 0.2):2", "#0072b2", "given, signal left"),
      ("($1 + 0.2):($4 + $5)", "#f5b78e", "best, noise"), ("($1 + 0.2):4", "#d55e00", "best, signal left"),
    ].map { "$bands using \($0.0) with boxes linecolor rgb \"\($0.1)\" title \"\($0.2)\"" }
    return """
        set title "final loss by curvature"
      \(isWide ? "  set origin 0.333,0; set size 0.667,0.48\n" : "")\
        set xlabel "curvature"
        set xrange [-0.6:\(Double(gap.spectrum.bands.count) - 0.4)]
        set xtics (\(labels.joined(separator: ", "))) \(labels.count > 4 ? "rotate by 25 right" : "")
        set boxwidth 0.36
        set style fill solid 1 noborder
        set key top \(lossFalls ? "right" : "left")
        plot \(bars.joined(separator: ", \\\n    "))
      """
  }

  /// Whether the right half of the bands holds less loss than the left, so that a key has room there.
  private var lossFalls: Bool {
    let losses = gap.spectrum.bands.map { $0.signal + $0.noise }
    let half = losses.count / 2
    return losses.prefix(half).reduce(0, +) > losses.suffix(half).reduce(0, +)
  }

  // MARK: Data

  /// Step; rate, momentum and loss of both schedules; rate of the best response. At most some 2000 rows.
  private var runColumns: [[Double]] {
    let horizon = gap.schedule.count
    let steps = Array(Swift.stride(from: 0, to: horizon, by: max(1, horizon / 2000))) + [horizon]
    func columns(_ schedule: Schedule) -> [[Double]] {
      // The last step has no rate of its own at T; repeating it closes the curve.
      let shown = steps.map { schedule[min($0, horizon - 1)] }
      return [shown.map(\.learningRate), shown.map(\.momentum)]
    }
    func losses(_ curve: ExpectedLossCurve) -> [Double] { steps.map { curve.values[$0] } }
    return [steps.map(Double.init)] + columns(gap.schedule) + [losses(gap.losses)]
      + columns(gap.optimum.schedule) + [losses(gap.optimum.losses)]
      + columns(gap.regret?.bestResponse ?? gap.optimum.schedule).prefix(1)
  }

  /// What is attainable between the segments; middle and width of every segment, its regret per step, and
  /// its slope.
  private static func regretData(_ regret: RegretProfile) -> [PlotData] {
    let segments = regret.segments
    return [
      PlotData(
        name: "attainable",
        columns: [[0] + segments.map { Double($0.steps.upperBound) }, regret.attainable]),
      PlotData(
        name: "regret",
        columns: [
          segments.map { Double($0.steps.lowerBound + $0.steps.upperBound) / 2 },
          segments.map { Double($0.steps.count) }, segments.map { $0.regret / Double($0.steps.count) },
          segments.map(\.slope),
        ]),
    ]
  }

  private var bandColumns: [[Double]] {
    let (given, optimal) = (gap.spectrum.bands, gap.optimalSpectrum.bands)
    return [
      given.indices.map(Double.init), given.map(\.signal), given.map(\.noise), optimal.map(\.signal),
      optimal.map(\.noise),
    ]
  }
}
