import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension OnlineReport {
  /// The table that the program prints.
  var table: String {
    let options = works[0].options
    let adapted = min(options.adaptationSteps, options.steps)
    var text =
      "\(data): \(options.steps) steps, rate and momentum adapted in the first \(adapted), looking "
      + "\(options.lookahead) ahead\n\n" + "run".left(22) + "effective rate".center(33) + "momentum".right(10)
      + "training loss".center(26) + "\n" + "".left(22) + "start".right(11) + "adapted".right(11)
      + "largest".right(11) + "adapted".right(10) + "adapted".right(13) + "end".right(13) + "\n"
    for work in works {
      let points = work.run.points
      let last = points.last { $0.step <= adapted } ?? points.first
      let largest = points.map(\.effectiveRate).max()
      let end = work.run.divergence.map { " diverged at \($0)" } ?? points.last?.loss.significant(4) ?? "-"
      text +=
        work.name.left(22) + (points.first?.effectiveRate.shortText ?? "-").right(11)
        + (last?.effectiveRate.shortText ?? "-").right(11) + (largest?.shortText ?? "-").right(11)
        + (last?.momentum.fixed(4) ?? "-").right(10) + (last?.loss.significant(4) ?? "-").right(13)
        + end.right(13) + "\n"
    }
    return text
  }
}
