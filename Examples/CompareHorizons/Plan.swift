import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problem: NamedProblem
  let horizon: Int
  let limits: HyperparameterLimits
  let comparison: HorizonComparison
  /// The solver of the full horizon.
  let fullHorizon: FullHorizonSolver
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    let horizon = arguments.horizon
    self.horizon = horizon
    let preset = try arguments.source.reference(default: Arguments.preset)
    if arguments.noMomentum { try arguments.refuse("--momentum-limit", beside: "--no-momentum") }
    if arguments.certify == nil, arguments.given("--certify-seconds") != nil {
      throw .usage("--certify-seconds is the time of a proof, expected --certify with it")
    }
    let lookaheads = arguments.lookahead ?? HorizonComparison.defaultLookaheads(horizon: horizon)
    if let last = lookaheads.last, last > horizon {
      throw .usage(
        "--lookahead is \(last), expected integers from 1 to \(horizon) (the horizon), separated by commas")
    }
    let rateLimit = arguments.learningRateLimit ?? .standard(for: preset)
    let limits = HyperparameterLimits(
      learningRate: rateLimit.limit, momentum: arguments.noMomentum ? 0 : arguments.momentumLimit)
    comparison = try Program.solving { () throws(NoisyQuadraticError) in
      try HorizonComparison(
        horizon: horizon, lookaheads: lookaheads, includesHeld: arguments.held, limits: limits)
    }
    problem = try arguments.source.load(default: Arguments.preset)
    if arguments.growthLimit != nil {
      // Before minutes of work.
      do throws(NoisyQuadraticError) {
        try problem.model.requireAdditiveNoise(for: "--growth-limit", or: "no --growth-limit")
      } catch {
        throw Failure(error, problem: arguments.source.problem)
      }
    }
    self.limits = limits
    var fullHorizon = FullHorizonSolver(limits: limits)
    fullHorizon.options.starts = arguments.starts
    fullHorizon.options.seed = arguments.seed
    fullHorizon.options.effort = arguments.effort
    self.fullHorizon = fullHorizon
    options =
      arguments.source.reported(default: Arguments.preset)
      + arguments.reported(
        [
          "lookahead": lookaheads.json, "noMomentum": (!arguments.noMomentum).json,
          "learningRateLimit": rateLimit.json, "momentumLimit": limits.momentum.json,
          "certifySeconds": arguments.certify == nil ? .null : arguments.certifySeconds.json,
        ], keys: ["noMomentum": "momentum"]) + Arguments.identity
  }
}
