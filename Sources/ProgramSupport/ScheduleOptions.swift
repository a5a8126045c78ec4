import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles

/// The options that choose a schedule, `--schedule` or `--family`, and those that say how a file is read.
package struct ScheduleOptions: ParsableArguments {
  @Option(.file, "A file with the schedule: a log or a schedule of this package.", value: "file")
  package var schedule: String?

  @Option(.family, "A schedule as a family with parameters, as above.", value: "family")
  package var family: FamilyText?

  @Option(.column, "The column of the steps in the file. (default: guessed)", value: "name")
  package var stepColumn: TypedName?

  @Option(.column, "The column of the learning rates. (default: guessed)", value: "name")
  package var rateColumn: TypedName?

  @Option(.column, "The column of the momenta. (default: guessed; without one momentum is 0)", value: "name")
  package var momentumColumn: TypedName?

  @Option(
    .integer(0...1 << 53),
    "The number that the file gives to the first update. Rows before it are left out. (default: that of the first row)",
    value: "step")
  package var firstStep: Int?

  @Option(
    .choice,
    "What the rate is where rows of the file are several steps apart: hold it until the next row, or a linear "
      + "change. The schedule ends with the last row.", value: "reading")
  package var between: TrainingLog.Options.Between?

  @Option(
    .choice,
    "The update rule that learning rates and momenta belong to: \(MomentumConvention.alternatives). (default: what "
      + "the file states, or velocity)", value: "rule")
  package var momentumConvention: MomentumConvention?

  package init() {}

  /// Loads the schedule of the file, or makes that of the family.
  ///
  /// - Parameter steps: the number of steps of a family.
  /// - Returns: the name to show, the schedule, and what was assumed about the file.
  /// - Throws: ``Failure`` if not exactly one of both was given, or if it is wrong.
  package func load(steps: Int) throws(Failure) -> (name: String, schedule: Schedule, notes: [LogNote]) {
    if let path = schedule {
      try refuse("--family", beside: "--schedule")
      let file = try Program.files { () throws(FileError) in
        try ScheduleFile(contentsOf: path, options: readerOptions)
      }
      return (file.name, file.schedule, file.notes)
    }
    guard let family else {
      throw .usage("no schedule is given, expected --schedule or --family")
    }
    try refuse(
      "--step-column", "--rate-column", "--momentum-column", "--first-step", "--between", beside: "--family")
    try Program.solving { () throws(NoisyQuadraticError) in
      try MemoryRequirement.check("horizon", steps, doubles: 12 * Double(steps))
    }
    do throws(FamilyText.Failure) {
      let schedule = try family.schedule(steps: steps)
      if let momentumConvention { return (family.text, schedule.with(convention: momentumConvention), []) }
      return (family.text, schedule, schedule.usesMomentum ? [.velocityIsAssumed(family.text)] : [])
    } catch {
      throw .usage("--family: \(error)")
    }
  }

  /// How a file is read.
  package var readerOptions: TrainingLog.Options {
    var options = TrainingLog.Options()
    options.stepColumn = stepColumn?.text
    options.rateColumn = rateColumn?.text
    options.momentumColumn = momentumColumn?.text
    options.firstStep = firstStep
    options.between = between
    options.momentumConvention = momentumConvention
    return options
  }

  /// The options for the JSON file: the schedule, and of the others those that were given.
  package func reported() -> [JSONValue.Member] {
    reported([:]).filter { $0.value != .null || ["schedule", "family"].contains($0.key) }
  }
}
