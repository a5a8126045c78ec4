import ArgumentParser
import NetworkProgramSupport
import ProgramSupport

/// What both commands take.
struct CommonOptions: ParsableArguments {
  @OptionGroup var training: NetworkOptions

  @Option(
    .integer(1...10_000_000),
    "Training images to use. (default: all, or 60000 drawn digits, with --quick 20000)", value: "n")
  var images: Int?

  @Option(.choice, "\(NetworkKind.summary).", value: "name") var network = NetworkKind.mlp

  @Option(
    OptionForm("an odd integer from 1 to 63") { text in
      Int(typed: text).flatMap { (1...63).contains($0) && $0 % 2 == 1 ? $0 : nil }
    }, "Side of the cnn's windows, odd.", value: "pixels")
  var window = 3

  @Option(.positiveNumber, "Standard deviation of the weights at the start.", value: "number")
  var deviation = 0.1

  @Option(
    .quick(.integer(1...1_000_000)), "Batches averaged for an objective or evaluation.", value: "n")
  var evaluationBatches = QuickDefault(600, quick: 100)

  @Option(.positiveNumber, "Limit on every entry of a hypergradient.", value: "number")
  var gradientLimit = 10.0

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./meta-optimize"

  @Flag(help: "Defaults for a run of about two minutes. Options that are given still count.") var quick =
    false

  @OptionGroup var units: UnitOptions
}

extension CommonOptions {
  /// What the library calls otherwise than both commands do.
  static let optionsOfFields = ["layers.size": "--window", "parameters": "--hidden"]
}
