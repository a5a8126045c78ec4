import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line, as text; `Plan` gives it meaning.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meta-surface",
    abstract: "What short horizons do to the choice of a decaying learning rate, exactly.",
    discussion: """
      For every horizon computes the final loss over the two parameters of inverse-time decay, \
      alpha_t = initialValue / (1 + t/K)^exponent, the best parameters, and meta-descents by Adam on their \
      logarithms from four corners: the offline experiment of Wu et al. (2018), Section 3 and Figure 5, on a \
      noisy quadratic. Prints a table and writes meta-surface.json, meta-surface.csv and a plot.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit, \
      horizons and K are steps. Momentum is heavy ball with the rate inside the velocity: \
      v = mu v - alpha g, theta = theta + v.

      Presets: zhang2019 (the default; h_i = 1/i, 10000 directions in 40 bins), power-law (the same with \
      1000 directions), wu2018 (Section 2 of Wu et al. 2018), wu2018-deterministic (the same without noise), \
      two-dimensional (the paper's Figure 1).

      Time grows like grid^2 times all horizons times directions, plus four times as much for every \
      meta-step. Progress is shown.

      Example, a few seconds:

        meta-surface --preset power-law --horizons 100,1000 --grid 16

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @Option(
    parsing: .unconditional,
    help: .init(
      "Numbers of steps, separated by commas. (default: 100,1000,5000,20000)", valueName: "steps,..."))
  var horizons: String?

  @Option(
    parsing: .unconditional, help: .init("Values per parameter, 2 to 1000. (default: 33)", valueName: "n"))
  var grid: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "First and last initial rate. (default: 0.001 and 0.5 over the largest curvature)",
      valueName: "low,high"))
  var rates: String?

  @Option(
    parsing: .unconditional,
    help: .init("First and last exponent. (default: 0.01,200)", valueName: "low,high"))
  var exponents: String?

  @Option(
    parsing: .unconditional,
    help: .init("K, where the decay sets in, in steps. (default: 5000)", valueName: "steps"))
  var timeScale: String?

  @Option(
    parsing: .unconditional,
    help: .init("Momentum of every step, at least 0 and below 1. (default: 0.9)", valueName: "mu"))
  var momentum: String?

  @Option(
    parsing: .unconditional,
    help: .init("Steps of every meta-descent; 0 for none. (default: 200)", valueName: "steps"))
  var metaSteps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Adam's step in the logarithm of a parameter. (default: 0.1)", valueName: "rate"))
  var metaRate: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./meta-surface)", valueName: "directory"))
  var output: String?

  @Flag(help: "Draw no plot.")
  var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.")
  var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = [
    "count": "--grid", "horizon": "--horizons", "learningRate": "--meta-rate", "steps": "--meta-steps",
  ]
}
