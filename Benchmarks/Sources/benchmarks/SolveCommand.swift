import ArgumentParser
import Foundation
import NoisyQuadratic

/// The hidden command that solves once and reports in JSON: a figure of the catalogue, or for the comparison
/// with peers a problem file.
struct SolveArguments: ParsableArguments {
  @Option(help: "A figure of the catalogue.") var figure: String?
  @Option(help: "A problem file.") var problem: String?
  @Option(help: "Number of steps.") var horizon = 250
  @Option(help: "Limit on the learning rate; the paper's if absent.") var learningRateLimit: Double?
  @Option(help: "Limit on momentum.") var momentumLimit = 0.0
  @Option(help: "A file of schedules to start from besides the solver's own.") var startFile: String?
  @Option(help: "Number of the solver's own starts, each carried to its end.") var starts: Int?
}

/// What one solve took and found.
struct SolveReport: Codable {
  struct Start: Codable {
    let name: String
    let finalLoss: Double
  }

  let seconds: Double
  let finalLoss: Double
  var starts: [Start] = []
}

enum SolveCommand {
  static let name = "solve"

  static func run(_ arguments: SolveArguments) throws {
    let report = try report(arguments)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private static func report(_ arguments: SolveArguments) throws -> SolveReport {
    switch (arguments.figure, arguments.problem) {
    case (let name?, nil):
      guard case .solve(let solve) = Catalogue.figure(name)?.work else {
        throw Failure(.usage, "--figure is \(name), expected the name of a solve")
      }
      let model = try solve.problem.model()
      let start = ContinuousClock.now
      let finalLoss = try solve.solve(model)
      return SolveReport(seconds: start.secondsSince, finalLoss: finalLoss)
    case (nil, let path?): return try file(path, arguments)
    default: throw Failure(.usage, "solve takes either --figure or --problem")
    }
  }

  private static func file(_ path: String, _ arguments: SolveArguments) throws -> SolveReport {
    let model = try Problem.read(path)
    var solver = FullHorizonSolver(
      limits: HyperparameterLimits(
        learningRate: arguments.learningRateLimit.map { .value($0) } ?? .firstStepGrowth,
        momentum: arguments.momentumLimit))
    solver.options.starts = arguments.starts
    if let startFile = arguments.startFile {
      solver.options.additionalStarts = try StartFile(contentsOf: startFile).schedules()
    }
    let start = ContinuousClock.now
    do {
      let solution = try solver.solve(model, horizon: arguments.horizon)
      return SolveReport(
        seconds: start.secondsSince, finalLoss: solution.finalLoss,
        starts: solution.statistics.starts.map { .init(name: $0.name, finalLoss: $0.finalLoss) })
    } catch {
      throw Failure(.usage, "\(error)")
    }
  }
}
