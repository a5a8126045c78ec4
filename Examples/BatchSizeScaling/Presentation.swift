import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension ScalingReport {
  /// The tables that the program prints, for one problem after the other.
  var tables: String {
    let plain = courses.filter { $0.power == basePower || $0.method == .informationBound }
    let others = courses.filter { course in
      courses.contains { $0.method == course.method && $0.power != course.power }
    }
    return zip(problems, scalings).map { problem, scaling in
      let name = "\(problem.name.cutForMessage), loss \(scaling.search.target.jsonText)"
      var text = "Steps: \(name)\n\n" + steps(scaling, plain) { $0.method.name }
      if !others.isEmpty {
        text +=
          "\nSteps with the preconditioner H^-p: ave for average, mom for momentum, con for constant, then p\n\n"
          + steps(scaling, others) { "\($0.method.name.prefix(3)) \($0.power.jsonText)" }
      }
      return text + "\nCritical batch sizes\n\n" + critical(scaling)
    }.joined(separator: "\n")
  }

  private func steps(
    _ scaling: BatchSizeScaling, _ chosen: [BatchSizeScaling.Course],
    _ head: (BatchSizeScaling.Course) -> String
  ) -> String {
    let curves = chosen.compactMap { course in scaling.curves.first { $0.course == course } }
    var table = TextTable([.numbers("batch", 9)] + curves.map { .numbers(head($0.course), 10) })
    for (i, batchSize) in scaling.batchSizes.enumerated() {
      table.add([batchSize.jsonText] + curves.map { $0.outcomes[i].reached.map { "\($0.steps)" } ?? "-" })
    }
    let isComplete = curves.allSatisfy { $0.outcomes.allSatisfy { $0.reached != nil } }
    let limit = scaling.search.maximumSteps
    let most =
      curves.contains { $0.course.method == .schedule } && limit > StepsToTarget.longestSchedule
      ? "\(limit) steps (schedules: \(StepsToTarget.longestSchedule))" : "\(limit) steps"
    return table.text + (isComplete ? "" : "- : the target is not reached within \(most)\n")
  }

  private func critical(_ scaling: BatchSizeScaling) -> String {
    var table = TextTable([
      .text("method", 10), .numbers("p", 6), .numbers("least steps", 14), .numbers("least examples", 16),
      .numbers("critical batch", 16), .numbers("deviation", 11),
    ])
    for curve in scaling.curves {
      let fit = curve.critical
      table.add([
        curve.course.method.name, curve.course.power.jsonText, fit?.minimumSteps.significant(4) ?? "-",
        fit?.minimumExamples.significant(4) ?? "-", fit?.batchSize.significant(3) ?? "-",
        fit.map { "\((100 * $0.largestDeviation).significant(2))%" } ?? "-",
      ])
    }
    let isComplete = scaling.curves.allSatisfy { $0.critical != nil }
    return table.text
      + (isComplete
        ? "" : "- : fewer than three batch sizes reach the target, or steps do not fall like a hyperbola\n")
  }
}
