import ArgumentParser
import NetworkProgramSupport

/// What both commands take.
struct CommonOptions: ParsableArguments {
  @OptionGroup var training: NetworkOptions

  @Option(
    parsing: .unconditional,
    help: .init("Training images to use. (default: all, or 60000 drawn digits)", valueName: "n"))
  var images: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "mlp or cnn: dense layers, or three convolutions with ReLU and one. (default: mlp)", valueName: "name"))
  var network: String?

  @Option(
    parsing: .unconditional,
    help: .init("Side of the cnn's windows, odd. (default: 3)", valueName: "pixels"))
  var window: String?

  @Option(
    parsing: .unconditional,
    help: .init("Standard deviation of the weights at the start. (default: 0.1)", valueName: "number"))
  var deviation: String?

  @Option(
    parsing: .unconditional,
    help: .init("Batches of which an objective or evaluation is the mean. (default: 600)", valueName: "n"))
  var evaluationBatches: String?

  @Option(
    parsing: .unconditional,
    help: .init("Limit on every entry of a hypergradient. (default: 10)", valueName: "number"))
  var gradientLimit: String?

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
}
