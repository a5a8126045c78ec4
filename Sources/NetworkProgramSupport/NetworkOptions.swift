import ArgumentParser

/// The options common to all programs that train a network.
package struct NetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init(
      "A folder with MNIST or CIFAR-10 (Docs/Data.md). (default: drawn digits)", valueName: "folder"))
  package var data: String?

  @Option(
    parsing: .unconditional,
    help: .init("Units of the hidden layers. (default: 100,100)", valueName: "n,..."))
  package var hidden: String?

  @Option(parsing: .unconditional, help: .init("relu or tanh. (default: relu)", valueName: "name"))
  package var activation: String?

  @Option(parsing: .unconditional, help: .init("Images per batch. (default: 100)", valueName: "n"))
  package var batchSize: String?

  @Option(
    parsing: .unconditional,
    help: .init("Determines all that is random: an integer of 0 or more. (default: 0)", valueName: "n"))
  package var seed: String?

  @Flag(help: "Draw no plots.")
  package var noPlots = false

  @Flag(help: "No tables and no progress. Errors are still printed.")
  package var quiet = false

  package init() {}
}
