import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line, as text; `Plan` gives it meaning.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-horizons",
    abstract: "What looking only a few steps ahead costs, exactly, on a noisy quadratic.",
    discussion: """
      Computes the greedy schedule, look-aheads between, the best constant and the full-horizon optimum, \
      all within the same limits, prints a table, and writes comparison.json, comparison.csv and plots.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit, \
      horizons and look-aheads are steps. Momentum is heavy ball with the rate inside the velocity: \
      v = mu v - alpha g, theta = theta + v.

      Presets: wu2018 (the default; Section 2 of Wu et al. 2018), wu2018-deterministic (the same without \
      noise), power-law (h_i = 1/i, 1000 directions), two-dimensional (the paper's Figure 1), zhang2019 \
      (h_i = 1/i, 10000 directions in 40 bins).

      Time grows like the horizon, and for a look-ahead like horizon times look-ahead: 100000 steps with \
      1000 directions and momentum take some minutes. Progress is shown.

      A problem of your own is a file like this, here mine.json. Numbers may stand in place of the noise's rule, \
      one for each curvature (Docs/ComparisonFormat.md).

        {"name": "mine",
         "curvature": [1, 0.3, 0.1, 0.03, 0.01],
         "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
         "initialSecondMoment": 1}

      Example:

        compare-horizons --problem mine.json --no-momentum --certify 0.001

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @Option(parsing: .unconditional, help: .init("Number of steps. (default: 250)", valueName: "steps"))
  var horizon: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Look-aheads between greedy and the full horizon, separated by commas. "
        + "(default: those of 2,5,10,20,50,100,200 up to the horizon)", valueName: "steps,..."))
  var lookahead: String?

  @Flag(help: "Plain SGD: momentum 0 in every schedule.")
  var noMomentum = false

  @Flag(help: "Also every look-ahead with rate and momentum held constant over its window.")
  var held = false

  @Option(
    parsing: .unconditional,
    help: .init(
      "paper (no direction's loss grows in one step from the start), 2/hmax, 1/hmax, none, or a number. "
        + "(default: paper for wu2018, none for wu2018-deterministic, else 2/hmax)", valueName: "limit"))
  var learningRateLimit: String?

  @Option(
    parsing: .unconditional,
    help: .init("The largest momentum, at least 0 and below 1. (default: 0.9999)", valueName: "limit"))
  var momentumLimit: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Search the full horizon from this many starts, the standard ones and then random ones, each carried "
        + "to its own local optimum, and from perturbations of the best.", valueName: "count"))
  var starts: String?

  @Option(
    parsing: .unconditional,
    help: .init("Seed of the random starts and perturbations. (default: 0)", valueName: "integer"))
  var seed: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Prove a lower bound on every schedule, stopping at this gap, (upper - lower)/upper, for instance 0.001. "
        + "With momentum the proof is the information bound.", valueName: "gap"))
  var certify: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "How long the proof of --certify may take. It ends earlier where more work cannot help. (default: 10)",
      valueName: "seconds"))
  var certifySeconds: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Also the full horizon under which no direction's loss ever exceeds this multiple of its start, at least 1. "
        + "With 1000 directions and momentum it takes half a minute.", valueName: "factor"))
  var growthLimit: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./comparison)", valueName: "directory"))
  var output: String?

  @Flag(
    help:
      "Every step in comparison.json and comparison.csv. Above 10000 steps they else list 10000, evenly spaced."
  )
  var fullSeries = false

  @Flag(help: "Draw no plots.")
  var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.")
  var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["gap": "--certify"]
}
