import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problem: NamedProblem
  let name: String
  let schedule: Schedule
  let limits: HyperparameterLimits
  /// What was assumed about the schedule's file.
  let notes: [LogNote]
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    _ = try arguments.source.reference(default: Arguments.preset)
    // The length of a file is the horizon.
    if arguments.given.schedule != nil { try arguments.refuse("--horizon", beside: "--schedule") }
    (name, schedule, notes) = try arguments.given.load(steps: arguments.horizon)
    problem = try arguments.source.load(default: Arguments.preset)
    let largest = schedule.learningRates.max() ?? 0
    limits = HyperparameterLimits(
      learningRate: arguments.learningRateLimit?.limit
        ?? (largest > 2 / problem.model.maximumCurvature ? .value(largest) : .twoOverMaximumCurvature),
      momentum: arguments.momentumLimit ?? (schedule.usesMomentum ? 0.9999 : 0))
    if let path = arguments.given.schedule, let limit = arguments.momentumLimit, limit > 0,
      schedule.batchSizes != nil, !schedule.usesMomentum
    {
      throw .usage(
        "--momentum-limit is \(limit.jsonText), expected 0 for \(path.cutForMessage), which has batchSize")
    }
    do throws(NoisyQuadraticError) {
      try ScheduleGap.check(problem.model, schedule, limits: limits)
    } catch {
      throw Self.failure(error, arguments)
    }
    options =
      arguments.source.reported(default: Arguments.preset) + arguments.given.reported()
      + arguments.reported(["horizon": schedule.count.json, "momentumLimit": limits.momentum.json])
      + Arguments.identity
  }

  /// The failure of a library error, with the file or the files that are its cause.
  static func failure(_ error: NoisyQuadraticError, _ arguments: Arguments) -> Failure {
    let schedule = arguments.given.schedule
    return switch error {
    // The noise is that of the problem over the schedule's batch sizes.
    case .stateDependentNoise, .invalidValue("gradientNoise", _, _, _):
      Failure(error, inFiles: arguments.source.problem, schedule)
    // A file's length is no option, and neither are its momenta and batch sizes.
    case .exceedsMemory, .invalidValue("momentum", _, _, _), .invalidValue("examples", _, _, _),
      .notConvertible:
      Failure(error, inFiles: schedule)
    default: Failure(error)
    }
  }
}
