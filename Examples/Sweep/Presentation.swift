import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension SweepReport {
  /// The most rows of the table that the program prints.
  private static let mostRows = 50

  /// The table that the program prints.
  var table: String {
    var table = TextTable(
      [.text("problem", 12), .numbers("batch", 7), .numbers("limit", 9), .numbers("momentum", 10)]
        + [.numbers("horizon", 9), .numbers("greedy", 12), .numbers("constant", 12)]
        + lookaheads.map { .numbers("ahead \($0)", 12) }
        + [.numbers("optimum", 12), .numbers("ratio", 11), .numbers("gap", 10), .numbers("peak rate", 11)]
        + [.numbers("decay from", 12)])
    var isLimited = false
    for (point, outcome) in zip(points, outcomes).prefix(Self.mostRows) {
      let place = [
        labels[point.problem].cutForMessage, point.batchSize.jsonText, point.rateLimit,
        point.momentumLimit.jsonText, "\(point.horizon)",
      ]
      guard let bias = outcome.bias else {
        let cells = Array(repeating: "-", count: 7 + lookaheads.count)
        table.add(place + cells, note: outcome.error.map { "error: \($0)".cutForMessage } ?? "")
        continue
      }
      let isOpen = [.iterationLimit, .localOptimum].contains(bias.termination)
      isLimited = isLimited || isOpen
      table.add(
        place + [bias.greedyLoss.loss(6), bias.constantLoss.loss(6)]
          + bias.lookaheadLosses.map { $0?.loss(6) ?? "-" }
          + [bias.optimalLoss.loss(6), bias.greedyLoss.ratio(to: bias.optimalLoss)]
          + ["\((100 * bias.gap).significant(3))%", bias.peakRate.shortText, "\(bias.decayStep)"],
        note: isOpen ? "*" : "")
    }
    var text = table.text
    if points.count > Self.mostRows {
      text += "and \(points.count - Self.mostRows) more in sweep.csv\n"
    }
    if isLimited { text += "* a lower optimum may exist: see termination in sweep.csv\n" }
    return text
  }

  /// How many points have an error, and the first; `nil` if none has.
  var warning: String? {
    let errors = outcomes.compactMap(\.error)
    guard let first = outcomes.firstIndex(where: { $0.error != nil }), let error = outcomes[first].error
    else { return nil }
    return
      "\(errors.count) of \(outcomes.count) points cannot be computed, see the column error of sweep.csv; "
      + "the first is \(first): \(error)"
  }
}
