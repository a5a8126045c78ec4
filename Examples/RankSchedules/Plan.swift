import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problem: NamedProblem
  let study: ScheduleRankingStudy
  /// The other runs.
  let changes: [ScheduleTransfer.Change]
  /// Everything needed to run the ranking again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    let preset = try arguments.source.reference(default: Arguments.preset)
    if arguments.noTransfer {
      try arguments.refuse("--horizon-factor", "--batch-factor", beside: "--no-transfer")
    }
    let rateLimit = arguments.learningRateLimit ?? .standard(for: preset)
    let momentumLimit = arguments.momentumLimit ?? arguments.momentum.standardLimit
    if case .fixed(let value) = arguments.momentum.family, value > momentumLimit {
      throw .usage(
        "--momentum is \(arguments.momentum.typed), expected at most the largest momentum, \(momentumLimit.jsonText)"
      )
    }
    var options = ScheduleRankingStudy.Options()
    options.pieces = arguments.pieces
    options.gap = arguments.certify
    let changes: [ScheduleTransfer.Change] =
      arguments.noTransfer
      ? []
      : [
        .horizon(arguments.horizonFactor), .batchSize(arguments.batchFactor),
        .batchSizeOfSameExamples(arguments.batchFactor),
      ]
    study = try Program.solving { () throws(NoisyQuadraticError) in
      try ScheduleRankingStudy(
        horizon: arguments.horizon, schedules: arguments.families ?? ClassicSchedule.allCases,
        momentum: arguments.momentum.family,
        limits: HyperparameterLimits(learningRate: rateLimit.limit, momentum: momentumLimit), options: options
      )
    }
    problem = try arguments.source.load(default: Arguments.preset)
    self.changes = changes
    self.options =
      arguments.source.reported(default: Arguments.preset)
      + arguments.reported(
        [
          "families": study.schedules.json, "learningRateLimit": rateLimit.json,
          "momentumLimit": momentumLimit.json, "noTransfer": (!arguments.noTransfer).json,
          "horizonFactor": arguments.noTransfer ? .null : arguments.horizonFactor.json,
          "batchFactor": arguments.noTransfer ? .null : arguments.batchFactor.json,
        ], keys: ["noTransfer": "transfer"]) + Arguments.identity
    // Before minutes of work: the longest run must fit into memory, and the noise of larger batches into numbers.
    let (study, model) = (study, problem.model)
    for change in changes {
      do throws(NoisyQuadraticError) {
        try study.check(change, of: model)
      } catch {
        let option = if case .horizon = change { "--horizon-factor" } else { "--batch-factor" }
        throw Failure(error, in: "the run of \(option) \(change.factor.jsonText)")
      }
    }
  }
}
