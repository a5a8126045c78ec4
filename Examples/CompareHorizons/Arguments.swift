import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  /// The problem if none is given.
  static let preset = ReferenceProblem.wu2018
  /// The time that a proof may take if none is given.
  static let certifySeconds = 10.0

  static let configuration = CommandConfiguration(
    commandName: "compare-horizons",
    abstract: "Computes exactly what is lost by looking only a few steps ahead, on a noisy quadratic.",
    discussion: """
      Computes the greedy schedule, look-aheads between, the best constant and the full-horizon optimum, \
      all within the same limits, prints a table, and writes comparison.json, comparison.csv and plots.

      --export writes the full-horizon schedule for training frameworks, and every other one to a directory \
      of its name in that directory.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit, \
      horizons and look-aheads are steps. Momentum is heavy ball with the rate inside the velocity: \
      v = mu v - alpha g, theta = theta + v.

      \(ProblemOptions.presets(default: preset))

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

  @Option(.integer(1...), "Number of steps.", value: "steps") var horizon = 250

  @Option(
    .integers(1...).ascending,
    "Look-aheads between greedy and the full horizon, separated by commas. "
      + "(default: those of 2,5,10,20,50,100,200 up to the horizon)", value: "steps,...")
  var lookahead: [Int]?

  @Flag(help: "Plain SGD: momentum 0 in every schedule.") var noMomentum = false

  @Flag(help: "Also every look-ahead with rate and momentum held constant over its window.") var held = false

  @Option(
    .rateLimit,
    "\(RateLimit.help). (default: paper for wu2018, none for wu2018-deterministic, else 2/hmax)",
    value: "limit")
  var learningRateLimit: RateLimit?

  @Option(.fraction, "The largest momentum, at least 0 and below 1.", value: "limit")
  var momentumLimit = 0.9999

  @Option(
    .integer(1...100_000),
    "Search the full horizon from this many starts, the standard ones and then random ones, each carried "
      + "to its own local optimum, and from perturbations of the best.", value: "count")
  var starts: Int?

  @Option(
    .choice,
    "How long to search for the lowest of many local optima: standard for some seconds at most, or thorough for "
      + "up to some minutes.", value: "effort")
  var effort = FullHorizonOptions.Effort.standard

  @Option(.seed, "Seed of the random starts and perturbations.", value: "integer") var seed: UInt64 = 0

  @Option(
    .fraction,
    "Prove a lower bound on every schedule, stopping at this gap, (upper - lower)/upper, for instance 0.001. "
      + "With momentum the bound holds for all rates and momenta.", value: "gap")
  var certify: Double?

  @Option(
    .number("a number of seconds > 0, at most 1000000") { $0 > 0 && $0 <= 1e6 },
    "How long the proof of --certify may take. It ends earlier where more work cannot help.",
    value: "seconds")
  var certifySeconds = Arguments.certifySeconds

  @Option(
    .number("a number at least 1") { $0 >= 1 && $0.isFinite },
    "Also the best schedule that keeps every direction's loss within this multiple of its start, at least 1. "
      + "With 1000 directions and momentum it takes half a minute.", value: "factor")
  var growthLimit: Double?

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./comparison"

  @OptionGroup var export: ExportOptions

  @Flag(
    help:
      "Every step in JSON and CSV. Without it, longer runs list 10000 steps, evenly spaced."
  )
  var fullSeries = false

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["gap": "--certify"]
}
