import ArgumentParser

/// What both commands take.
struct CommonOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init(
      "A folder with MNIST or CIFAR-10 (Docs/Data.md). (default: drawn digits)", valueName: "folder"))
  var data: String?

  @Option(
    parsing: .unconditional,
    help: .init("Training images to use. (default: all, or 60000 drawn digits)", valueName: "n"))
  var images: String?

  @Option(
    parsing: .unconditional,
    help: .init("mlp or cnn: dense layers, or three convolutions and one. (default: mlp)", valueName: "name"))
  var network: String?

  @Option(
    parsing: .unconditional,
    help: .init("Units of the mlp's hidden layers. (default: 100,100)", valueName: "n,..."))
  var hidden: String?

  @Option(parsing: .unconditional, help: .init("relu or tanh. (default: relu)", valueName: "name"))
  var activation: String?

  @Option(
    parsing: .unconditional,
    help: .init("Side of the cnn's windows, odd. (default: 3)", valueName: "pixels"))
  var window: String?

  @Option(
    parsing: .unconditional,
    help: .init("Standard deviation of the weights at the start. (default: 0.1)", valueName: "number"))
  var deviation: String?

  @Option(parsing: .unconditional, help: .init("Images per batch. (default: 100)", valueName: "n"))
  var batchSize: String?

  @Option(
    parsing: .unconditional,
    help: .init("Batches of which an objective or evaluation is the mean. (default: 600)", valueName: "n"))
  var evaluationBatches: String?

  @Option(
    parsing: .unconditional,
    help: .init("Limit on every entry of a hypergradient. (default: 10)", valueName: "number"))
  var gradientLimit: String?

  @Option(parsing: .unconditional, help: .init("Determines all that is random. (default: 0)", valueName: "n"))
  var seed: String?

  @Option(
    parsing: .unconditional,
    help: .init("Runs side by side; changes no result. (default: the number of cores)", valueName: "n"))
  var threads: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./meta-optimize)", valueName: "directory"))
  var output: String?

  @Flag(help: "Settings for a run of about two minutes; options given beside it prevail.")
  var quick = false

  @Flag(help: "Discard checkpoints of an interrupted run instead of going on from them.")
  var restart = false

  @Flag(help: "Draw no plot.")
  var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.")
  var quiet = false
}
