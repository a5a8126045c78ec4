import NoisyQuadratic
import NoisyQuadraticFiles

/// What the arguments ask for, checked.
struct Plan {
  let problem: ProblemFile
  let horizon: Int
  let limits: HyperparameterLimits
  let comparison: HorizonComparison
  let output: String
  /// Everything needed to run the comparison again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    if arguments.preset != nil, arguments.problem != nil {
      throw .usage("--preset and --problem exclude each other, expected one of them")
    }
    let horizon = try Self.integer(arguments.horizon ?? "250", "--horizon", "an integer ≥ 1")
    let preset = try Self.preset(arguments)
    let limitName =
      arguments.learningRateLimit
      ?? (preset == .wu2018 ? "paper" : preset == .wu2018Deterministic ? "none" : "2/hmax")
    let momentumLimit = try Self.momentumLimit(arguments.momentumLimit ?? "0.9999")
    let momentum = arguments.noMomentum ? 0 : momentumLimit
    limits = HyperparameterLimits(learningRate: try Self.rateLimit(limitName), momentum: momentum)
    let lookaheads = try Self.lookaheads(arguments.lookahead, horizon: horizon)
    do throws(NoisyQuadraticError) {
      comparison = try HorizonComparison(
        horizon: horizon, lookaheads: lookaheads, includesHeld: arguments.held, limits: limits)
    } catch {
      throw .usage("--\(error.description)")
    }
    problem = try Self.problem(arguments, preset)
    output = arguments.output ?? "./comparison"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    self.horizon = horizon
    options = [
      .init("preset", preset.map { .string($0.rawValue) } ?? .null),
      .init("problem", arguments.problem.map { .string($0) } ?? .null),
      .init("horizon", .number(Double(horizon))),
      .init("lookahead", .array(lookaheads.map { .number(Double($0)) })),
      .init("momentum", .bool(!arguments.noMomentum)),
      .init("held", .bool(arguments.held)),
      .init("learningRateLimit", .string(limitName)),
      .init("momentumLimit", .number(momentum)),
      .init("seed", .number(0)),
      .init("program", .string("compare-horizons")),
      .init("programVersion", .string(ComparisonReport.programVersion)),
    ]
  }

  private static func preset(_ arguments: Arguments) throws(Failure) -> ReferenceProblem? {
    if arguments.problem != nil { return nil }
    let name = arguments.preset ?? "wu2018"
    guard let preset = ReferenceProblem(rawValue: name) else {
      let names = ReferenceProblem.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("--preset is \(name), expected one of \(names)")
    }
    return preset
  }

  private static func problem(
    _ arguments: Arguments, _ preset: ReferenceProblem?
  ) throws(Failure) -> ProblemFile {
    do {
      if let preset { return try ProblemFile(preset) }
      return try ProblemFile(contentsOf: arguments.problem ?? "")
    } catch let error as FileError {
      throw Failure(error)
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
  }

  private static func integer(
    _ text: String, _ option: String, _ expected: String
  ) throws(Failure) -> Int {
    guard let value = Int(text), value >= 1 else {
      throw .usage("\(option) is \(text.isEmpty ? "empty" : text), expected \(expected)")
    }
    return value
  }

  private static func lookaheads(_ text: String?, horizon: Int) throws(Failure) -> [Int] {
    guard let text else { return HorizonComparison.defaultLookaheads(horizon: horizon) }
    var lookaheads: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let expected = "integers from 1 to the horizon, \(horizon), separated by commas"
      let lookahead = try integer(String(item), "--lookahead", expected)
      guard lookahead <= horizon else { throw .usage("--lookahead is \(lookahead), expected \(expected)") }
      lookaheads.append(lookahead)
    }
    return Set(lookaheads).sorted()
  }

  private static func rateLimit(_ text: String) throws(Failure) -> LearningRateLimit {
    switch text {
    case "paper": return .paper
    case "2/hmax": return .twoOverMaximumCurvature
    case "1/hmax": return .oneOverMaximumCurvature
    case "none": return .none
    default:
      guard let value = Double(text), value > 0, value.isFinite else {
        throw .usage(
          "--learning-rate-limit is \(text), expected paper, 2/hmax, 1/hmax, none or a finite number > 0")
      }
      return .value(value)
    }
  }

  private static func momentumLimit(_ text: String) throws(Failure) -> Double {
    guard let value = Double(text), value >= 0, value < 1 else {
      throw .usage("--momentum-limit is \(text), expected a number at least 0 and below 1")
    }
    return value
  }
}
