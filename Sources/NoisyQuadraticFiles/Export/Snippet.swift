import NoisyQuadratic

/// The scripts of an export. They read the numbers from the files beside them.
enum Snippet {
  /// What every script begins with: its purpose, the update rule, and the numbers.
  ///
  /// - Parameters:
  ///   - title: what runs the schedule.
  ///   - rule: the update rule, as a line.
  ///   - checked: the version of the framework whose source has this rule.
  ///   - schedule: the schedule in the framework's convention.
  ///   - imports: the modules that the script uses.
  /// - Returns: the text up to the first function.
  static func head(
    _ title: String, rule: String, checked: String, _ schedule: Schedule, imports: [String]
  ) -> String {
    let names = ScheduleExport.arrays(schedule.convention)
    let smallest = schedule.momenta.contains(Schedule.smallestMomentum)
    return """
      \"\"\"Runs the schedule in this directory with \(title).

      The numbers belong to this update rule, as in \(checked):

          \(rule)

      Under another rule, such as one with the learning rate inside the velocity, they are another method.\(
        smallest
          ? "\nA momentum of 1e-30 stands for 0: at exactly 0 the optimizer does not update its buffer." : "")

      Written by swift-noisy-quadratic \(PackageVersion.current).
      \"\"\"

      from pathlib import Path

      \(imports.joined(separator: "\n"))

      HERE = Path(__file__).resolve().parent
      # One number for every step. The first update is step 0.
      LEARNING_RATES = np.load(HERE / "\(names.learningRate)").tolist()
      MOMENTA = np.load(HERE / "\(names.momentum)").tolist()

      """ + batchSizes(schedule)
  }

  /// The batch sizes, which a training loop's own data loader has to keep to; nothing if there are none.
  private static func batchSizes(_ schedule: Schedule) -> String {
    guard let sizes = schedule.batchSizes else { return "" }
    let areWhole = sizes.allSatisfy { $0 == $0.rounded() }
    let rounding =
      "\n# Not all are whole; withWholeBatchSizes() of the package rounds them and keeps their sum."
    return """
      # The numbers of examples in the batch of every step. Draw the batches accordingly: the optimizer cannot.\(areWhole ? "" : rounding)
      BATCH_SIZES = np.load(HERE / "\(ScheduleExport.batchSizes)").tolist()

      """
  }

  /// The update rule, with the name that a framework gives to the buffer.
  static func rule(_ schedule: Schedule) -> String {
    let step = schedule.convention.isNesterov ? "(g + momentum * v)" : "v"
    return "v = momentum * v + g,  x = x - learning_rate * \(step)"
  }
}
