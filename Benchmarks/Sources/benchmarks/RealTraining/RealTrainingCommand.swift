import Foundation

/// Fits three short training runs of a real network, plans the best schedule for a longer run, and runs it beside
/// tuned classic schedules.
enum RealTrainingCommand {
  static let name = "real-training"

  static func run(_ arguments: RealTrainingArguments) throws {
    if let folder = arguments.output { try RealTrainingFiles.create(folder) }
    let start = ContinuousClock.now
    let training = try TrainingRuns(folder: arguments.data, count: arguments.images)
    print(training.text)
    fflush(nil)
    func report(_ step: String) {
      try? FileHandle.standardError.write(
        contentsOf: Data("benchmarks: \(start.secondsSince.fixed(0)) s: \(step) …\n".utf8))
    }
    let plan = try RealTrainingPlan(
      training, shortSteps: arguments.shortSteps, steps: arguments.steps, progress: report)
    let text = RealTrainingText(plan: plan)
    print(text.planned + "\n")
    fflush(nil)
    let comparison = try RealTrainingComparison(training, plan, seeds: arguments.seeds, progress: report)
    print(text.compared(comparison) + "\n")
    if let folder = arguments.output {
      let files = RealTrainingFiles(plan: plan, comparison: comparison, training: training.text)
      for file in try files.write(to: folder) { print("wrote \(file)") }
    }
    if let path = arguments.plot {
      for file in try RealTrainingPlot(plan: plan, comparison: comparison).write(to: path) {
        print("wrote \(file)")
      }
    }
    print("\(start.secondsSince.fixed(0)) s")
  }
}
