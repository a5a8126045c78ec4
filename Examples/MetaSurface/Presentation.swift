import NoisyQuadratic
import NoisyQuadraticFiles

extension MetaSurfaceReport {
  /// The table that the program prints, with what the bias is in one sentence.
  var table: String {
    let model = problem.model
    var momentum = 0.0
    if case .fixed(let given) = family.momentum { momentum = given }
    var text =
      "\(problem.name.onOneLine): \(model.dimension) entr\(model.dimension == 1 ? "y" : "ies"), "
      + "initial loss \(model.initialLoss.shortText), momentum \(momentum), "
      + "learning rate initial/(1 + t/\(family.timeScale.shortText))^exponent\n\n"
    let after = "loss after \(longestHorizon)"
    text +=
      "horizon".padded(9) + "initial rate".padded(14) + "effective".padded(11) + "exponent".padded(10)
      + "loss there".padded(13) + after.padded(after.count + 3) + "ratio".padded(8) + "descents".padded(11)
      + "\n"
    let last = panels[panels.count - 1].lossAtLongest
    for panel in panels {
      let (rate, exponent) = (panel.best.parameters[0], panel.best.parameters[1])
      text +=
        "\(panel.horizon)".padded(9) + rate.shortText.padded(14)
        + (rate / (1 - momentum)).shortText.padded(11)
        + exponent.shortText.padded(10) + panel.best.solution.finalLoss.significant(6).padded(13)
        + panel.lossAtLongest.significant(6).padded(after.count + 3)
        + (panel.lossAtLongest / last).shortText.padded(8) + descents(panel).padded(11) + "\n"
    }
    if !panels[0].descents.isEmpty {
      text +=
        "descents: how far the worst of \(panels[0].descents.count) meta-descents ends above the best loss\n"
    }
    return text + "\n" + sentence + "\n"
  }

  private func descents(_ panel: Panel) -> String {
    let excess = panel.descents.map { $0.values[$0.values.count - 1] / panel.best.solution.finalLoss - 1 }
    guard let worst = excess.max() else { return "-" }
    return worst.isFinite ? "+\((100 * Swift.max(worst, 0)).significant(2))%" : "diverged"
  }

  /// How far the parameters of the shortest horizon are from those of the longest, and what they cost.
  private var sentence: String {
    let (short, long) = (panels[0], panels[panels.count - 1])
    let ratio = short.best.parameters[1] / long.best.parameters[1]
    guard panels.count > 1 else {
      return "One horizon: name a longer one to see what its choice costs there."
    }
    guard short.lossAtLongest.isFinite, long.lossAtLongest > 0, ratio > 0, ratio.isFinite else {
      return "Nothing is left of a loss, or too much of it: the choices cannot be compared."
    }
    let change = ratio >= 1 ? "\(ratio.shortText) times" : "1/\((1 / ratio).shortText) of"
    return "The best exponent for \(short.horizon) steps is \(change) the one for \(long.horizon). "
      + "Kept for \(long.horizon) steps it ends at \(short.lossAtLongest.shortText), "
      + "\((short.lossAtLongest / long.lossAtLongest).shortText) times what the longest horizon's choice ends at."
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }
}
