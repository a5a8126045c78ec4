import Foundation

/// What came out, as lines and tables in Markdown.
struct RealTrainingText {
  private let study: RealTrainingStudy

  init(_ study: RealTrainingStudy) { self.study = study }

  var text: String {
    [sweep, fit, comparison, "Training loss by seed\n\n" + seeds].joined(separator: "\n\n")
  }

  private var sweep: String {
    let trials = study.sweep.map { "\($0.rate.significant(3)): \($0.loss.significant(3))" }
    return "Loss after \(study.curves[0].learningRates.count / 4) steps by constant rate: "
      + trials.joined(separator: ", ")
      + "\nPeak limit, half the largest rate that trains: \(study.peakLimit.significant(3))"
  }

  private var fit: String {
    let fit = study.fit
    var lines = [
      "Fit and plan: \(study.seconds.significant(2)) s, form \(fit.form.kind.rawValue), lowest loss of any "
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

  private var comparison: String {
    let heads = [
      "schedule", "peak", "end", "falls from step", "steps to choose", "predicted loss (90% band)",
      "training loss",
      "loss/predicted",
      "optimal / it", "optimal lower in", "test error, %",
    ]
    let optimal = study.contestants[0].losses
    let rows = study.contestants.enumerated().map { i, contestant in
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
    return Self.table(heads, rows)
  }

  private var seeds: String {
    Self.table(
      ["seed"] + study.contestants.map(\.name),
      study.contestants[0].runs.indices.map { seed in
        ["\(seed)"] + study.contestants.map { $0.runs[seed].final.significant(3) }
      })
  }

  private func spread(_ sample: SeedSample, digits: Int) -> String {
    "\(sample.mean.significant(digits)) ± \(sample.error.significant(2))"
  }

  private static func table(_ heads: [String], _ rows: [[String]]) -> String {
    ([heads, heads.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}
