import Foundation

/// What came out, as lines and tables in Markdown.
struct RealTrainingText {
  let plan: RealTrainingPlan

  /// The sweep of rates and the fit.
  var planned: String { [sweep, fit].joined(separator: "\n\n") }

  /// The comparison and the losses of all seeds.
  func compared(_ comparison: RealTrainingComparison) -> String {
    Self.table(comparison.contestants) + "\n\nTraining loss by seed\n\n" + Self.seeds(comparison.contestants)
  }

  private var sweep: String {
    let trials = plan.sweep.map { "\($0.rate.significant(3)): \($0.loss.significant(3))" }
    return "Loss after \(plan.sweepSteps) steps by constant rate: "
      + trials.joined(separator: ", ")
      + "\nPeak limit, half the largest rate that trains: \(plan.peakLimit.significant(3))"
  }

  private var fit: String {
    let fit = plan.fit
    var lines = [
      "Fit and plan: \(plan.seconds.significant(2)) s, form \(fit.form.kind.rawValue), lowest loss of any "
        + "schedule \(fit.model.asymptote.significant(3))"
    ]
    for (curve, metrics) in zip(fit.curves, fit.metrics) {
      lines.append(
        "\(curve.name): R² \(metrics.r2.significant(4)), mean relative error "
          + "\(metrics.meanRelativeError.significant(2)), worst \(metrics.worstRelativeError.significant(2)), "
          + "final loss \(curve.losses[curve.losses.count - 1].significant(3))")
    }
    for score in fit.validation {
      lines.append(
        "left-out curves, \(score.form.kind.rawValue), lowest curvature \(score.form.lowestCurvature): "
          + "error \(score.error.significant(3))")
    }
    return (lines + fit.warnings.map { "Warning: \($0)" }).joined(separator: "\n")
  }

  private static func table(_ contestants: [RealTrainingComparison.Contestant]) -> String {
    let heads = [
      "schedule", "peak", "end", "falls from step", "steps to choose", "predicted loss (90% band)",
      "training loss", "loss/predicted", "optimal / it", "optimal lower in", "test error, %",
    ]
    let optimal = contestants[0].losses
    let rows = contestants.enumerated().map { i, contestant in
      let (losses, band) = (contestant.losses, contestant.predicted)
      let ratios = optimal.logRatios(to: losses)
      let wins = ratios.values.count { $0 < 0 }
      return [
        contestant.name, (contestant.rates.max() ?? 0).significant(3),
        contestant.rates[contestant.rates.count - 1].significant(3),
        contestant.plateau == contestant.rates.count ? "-" : "\(contestant.plateau)",
        "\(contestant.choiceSteps)",
        "\(band.prediction.significant(3)) (\(band.lower.significant(3)) to \(band.upper.significant(3)))",
        spread(losses, digits: 3), (losses.mean / band.prediction).significant(3),
        i == 0
          ? "" : "\(exp(ratios.mean).significant(3)) ± \((exp(ratios.mean) * ratios.error).significant(2))",
        i == 0 ? "" : "\(wins) of \(ratios.values.count)",
        "\((100 * contestant.testErrors.mean).fixed(2)) ± \((100 * contestant.testErrors.error).fixed(2))",
      ]
    }
    return table(heads, rows)
  }

  private static func seeds(_ contestants: [RealTrainingComparison.Contestant]) -> String {
    table(
      ["seed"] + contestants.map(\.name),
      contestants[0].runs.indices.map { seed in
        ["\(seed)"] + contestants.map { $0.runs[seed].final.significant(3) }
      })
  }

  private static func spread(_ sample: SeedSample, digits: Int) -> String {
    "\(sample.mean.significant(digits)) ± \(sample.error.significant(2))"
  }

  private static func table(_ heads: [String], _ rows: [[String]]) -> String {
    ([heads, heads.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}
