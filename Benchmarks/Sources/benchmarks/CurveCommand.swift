import ArgumentParser

/// The hidden command that times the loss curve of a problem file once, for the comparison with peers.
struct CurveArguments: ParsableArguments {
  @Option(help: "A problem file.") var problem: String
  @Option(help: "Number of steps.") var horizon = 250
  @Flag(help: "Heavy ball instead of SGD.") var momentum = false
}

enum CurveCommand {
  static let name = "curve"

  static func run(_ arguments: CurveArguments) throws {
    let timer = try CurveTimer(
      Problem.read(arguments.problem), steps: arguments.horizon, usesMomentum: arguments.momentum)
    print("{\"nanoseconds\": \(timer.nanoseconds()), \"finalLoss\": \(timer.finalLoss)}")
  }
}
