import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments ask for, checked.
struct Plan {
  let problem: ProblemFile
  let horizon: Int
  let limits: HyperparameterLimits
  let comparison: HorizonComparison
  /// The solver of the full horizon.
  let fullHorizon: FullHorizonSolver
  /// The relative gap to prove; `nil` for no certificate.
  let certifiedGap: Double?
  /// The time that the proof may take.
  let certifySeconds: Double
  /// κ of the full horizon under a limit on growth; `nil` if not asked for.
  let growthLimit: Double?
  let output: String
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  static let defaultCertifySeconds = 10.0

  init(_ arguments: Arguments) throws(Failure) {
    let horizon = try ArgumentText(arguments.horizon ?? "250", of: "--horizon").integer()
    let preset = try arguments.source.reference(default: .wu2018)
    let limitName =
      arguments.learningRateLimit
      ?? (preset == .wu2018 ? "paper" : preset == .wu2018Deterministic ? "none" : "2/hmax")
    if arguments.noMomentum {
      try ArgumentText.refuse(["--momentum-limit": arguments.momentumLimit], beside: "--no-momentum")
    }
    let momentumLimit = try ArgumentText(arguments.momentumLimit ?? "0.9999", of: "--momentum-limit")
      .momentumLimit()
    let momentum = arguments.noMomentum ? 0 : momentumLimit
    limits = HyperparameterLimits(
      learningRate: try ArgumentText(limitName, of: "--learning-rate-limit").learningRateLimit(),
      momentum: momentum)
    let lookaheads =
      try arguments.lookahead.map { text throws(Failure) in
        try ArgumentText(text, of: "--lookahead").integers(upTo: horizon, "the horizon")
      } ?? HorizonComparison.defaultLookaheads(horizon: horizon)
    do throws(NoisyQuadraticError) {
      comparison = try HorizonComparison(
        horizon: horizon, lookaheads: lookaheads, includesHeld: arguments.held, limits: limits)
    } catch {
      throw .usage(error)
    }
    problem = try arguments.source.load(default: .wu2018)
    output = arguments.output ?? "./comparison"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    self.horizon = horizon
    let seed = try ArgumentText(arguments.seed ?? "0", of: "--seed").seed()
    var fullHorizon = FullHorizonSolver(limits: limits)
    fullHorizon.options.starts = try arguments.starts.map { text throws(Failure) in
      try ArgumentText(text, of: "--starts").integer(in: 1...100_000, "an integer from 1 to 100000")
    }
    fullHorizon.options.seed = seed
    self.fullHorizon = fullHorizon
    certifiedGap = try arguments.certify.map { text throws(Failure) in
      try ArgumentText(text, of: "--certify").number("a number at least 0 and below 1") {
        $0 >= 0 && $0 < 1
      }
    }
    if arguments.certifySeconds != nil, certifiedGap == nil {
      throw .usage("--certify-seconds is the time of a proof, expected --certify with it")
    }
    certifySeconds =
      try arguments.certifySeconds.map { text throws(Failure) in
        try ArgumentText(text, of: "--certify-seconds").number("a number of seconds > 0, at most 1000000") {
          $0 > 0 && $0 <= 1e6
        }
      } ?? Self.defaultCertifySeconds
    growthLimit = try arguments.growthLimit.map { text throws(Failure) in
      try ArgumentText(text, of: "--growth-limit").number("a number at least 1") { $0 >= 1 && $0.isFinite }
    }
    options = [
      .init("preset", preset.map { .string($0.rawValue) } ?? .null),
      .init("problem", arguments.source.problem.map { .string($0) } ?? .null),
      .init("horizon", .number(Double(horizon))),
      .init("lookahead", .array(lookaheads.map { .number(Double($0)) })),
      .init("momentum", .bool(!arguments.noMomentum)),
      .init("held", .bool(arguments.held)),
      .init("learningRateLimit", .string(limitName)),
      .init("momentumLimit", .number(momentum)),
      .init("starts", fullHorizon.options.starts.map { .number(Double($0)) } ?? .null),
      .init("seed", .number(Double(seed))),
      .init("certify", .optional(certifiedGap)),
      .init("certifySeconds", certifiedGap == nil ? .null : .number(certifySeconds)),
      .init("growthLimit", .optional(growthLimit)),
      .init("fullSeries", .bool(arguments.fullSeries)),
      .init("program", .string("compare-horizons")),
      .init("programVersion", .string(PackageVersion.current)),
    ]
  }
}
