import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problem: NamedProblem
  let name: String
  let schedule: Schedule
  let limits: HyperparameterLimits
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    _ = try arguments.source.reference(default: Arguments.preset)
    let given = try Self.schedule(arguments)
    (name, schedule) = given
    problem = try arguments.source.load(default: Arguments.preset)
    let largest = schedule.learningRates.max() ?? 0
    limits = HyperparameterLimits(
      learningRate: arguments.learningRateLimit?.limit
        ?? (largest > 2 / problem.model.maximumCurvature ? .value(largest) : .twoOverMaximumCurvature),
      momentum: arguments.momentumLimit ?? (schedule.usesMomentum ? 0.9999 : 0))
    do throws(NoisyQuadraticError) {
      try ScheduleGap.check(problem.model, schedule, limits: limits)
    } catch {
      // A file's length is no option.
      throw Failure(error, in: arguments.family == nil ? name : nil)
    }
    options =
      arguments.source.reported(default: Arguments.preset)
      + arguments.reported(["horizon": schedule.count.json, "momentumLimit": limits.momentum.json])
      + Arguments.identity
  }

  private static func schedule(
    _ arguments: Arguments
  ) throws(Failure) -> (name: String, schedule: Schedule) {
    if let path = arguments.schedule {
      // The file has one line for every step.
      try arguments.refuse("--family", "--horizon", beside: "--schedule")
      let file = try Program.files { () throws(FileError) in try ScheduleFile(contentsOf: path) }
      return (file.name, file.schedule)
    }
    guard let family = arguments.family else {
      throw .usage("no schedule is given, expected --schedule or --family")
    }
    try Program.solving { () throws(NoisyQuadraticError) in
      try MemoryRequirement.check("horizon", arguments.horizon, doubles: 12 * Double(arguments.horizon))
    }
    do throws(FamilyText.Failure) {
      return (family.text, try family.schedule(steps: arguments.horizon))
    } catch {
      throw .usage("--family: \(error)")
    }
  }
}
