import ArgumentParser
import ProgramSupport

/// The command line of `offline`.
struct Offline: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the decay of the learning rate that is best after given numbers of steps.",
    discussion: """
      Trains a warm start, then searches over the two parameters of alpha_t = alpha_0 / (1 + t/K)^beta, at \
      random and by meta-descent: gradients of the final training loss through the whole run, Adam on the \
      logarithms. Prints a table; writes offline.json, offline.csv and two plots: the surfaces with the \
      descents, and the training curves of each horizon's winner.

      The base optimizer is heavy ball with the rate outside the velocity: v = mu v + g, w = w - alpha v. With \
      the paper's numbers of samples and meta-steps the program runs for about a day.

      Example, with MNIST's four files in the folder mnist, under an hour:

        meta-optimize offline --data mnist --samples 160 --meta-steps 60
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    .quick(.integers(1...10_000_000, upTo: "the longest allowed").ascending),
    "Numbers of steps, separated by commas.", value: "steps,...")
  var horizons = QuickDefault([100, 1000, 5000, 20_000], quick: [100, 1000, 5000])

  @Option(.quick(.integer(1...1_000_000)), "Random samples of the surfaces.", value: "n")
  var samples = QuickDefault(2500, quick: 20)

  @Option(.quick(.integer(0...1_000_000)), "Meta-steps of every descent; 0 for none.", value: "n")
  var metaSteps = QuickDefault(5000, quick: 24)

  @Option(.quick(.integer(0...10_000_000)), "The longest horizon with meta-descents.", value: "steps")
  var longestDescent = QuickDefault(5000, quick: 1000)

  @Option(.positiveRange, "Range of the initial rates in the search.", value: "low,high")
  var rates = 0.001...0.5

  @Option(.positiveRange, "Range of the exponents in the search.", value: "low,high")
  var exponents = 0.01...200

  @Option(
    .quick(.positiveNumber), "Adam's step size, in the logarithms of rate and exponent.", value: "number")
  var metaRate = QuickDefault(0.01, quick: 0.2)

  @Option(.positiveRange, "Range that descents stay in: alpha_0/(1 - mu).", value: "low,high")
  var effectiveRates = 1e-4...10

  @Option(.positiveRange, "Range that descents stay in: beta.", value: "low,high")
  var exponentLimits = 1e-4...1e3

  @Option(.fraction, "Momentum.", value: "mu") var momentum = 0.9

  @Option(.positiveNumber, "K of the decay, in steps.", value: "steps") var timeScale = 5000.0

  @Option(.integer(0...10_000_000), "Steps of the warm start.", value: "steps") var warmStart = 50

  @Option(.positiveNumber, "Learning rate of the warm start.", value: "number") var warmStartRate = 0.1

  @Option(
    .integer(1...10_000_000),
    "Steps of the winners' training curves. (default: the longest horizon)", value: "steps")
  var curveSteps: Int?
}

extension Offline: FieldNaming {
  static let optionsOfFields = CommonOptions.optionsOfFields.merging([
    "exponents": "--exponent-limits", "horizon": "--horizons", "warmStartSteps": "--warm-start",
  ]) { _, own in own }
}
