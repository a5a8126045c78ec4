import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch-size-scaling",
    abstract:
      "Computes the fewest steps to a target loss over batch sizes, for several methods and preconditioners.",
    discussion: """
      For every batch size and every preconditioner H^-p finds the fewest steps after which the best constant rate, \
      the best rate and momentum, and the best average of iterates reach the target; with the lowest of the powers also \
      schedules of a few equal pieces and the best rate for every step; and the information bound, below which no \
      schedule ends. All losses are exact. With one step less, the lowest loss that the search finds is above the \
      target. Prints the steps and the critical batch sizes, and writes scaling.csv, scaling.json and plots.

      Without --preset and --problem, the problem is that of Zhang et al. (2019): curvatures 1/i, gradient noise \
      c = h, initial second moment 1, both in the bins of their notebook and with all directions (--spectrum).

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit. \
      Momentum is heavy ball with the rate inside the velocity. Averages are exponential and start at the start.

      The defaults take under a minute on two cores. Examples, some seconds:

        batch-size-scaling --spectrum bins --batch-sizes 64,4096
        batch-size-scaling --preset power-law --target 0.1 --powers 0,0.5 --pieces 10

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  /// Which spectra of the problem of Zhang et al. are used.
  enum SpectrumChoice: String, CaseIterable, OptionValue {
    case bins, exact, both
  }

  @Option(.choice, "\(ReferenceProblem.alternatives).", value: "name") var preset: ReferenceProblem?

  @Option(.file, "A problem file (JSON). Its batch size is not used.", value: "file") var problem: String?

  @Option(
    .integer(2...10_000_000), "Number of directions of the problem of Zhang et al. (default: 10000)",
    value: "count")
  var dimension: Int?

  @Option(
    .integer(2...10_000_000), "Number of geometric bins into which directions are counted. (default: 100)",
    value: "count")
  var bins: Int?

  @Option(
    .choice,
    "Whether directions are counted into bins: bins, exact or both. (default: both, exact with --preset and --problem)",
    value: "name")
  var spectrum: SpectrumChoice?

  @Option(.positiveNumber, "The loss to reach.", value: "loss") var target = 0.01

  @Option(
    .positiveNumbers.differing(), "Examples per step, separated by commas. (default: 4,8,...,2097152)",
    value: "number,...")
  var batchSizes: [Double]?

  @Option(
    .fractions.differing(),
    "The powers p of preconditioners H^-p, each at least 0 and below 1, separated by commas.",
    value: "p,...")
  var powers = [0, 0.25, 0.5, 0.75]

  @Option(
    .integers(2...1000).differing(), "The numbers of pieces of schedules, separated by commas.",
    value: "count,...")
  var pieces = [10, 50]

  @Option(
    .rateLimit, "\(RateLimit.help). With none, averages and schedules stay below 2/hmax.", value: "limit")
  var learningRateLimit = RateLimit.none

  @Option(.fraction, "The largest momentum, and the largest decay of an average.", value: "limit")
  var momentumLimit = 0.999999

  @Option(.integer(1...1 << 40), "The number of steps at which a search gives up.", value: "steps")
  var maxSteps = 1_000_000_000

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./batch-size-scaling"

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No tables and no progress. Errors are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["curvature.dimension": "--dimension", "maximumSteps": "--max-steps"]
}
