import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension OfflineReport: SeedReport {
  /// The table that the program prints, with what the bias is in one sentence.
  package var table: String {
    let last = curveSteps[curveSteps.count - 1]
    let after = "loss after \(last)"
    var text =
      "\(data): training loss \(startLoss.isFinite ? startLoss.shortText : "not finite") at the start, \(Self.decay)\n\n"
    var table = TextTable([
      .numbers("horizon", 9), .numbers("initial rate", 14), .numbers("exponent", 10),
      .numbers("loss there", 13), .numbers(after, after.count + 3), .numbers("ratio", 8),
      .text("  descents end at (rate, exponent)", 0),
    ])
    let reference = panels[panels.count - 1].curve.last ?? 0
    for panel in panels {
      let end = panel.curve.last ?? .infinity
      let descents = panel.descents.map { descent in
        descent.hasDiverged
          ? "diverged" : "(\(descent.decay[0].shortText), \(descent.decay[1].shortText))"
      }
      let best = panel.best.map { panel.bestLoss.isFinite ? $0.shortText : "-" }
      table.add(
        ["\(panel.horizon)"] + best + [
          panel.bestLoss.isFinite ? panel.bestLoss.significant(4) : "diverged",
          end.isFinite ? end.significant(4) : "diverged", end.ratio(to: reference),
          "  " + (descents.isEmpty ? "-" : descents.joined(separator: ", ")),
        ])
    }
    text += table.text
    let (short, long) = (panels[0], panels[panels.count - 1])
    guard panels.count > 1, let a = short.curve.last, let b = long.curve.last, a.isFinite, b.isFinite, b > 0
    else {
      return text
    }
    return text + "\nThe best sample for \(short.horizon) steps decays with an exponent of "
      + "\(short.best[1].shortText), the one for \(long.horizon) steps with \(long.best[1].shortText).\n"
      + "Kept for \(last) steps it ends at \(a.shortText), \((a / b).shortText) times as high.\n"
  }
}

extension OfflineReport {
  /// The spread of the figures in the table over the seeds.
  package static func summary(
    _ reports: [(seed: UInt64, report: OfflineReport)]
  ) throws(NoisyQuadraticError) -> SeedSummary {
    let all = reports.map(\.report)
    let last = all[0].curveSteps[all[0].curveSteps.count - 1]
    let rows = all[0].panels.indices.map { k in
      let panels = all.map { $0.panels[k] }
      let ends = panels.map { $0.curve.last ?? .infinity }
      let references = all.map { $0.panels[$0.panels.count - 1].curve.last ?? .infinity }
      return (
        labels: ["\(panels[0].horizon)"],
        figures: [
          SeedSummary.Figure("initial rate", panels.map { $0.best[0] }),
          .init("exponent", panels.map { $0.best[1] }), .init("loss there", panels.map(\.bestLoss)),
          .init("loss after \(last)", ends), .init("ratio", zip(ends, references).map { $0 / $1 }),
        ]
      )
    }
    return try SeedSummary(
      "offline", title: "\(all[0].data): \(decay)",
      note:
        "The best samples; the loss there is of the sample's own run, the loss after \(last) steps of a run on "
        + "batches that all horizons share.",
      options: all[0].options, seeds: reports.map(\.seed),
      tables: [.init("schedules", title: "", labels: ["horizon"], rows: rows)])
  }

  private static var decay: String { "learning rate initial/(1 + t/K)^exponent" }
}
