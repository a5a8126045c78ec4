import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments ask for, checked.
struct Plan {
  let problem: ProblemFile
  let name: String
  let schedule: Schedule
  let limits: HyperparameterLimits
  let output: String
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    output = arguments.output ?? "./schedule-gap"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    let preset = try arguments.source.reference(default: .wu2018)
    let given = try Self.schedule(arguments)
    (name, schedule) = given
    problem = try arguments.source.load(default: .wu2018)
    limits = HyperparameterLimits(
      learningRate: try Self.learningRateLimit(arguments, problem.model, given.schedule),
      momentum: try arguments.momentumLimit.map { text throws(Failure) in
        try ArgumentText(text, of: "--momentum-limit").momentumLimit()
      } ?? (given.schedule.usesMomentum ? 0.9999 : 0))
    do throws(NoisyQuadraticError) {
      try ScheduleGap.check(problem.model, schedule, limits: limits)
    } catch {
      // A file's length is no option.
      throw arguments.family == nil ? .usage("\(name.cutForMessage): \(error)") : .usage(error)
    }
    options = [
      .init("preset", preset.map { .string($0.rawValue) } ?? .null),
      .init("problem", arguments.source.problem.map { .string($0) } ?? .null),
      .init("schedule", arguments.schedule.map { .string($0) } ?? .null),
      .init("family", arguments.family.map { .string($0) } ?? .null),
      .init("horizon", .number(Double(schedule.count))),
      .init("learningRateLimit", arguments.learningRateLimit.map { .string($0) } ?? .null),
      .init("momentumLimit", .number(limits.momentum)),
      .init("fullSeries", .bool(arguments.fullSeries)),
      .init("program", .string("schedule-gap")),
      .init("programVersion", .string(PackageVersion.current)),
    ]
  }

  private static func schedule(
    _ arguments: Arguments
  ) throws(Failure) -> (name: String, schedule: Schedule) {
    switch (arguments.schedule, arguments.family) {
    case (let path?, nil):
      if arguments.horizon != nil {
        throw .usage("--horizon and --schedule exclude each other: the file has one line for every step")
      }
      let name = try ArgumentText(path, of: "--schedule").path()
      let file = try Program.files { () throws(FileError) in try ScheduleFile(contentsOf: name) }
      return (file.name, file.schedule)
    case (nil, let text?):
      let horizon = try ArgumentText(arguments.horizon ?? "250", of: "--horizon").integer()
      try Program.solving { () throws(NoisyQuadraticError) in
        try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
      }
      do throws(FamilyText.Failure) {
        return (text, try FamilyText(text).schedule(steps: horizon))
      } catch {
        throw .usage("--family: \(error)")
      }
    case (nil, nil): throw .usage("no schedule is given, expected --schedule or --family")
    default: throw .usage("--schedule and --family exclude each other, expected one of them")
    }
  }

  private static func learningRateLimit(
    _ arguments: Arguments, _ model: NoisyQuadraticModel, _ schedule: Schedule
  ) throws(Failure) -> LearningRateLimit {
    if let text = arguments.learningRateLimit {
      return try ArgumentText(text, of: "--learning-rate-limit").learningRateLimit()
    }
    let largest = schedule.learningRates.max() ?? 0
    return largest > 2 / model.maximumCurvature ? .value(largest) : .twoOverMaximumCurvature
  }
}
