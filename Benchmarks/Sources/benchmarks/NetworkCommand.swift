import ArgumentParser

/// The hidden command that times a network's training step once, for the comparison with peers.
struct NetworkArguments: ParsableArguments {
  @Option(help: "Chunks of a batch that are worked on at the same time.")
  var workers = NetworkCase.standardWorkers
  @Flag(help: "With the derivatives by effective rate and momentum.") var hypergradient = false

  mutating func validate() throws {
    guard (1...1024).contains(workers) else {
      throw ValidationError("--workers is \(workers), expected an integer from 1 to 1024")
    }
  }
}

enum NetworkCommand {
  static let name = "network"

  static func run(_ arguments: NetworkArguments) throws {
    let timer = try NetworkTimer(
      NetworkCase(workers: arguments.workers, hasHypergradient: arguments.hypergradient))
    let sample = Sample((0..<9).map { _ in timer.microseconds() }, finalLoss: timer.finalLoss)
    print("{\"microseconds\": \(sample.median), \"finalLoss\": \(timer.finalLoss)}")
  }
}
