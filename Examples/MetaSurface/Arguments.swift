import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  /// The problem if none is given.
  static let preset = ReferenceProblem.zhang2019

  static let configuration = CommandConfiguration(
    commandName: "meta-surface",
    abstract: "Computes exactly how short horizons bias the choice of a decaying learning rate.",
    discussion: """
      For every horizon computes the final loss over the two parameters of inverse-time decay, \
      alpha_t = initialValue / (1 + t/K)^exponent, the best parameters, and meta-descents by Adam on their \
      logarithms from four corners: the offline experiment of Wu et al. (2018), Section 3 and Figure 5, on a \
      noisy quadratic. Prints a table and writes meta-surface.json, meta-surface.csv and a plot.

      --export writes the best schedule of every horizon for training frameworks, each to a directory such as \
      horizon-100 in that directory.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit, \
      horizons and K are steps. Momentum is heavy ball with the rate inside the velocity: \
      v = mu v - alpha g, theta = theta + v.

      \(ProblemOptions.presets(default: preset))

      Time grows like grid^2 times all horizons times directions, plus four times as much for every \
      meta-step. Progress is shown.

      Example, a few seconds:

        meta-surface --preset power-law --horizons 100,1000 --grid 16

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @Option(
    .integers(1...1_000_000_000, upTo: "the longest allowed").ascending,
    "Numbers of steps, separated by commas.", value: "steps,...")
  var horizons = [100, 1000, 5000, 20_000]

  @Option(.integer(2...1000), "Values per parameter, 2 to 1000.", value: "n") var grid = 33

  @Option(
    .positiveRange, "First and last initial rate. (default: 0.001 and 0.5 over the largest curvature)",
    value: "low,high")
  var rates: ClosedRange<Double>?

  @Option(.positiveRange, "First and last exponent.", value: "low,high") var exponents = 0.01...200

  @Option(.positiveNumber, "K of the decay, in steps.", value: "steps") var timeScale = 5000.0

  @Option(.fraction, "Momentum of every step, at least 0 and below 1.", value: "mu") var momentum = 0.9

  @Option(.integer(0...1_000_000), "Steps of every meta-descent; 0 for none.", value: "steps")
  var metaSteps = 200

  @Option(.positiveNumber, "Adam's step size, in the logarithms of the parameters.", value: "rate")
  var metaRate = 0.1

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./meta-surface"

  @OptionGroup var export: ExportOptions

  @Flag(help: "Draw no plot.") var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = [
    "count": "--grid", "horizon": "--horizons", "learningRate": "--meta-rate", "steps": "--meta-steps",
  ]
}
