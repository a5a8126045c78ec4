import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import TrainingCurves
import TrainingCurvesFiles

extension CurveFitReport {
  /// What the program prints: the fit, the held-out curves, the schedules, and two sentences.
  var text: String {
    [summary, noiseTable, curveTable, testTable, scheduleTable, sentences].filter { !$0.isEmpty }.joined(
      separator: "\n")
  }

  private var summary: String {
    let rows = fitted.reduce(0) { $0 + $1.curve.steps.count }
    var text =
      "a noisy quadratic (\(fit.form.kind.rawValue)) with \(fit.effectiveParameters.fixed(1)) effective parameters fitted to "
      + "\(rows) losses; the model lets no schedule end below \(fit.model.asymptote.shortText)\n"
    if case .relaxation(let model) = fit.model {
      text +=
        "the loss falls like time^-\(model.signal.exponent.significant(3)), the noise is like "
        + "rate^\(model.noiseExponent.significant(3))"
        + (model.driftExponent == 0 ? "\n" : " and time^\((-model.driftExponent).significant(3))\n")
    }
    let errors = CurveForm.Kind.allCases.compactMap { kind in
      fit.validation.first { $0.form.kind == kind }.map {
        "\(kind.rawValue) \((100 * $0.error).significant(3))%"
      }
    }
    if errors.count > 1 {
      text += "error on each curve, predicted from the others: \(errors.joined(separator: ", "))\n"
    }
    return text
  }

  /// The noise by curvature, and whether the curves determine it.
  private var noiseTable: String {
    let levels = (bands?.noiseLevels() ?? []).filter { $0.level > 0 }
    guard let bands, !levels.isEmpty else { return "" }
    var table = TextTable([
      .text("noise of curvatures", 24), .numbers("adds at the peak rate", 22), .numbers(bands.title, 22),
    ])
    for noise in levels {
      table.add(
        [
          "\(noise.lowest.significant(2)) to \(noise.highest.significant(2))", noise.level.loss(3),
          "\(noise.lower.loss(3)) - \(noise.upper.loss(3))",
        ], note: noise.isIdentified ? "" : "not determined by the curves")
    }
    return table.text
  }

  private var curveTable: String { table("fitted curve", fitted, mean: nil) }

  private var testTable: String { tests.isEmpty ? "" : table("held-out curve", tests, mean: meanTest) }

  private func table(_ head: String, _ comparisons: [CurveComparison], mean: [Double]?) -> String {
    var columns: [TextTable.Column] = [
      .text(head, 24), .numbers("losses", 8), .numbers("R2", 9), .numbers("MAE", 10), .numbers("RMSE", 10),
      .numbers("mean error", 12), .numbers("worst error", 13), .numbers("at the end", 12),
    ]
    if bands != nil { columns.append(.numbers("in band", 9)) }
    var table = TextTable(columns)
    func cells(
      _ name: String, _ count: String, _ numbers: [Double], end: Double, _ coverage: Double?
    ) -> [String] {
      let relative = numbers[3...].map { "\((100 * $0).fixed(3))%" }
      let share = coverage.map { "\((100 * $0).fixed(0))%" }
      return [
        name, count, (abs(numbers[0]) < 100 ? numbers[0].fixed(5) : numbers[0].significant(3)),
        numbers[1].significant(3), numbers[2].significant(3),
      ]
        + relative + ["\(end > 0 ? "+" : "")\((100 * end).fixed(3))%"] + [share].compactMap { $0 }
    }
    for comparison in comparisons {
      table.add(
        cells(
          comparison.curve.name.cutForMessage, "\(comparison.curve.steps.count)",
          Self.numbers(comparison.metrics),
          end: comparison.endError, comparison.coverage))
    }
    if let mean, comparisons.count > 1 {
      let coverages = comparisons.compactMap(\.coverage)
      let coverage = coverages.reduce(0, +) / Double(comparisons.count)
      let end = comparisons.map(\.endError).reduce(0, +) / Double(comparisons.count)
      table.add(cells("mean", "", mean, end: end, coverages.isEmpty ? nil : coverage))
    }
    return table.text
  }

  private var limits: String {
    let given = plan.givenRates.count
    return "schedules of \(PlotText.steps(plan.horizon)), "
      + (given == 0
        ? "" : "of which the first \(given) are \(plan.isWarmup ? "the warmup" : "the run so far"), ")
      + "rate at most \(plan.peakRate.shortText)"
      + (plan.floor > 0 ? " and at least \(plan.floor.shortText)" : "")
      + (plan.isMonotone ? ", not rising\n" : "\n")
  }

  private var scheduleTable: String {
    let best = optimum.schedule.predictedFinalLoss
    var columns: [TextTable.Column] = [.text("schedule", 22), .numbers("predicted loss", 15)]
    if let bands { columns.append(.numbers(bands.title, 18)) }
    columns.append(.numbers("above optimal", 15))
    if optimum.trueFinalLoss != nil { columns.append(.numbers("true loss", 11)) }
    var table = TextTable(columns + [.text("  parameters", 12)])
    for forecast in forecasts {
      let schedule = forecast.schedule
      var cells = [schedule.name, schedule.predictedFinalLoss.loss(6)]
      if let band = forecast.band { cells.append("\(band.lower.loss(5)) - \(band.upper.loss(5))") }
      let isOptimum = schedule.name == optimum.schedule.name
      cells.append(isOptimum ? "-" : (schedule.predictedFinalLoss - best).significant(3))
      if let loss = forecast.trueFinalLoss { cells.append(loss.loss(6)) }
      let parameters = schedule.parameters.map { "\($0.name) \($0.value.significant(3))" }
      table.add(cells + [parameters.isEmpty ? "" : "  " + parameters.joined(separator: ", ")])
    }
    return limits + table.text
  }

  private var sentences: String {
    let best = optimum.schedule.predictedFinalLoss
    var text = "The best schedule is predicted to end at \(best.significant(5))"
    if let rival = forecasts.dropFirst().first {
      text +=
        ", \((rival.schedule.predictedFinalLoss - best).significant(2)) below the best member of a family, "
        + rival.schedule.name
    }
    text += ".\n"
    if let decay = shortestDecay(), decay.decaySteps < plan.freeSteps {
      let share = (100 * Double(decay.decaySteps) / Double(plan.freeSteps)).significant(2)
      text +=
        "If the peak rate is held until the last \(PlotText.steps(decay.decaySteps)) (\(share)%), the best decay still ends at "
        + "\(decay.bestLoss.significant(5)).\n"
    }
    if let trueLoss = optimum.trueFinalLoss, let trueOptimum {
      text +=
        "In truth the best schedule of the fit ends at \(trueLoss.significant(5)), "
        + "\((trueLoss / trueOptimum).asMultiple) the \(trueOptimum.significant(5)) of the true optimum.\n"
    }
    return text
  }
}
