import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension OnlineReport {
  /// The table that the program prints.
  var table: String {
    let options = works[0].options
    let adapted = min(options.adaptationSteps, options.steps)
    var table = TextTable(
      [.text("run", 22), .numbers("start", 11), .numbers("adapted", 11), .numbers("largest", 11)]
        + [.numbers("adapted", 10), .numbers("adapted", 13), .numbers("end", 13)],
      groups: [
        .init(columns: 1), .init("effective rate", columns: 3, isCentered: true),
        .init("momentum", columns: 1), .init("training loss", columns: 2, isCentered: true),
      ])
    for work in works {
      let points = work.run.points
      let last = points.last { $0.step <= adapted } ?? points.first
      let largest = points.map(\.effectiveRate).max()
      let end = work.run.divergence.map { "diverged at \($0)" } ?? points.last?.loss.significant(4) ?? "-"
      table.add([
        work.name, points.first?.effectiveRate.shortText ?? "-", last?.effectiveRate.shortText ?? "-",
        largest?.shortText ?? "-", last?.momentum.fixed(4) ?? "-", last?.loss.significant(4) ?? "-", end,
      ])
    }
    return "\(data): \(options.steps) steps, rate and momentum adapted in the first \(adapted), looking "
      + "\(options.lookahead) ahead\n\n" + table.text
  }
}
