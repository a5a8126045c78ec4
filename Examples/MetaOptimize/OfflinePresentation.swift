import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension OfflineReport {
  /// The table that the program prints, with what the bias is in one sentence.
  var table: String {
    let last = curveSteps[curveSteps.count - 1]
    let after = "loss after \(last)"
    var text =
      "\(data): training loss \(startLoss.isFinite ? startLoss.shortText : "not finite") at the start, learning rate initial/(1 + t/K)^exponent\n\n"
      + "horizon".right(9) + "initial rate".right(14) + "exponent".right(10) + "loss there".right(13)
      + after.right(after.count + 3) + "ratio".right(8) + "  descents end at (rate, exponent)\n"
    let reference = panels[panels.count - 1].curve.last ?? 0
    for panel in panels {
      let end = panel.curve.last ?? .infinity
      let descents = panel.descents.map { descent in
        descent.hasDiverged
          ? "diverged" : "(\(descent.decay[0].shortText), \(descent.decay[1].shortText))"
      }
      let best = panel.best.map { panel.bestLoss.isFinite ? $0.shortText : "-" }
      text +=
        "\(panel.horizon)".right(9) + best[0].right(14) + best[1].right(10)
        + (panel.bestLoss.isFinite ? panel.bestLoss.significant(4) : "diverged").right(13)
        + (end.isFinite ? end.significant(4) : "diverged").right(after.count + 3)
        + (end.isFinite ? (end / reference).shortText : "-").right(8) + "  "
        + (descents.isEmpty ? "-" : descents.joined(separator: ", ")) + "\n"
    }
    let (short, long) = (panels[0], panels[panels.count - 1])
    guard panels.count > 1, let a = short.curve.last, let b = long.curve.last, a.isFinite, b > 0 else {
      return text
    }
    return text + "\nThe best sample for \(short.horizon) steps decays with an exponent of "
      + "\(short.best[1].shortText), the one for \(long.horizon) steps with \(long.best[1].shortText).\n"
      + "Kept for \(last) steps it ends at \(a.shortText), \((a / b).shortText) times as high.\n"
  }
}
