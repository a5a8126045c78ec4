import ArgumentParser
import ProgramSupport

/// The command line of `online`.
struct Online: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adapts rate and momentum during training by looking a few steps ahead.",
    discussion: """
      Trains the same network with a fixed rate and momentum (the baseline), with both adapted by stochastic \
      meta-descent from several starts, and by the deterministic variant, which looks ahead on one batch. In \
      the second half of every run the effective rate, alpha/(1 - mu), decays exponentially. Prints a table; \
      writes online.json, online.csv and a plot of training loss, effective rate and momentum.

      Adaptation is 100 meta-steps every 10 steps in the paper's text, 10 every 100 in its published code: \
      --meta-steps 10 --interval 100 takes a hundredth of the time.

      Example, with MNIST's four files in the folder mnist, under an hour:

        meta-optimize online --data mnist --meta-steps 10 --interval 10
      """)

  @OptionGroup var common: CommonOptions

  @Option(.quick(.integer(1...100_000_000)), "Training steps.", value: "steps")
  var steps = QuickDefault(50_000, quick: 6000)

  @Option(
    .integer(0...100_000_000), "Steps with adaptation. Then the rate decays. (default: half of all steps)",
    value: "steps")
  var adaptationSteps: Int?

  @Option(.integer(1...100_000_000), "Steps of a look-ahead.", value: "steps") var lookahead = 5

  @Option(.integer(1...100_000_000), "Fresh batches that the objective is averaged over.", value: "n")
  var objectiveBatches = 5

  @Option(.integer(1...100_000_000), "Steps between adaptations.", value: "steps") var interval = 10

  @Option(.quick(.integer(0...100_000_000)), "Meta-steps in every adaptation.", value: "n")
  var metaSteps = QuickDefault(100, quick: 5)

  @Option(
    .positiveNumber, "Adam's step size, in the logarithms of effective rate and 1 - momentum.",
    value: "number") var metaRate = 0.01

  @Option(
    .positiveNumber, "Learning rate of the baseline. (default: 0.1, cnn: 0.005)", value: "number")
  var learningRate: Double?

  @Option(
    .quick(.positiveNumbers), "Learning rates that adaptation starts from.", value: "number,...")
  var starts = QuickDefault([0.001, 0.01, 0.1], quick: [0.1])

  @Option(.fraction, "Momentum at the start.", value: "mu") var momentum = 0.9

  @Option(.positiveRange, "Range that the effective rate stays in.", value: "low,high")
  var effectiveRates = 1e-4...10

  @Option(.positiveRange(upTo: 1), "Range that 1 - momentum stays in.", value: "low,high")
  var momentumGaps = 1e-4...1

  @Option(.positiveNumber, "Effective rate after the last step.", value: "number") var finalRate = 1e-4

  @Option(
    .integer(1...100_000_000),
    "Steps between evaluations of the training loss. (default: a fiftieth of all steps)", value: "steps")
  var evaluationInterval: Int?

  @Flag(help: "Leave out the deterministic variant.") var noDeterministic = false
}

extension Online: FieldNaming {
  static let optionsOfFields = CommonOptions.optionsOfFields.merging([
    "finalEffectiveRate": "--final-rate",
    "learningRate/(1 - momentum)": "--learning-rate or one of --starts, divided by 1 - momentum,",
    "1 - momentum": "1 - momentum of --momentum",
  ]) { _, own in own }
}
