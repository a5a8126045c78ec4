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
    let study = try RealTrainingStudy(
      training, shortSteps: arguments.shortSteps, steps: arguments.steps, seeds: arguments.seeds
    ) { step in
      try? FileHandle.standardError.write(
        contentsOf: Data("benchmarks: \(start.secondsSince.fixed(0)) s: \(step) …\n".utf8))
    }
    print(RealTrainingText(study).text)
    if let folder = arguments.output {
      for file in try RealTrainingFiles(study, training.text).write(to: folder) { print("wrote \(file)") }
    }
    if let path = arguments.plot {
      for file in try RealTrainingPlot(study).write(to: path) { print("wrote \(file)") }
    }
    print("\(start.secondsSince.fixed(0)) s")
  }
}
