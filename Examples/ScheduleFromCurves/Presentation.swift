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
      "a noisy quadratic (\(fit.form.kind.rawValue)) with \(fit.effectiveParameters) effective parameters fitted to "
      + "\(rows) losses; no schedule ends below \(fit.model.asymptote.shortText)\n"
    if case .relaxation(let model) = fit.model {
      text +=
        "the loss falls like time^-\(model.signal.exponent.significant(3)), the noise is like "
        + "rate^\(model.noiseExponent.significant(3))"
        + (model.driftExponent == 0 ? "\n" : " and time^\((-model.driftExponent).significant(3))\n")
    }
    return text
  }

  /// The noise by curvature, and whether the curves determine it.
  private var noiseTable: String {
    let levels = (bands?.noiseLevels() ?? []).filter { $0.upper > 0 }
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
    var table = TextTable(
      [.text(head, 24), .numbers("losses", 8), .numbers("R2", 9), .numbers("MAE", 10), .numbers("RMSE", 10)]
        + [.numbers("mean error", 12), .numbers("worst error", 13)]
        + (bands == nil ? [] : [.numbers("in band", 9)]))
    func percent(_ share: Double) -> String { "\((100 * share).fixed(3))%" }
    func cells(_ numbers: [Double]) -> [String] {
      [numbers[0].fixed(5), numbers[1].significant(3), numbers[2].significant(3)] + numbers[3...].map(percent)
    }
    for comparison in comparisons {
      let metrics = comparison.metrics
      table.add(
        [comparison.curve.name.cutForMessage, "\(comparison.curve.steps.count)"]
          + cells([
            metrics.r2, metrics.mae, metrics.rmse, metrics.meanRelativeError, metrics.worstRelativeError,
          ]) + (comparison.coverage.map { ["\((100 * $0).fixed(0))%"] } ?? []))
    }
    if let mean, comparisons.count > 1 {
      let coverages = comparisons.compactMap(\.coverage)
      table.add(
        ["mean", ""] + cells(mean)
          + (bands == nil
            ? [] : ["\((100 * coverages.reduce(0, +) / Double(comparisons.count)).fixed(0))%"]))
    }
    return table.text
  }

  private var limits: String {
    let given = plan.givenRates.count
    return "schedules of \(PlotText.steps(plan.horizon)), "
      + (given == 0 ? "" : "of which the first \(given) are given, ")
      + "rate at most \(plan.peakRate.shortText)"
      + (plan.floor > 0 ? " and at least \(plan.floor.shortText)" : "")
      + (plan.isMonotone ? ", not rising\n" : "\n")
  }

  private var scheduleTable: String {
    let best = optimum.schedule.predictedFinalLoss
    let isTrueKnown = optimum.trueFinalLoss != nil
    var table = TextTable(
      [.text("schedule", 22), .numbers("predicted loss", 15)]
        + (bands.map { [.numbers($0.title, 18)] } ?? [])
        + [.numbers("above optimal", 15)] + (isTrueKnown ? [.numbers("true loss", 11)] : [])
        + [.text("  parameters", 12)])
    for forecast in forecasts {
      let schedule = forecast.schedule
      let parameters = schedule.parameters.map { "\($0.name) \($0.value.significant(3))" }
      table.add(
        [schedule.name, schedule.predictedFinalLoss.loss(6)]
          + (forecast.band.map { ["\($0.lower.significant(5)) - \($0.upper.significant(5))"] } ?? [])
          + [
            forecast.schedule.name == optimum.schedule.name
              ? "-" : (schedule.predictedFinalLoss - best).significant(3)
          ]
          + (forecast.trueFinalLoss.map { [$0.loss(6)] } ?? []) + [
            parameters.isEmpty ? "" : "  " + parameters.joined(separator: ", ")
          ])
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
        "If the peak rate is held until the last \(decay.decaySteps) steps (\(share)%), the best decay still ends at "
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
