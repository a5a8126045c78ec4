import ArgumentParser
import ProgramSupport

/// The command line of `online`, as text; `OnlinePlan` gives it meaning.
struct Online: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rate and momentum adapted during training by looking a few steps ahead.",
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

  @Option(parsing: .unconditional, help: .init("Training steps. (default: 50000)", valueName: "steps"))
  var steps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Steps with adaptation; then the rate decays. (default: half of all)", valueName: "steps"))
  var adaptationSteps: String?

  @Option(parsing: .unconditional, help: .init("Steps looked ahead. (default: 5)", valueName: "steps"))
  var lookahead: String?

  @Option(
    parsing: .unconditional,
    help: .init("Fresh batches of the objective after them. (default: 5)", valueName: "n"))
  var objectiveBatches: String?

  @Option(
    parsing: .unconditional, help: .init("Steps between adaptations. (default: 10)", valueName: "steps"))
  var interval: String?

  @Option(parsing: .unconditional, help: .init("Meta-steps in each. (default: 100)", valueName: "n"))
  var metaSteps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Adam's step in the logarithms. (default: 0.01)", valueName: "number"))
  var metaRate: String?

  @Option(
    parsing: .unconditional,
    help: .init("Learning rate of the baseline. (default: 0.1, cnn: 0.005)", valueName: "number"))
  var learningRate: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Learning rates that adaptation starts from. (default: 0.001,0.01,0.1)", valueName: "number,..."))
  var starts: String?

  @Option(parsing: .unconditional, help: .init("Momentum at the start. (default: 0.9)", valueName: "mu"))
  var momentum: String?

  @Option(
    parsing: .unconditional,
    help: .init("Least and largest effective rate. (default: 1e-4,10)", valueName: "low,high"))
  var effectiveRates: String?

  @Option(
    parsing: .unconditional,
    help: .init("Least and largest 1 - momentum. (default: 1e-4,1)", valueName: "low,high"))
  var momentumGaps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Effective rate after the last step. (default: 1e-4)", valueName: "number"))
  var finalRate: String?

  @Option(
    parsing: .unconditional,
    help: .init("Steps between evaluations of the training loss. (default: a fiftieth)", valueName: "steps"))
  var evaluationInterval: String?

  @Flag(help: "Leave out the deterministic variant.")
  var noDeterministic = false
}

extension Online: FieldNaming {
  static let optionsOfFields = CommonOptions.optionsOfFields.merging([
    "finalEffectiveRate": "--final-rate",
    "learningRate/(1 - momentum)": "--learning-rate or one of --starts, divided by 1 - momentum,",
    "1 - momentum": "1 - momentum of --momentum",
  ]) { _, own in own }
}
