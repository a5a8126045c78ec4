import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension MetaSurfaceReport {
  /// The table that the program prints, with what the bias is in one sentence.
  var table: String {
    let model = problem.model
    var momentum = 0.0
    if case .fixed(let given) = family.momentum { momentum = given }
    var text =
      "\(problem.name.cutForMessage): \(model.dimension) entr\(model.dimension == 1 ? "y" : "ies"), "
      + "initial loss \(model.initialLoss.shortText), momentum \(momentum), "
      + "learning rate initial/(1 + t/\(family.timeScale.shortText))^exponent\n\n"
    let after = "loss after \(longestHorizon)"
    var table = TextTable([
      .numbers("horizon", 9), .numbers("initial rate", 14), .numbers("effective", 11),
      .numbers("exponent", 10),
      .numbers("loss there", 13), .numbers(after, after.count + 3), .numbers("ratio", 8),
      .numbers("descents", 11),
    ])
    let last = panels[panels.count - 1].lossAtLongest
    for panel in panels {
      let (rate, exponent) = (panel.best.parameters[0], panel.best.parameters[1])
      table.add([
        "\(panel.horizon)", rate.shortText, (rate / (1 - momentum)).shortText, exponent.shortText,
        panel.best.solution.finalLoss.loss(6), panel.lossAtLongest.loss(6),
        panel.lossAtLongest.ratio(to: last), descents(panel),
      ])
    }
    text += table.text
    if !panels[0].descents.isEmpty {
      text +=
        "descents: how far the worst of \(panels[0].descents.count) meta-descents ends above the best loss\n"
    }
    return text + "\n" + sentence + "\n"
  }

  private func descents(_ panel: Panel) -> String {
    guard !panel.descents.isEmpty else { return "-" }
    let best = panel.best.solution.finalLoss
    let ends = panel.descents.map { $0.values[$0.values.count - 1] }
    guard ends.allSatisfy(\.isFinite) else { return "diverged" }
    guard let worst = ends.max(), best > 0 else { return "-" }
    return "+\((100 * Swift.max(worst / best - 1, 0)).significant(2))%"
  }

  /// How far the parameters of the shortest horizon are from those of the longest, and what they cost.
  private var sentence: String {
    let (short, long) = (panels[0], panels[panels.count - 1])
    let ratio = short.best.parameters[1] / long.best.parameters[1]
    guard panels.count > 1 else {
      return "One horizon: name a longer one to see what its choice costs there."
    }
    guard short.lossAtLongest.isFinite, long.lossAtLongest.isFinite, long.lossAtLongest > 0, ratio > 0,
      ratio.isFinite
    else {
      return "Nothing is left of a loss, or too much of it: the choices cannot be compared."
    }
    let change = ratio >= 1 ? "\(ratio.shortText) times" : "1/\((1 / ratio).shortText) of"
    return "The best exponent for \(short.horizon) steps is \(change) the one for \(long.horizon). "
      + "Kept for \(long.horizon) steps it ends at \(short.lossAtLongest.shortText), "
      + "\((short.lossAtLongest / long.lossAtLongest).shortText) times what the longest horizon's choice ends at."
  }
}
