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
