import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  /// The problem if none is given.
  static let preset = ReferenceProblem.powerLaw

  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Computes exactly what short horizons cost, for many problems, horizons and limits.",
    discussion: """
      For every combination of a problem, batch size, limit on the learning rate, limit on momentum and horizon \
      computes where greedy, the best constant, look-aheads and the full-horizon optimum end, a lower bound, and \
      the first, largest and last rate of the optimum. Prints a table and writes sweep.csv, sweep.json and a plot \
      of the final losses over the horizon.

      Every combination is a unit of work. The units of one sweep can be done by the tasks of a Slurm array, each \
      with a directory of its own, and merged; the results are the same, byte for byte. Numbers of units are those \
      of the rows, from 0. A combination that cannot be computed has its reason in the column error, and the \
      others go on.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit, \
      horizons and look-aheads are steps. Momentum is heavy ball with the rate inside the velocity: \
      v = mu v - alpha g, theta = theta + v.

      \(ProblemOptions.presets(default: preset))

      Examples, the second in two parts:

        sweep --presets power-law,wu2018 --momentum-limits 0,0.9
        sweep --problems a.json,b.json --units 0-2 --output one
        sweep --problems a.json,b.json --units 3-5 --output two
        sweep --problems a.json,b.json --merge one two

      \(Failure.statusesWithUnits)
      """,
    version: PackageVersion.current)

  @Option(
    .list(of: .file).differing(), "Problem files (JSON), separated by commas.", value: "files")
  var problems: [String]?

  @Option(
    .list(of: .choice).differing(),
    "\(ReferenceProblem.alternatives), separated by commas. (default: \(preset.rawValue) without --problems)",
    value: "names")
  var presets: [ReferenceProblem]?

  @Option(
    .integers(1...).differing(), "Numbers of steps, separated by commas.", value: "steps,...")
  var horizons = [10, 100, 1000]

  @Option(
    .rateLimits.differing(),
    "\(RateLimit.help), separated by commas. (default: paper for wu2018, none for wu2018-deterministic, else 2/hmax)",
    value: "limit,...")
  var learningRateLimits: [RateLimit]?

  @Option(
    .fractions.differing(),
    "The largest momenta, each at least 0 and below 1, separated by commas. With 0 there is no momentum.",
    value: "limit,...")
  var momentumLimits = [0.0]

  @Option(
    .positiveNumbers.differing(),
    "Examples per step, separated by commas, in place of those of the problems. (default: those of the problems)",
    value: "number,...")
  var batchSizes: [Double]?

  @Option(
    .integers(1...).differing().ascending,
    "Look-aheads between greedy and the full horizon, separated by commas. Those above a horizon are left out.",
    value: "steps,...")
  var lookaheads = [10]

  @Option(
    .fraction,
    "Prove a lower bound for every point, stopping at this gap, (upper - lower)/upper, for instance 0.001, or "
      + "after a fixed amount of work, some seconds. (default: the information bound)",
    value: "gap")
  var certify: Double?

  @Option(
    .integer(1...100_000),
    "Search the full horizon from this many starts, the standard ones and then random ones.", value: "count")
  var starts: Int?

  @Option(
    .choice,
    "How long to search for the lowest of many local optima: standard for some seconds at most, or thorough for "
      + "up to some minutes.", value: "effort")
  var effort = FullHorizonOptions.Effort.standard

  @Option(.seed, "Seed of the random starts and perturbations.", value: "integer") var seed: UInt64 = 0

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./sweep"

  @OptionGroup var units: UnitOptions

  @Flag(help: "Draw no plot.") var noPlots = false

  @Flag(help: "No table and no progress. Errors and warnings are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["gap": "--certify", "horizon": "--horizons", "lookahead": "--lookaheads"]
}
