import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  /// The problem if none is given.
  static let preset = ReferenceProblem.powerLaw

  static let configuration = CommandConfiguration(
    commandName: "rank-schedules",
    abstract: "Ranks the schedules that people use, each with its best parameters, beside the optimum.",
    discussion: """
      Finds the best parameters of every classic schedule on a noisy quadratic, and the best of all schedules, all \
      within the same limits. Prints the ranking, the parameters as texts for schedule-gap --family, and what the \
      tuned schedules achieve in a longer run and with larger batches under the usual rules. Writes ranking.json, \
      ranking.csv, transfer.csv and plots.

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit. Momentum \
      is heavy ball with the rate inside the velocity: v = mu v - alpha g, theta = theta + v.

      \(ProblemOptions.presets(default: preset))

      Examples, the second with a problem of your own (Docs/ComparisonFormat.md):

        rank-schedules --preset wu2018 --horizon 1000
        rank-schedules --problem mine.json --families cosine,wsd-linear --no-transfer

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @Option(.integer(1...), "Number of steps.", value: "steps") var horizon = 250

  @Option(
    .families, "The schedules to rank, separated by commas. (default: all: \(ClassicSchedule.names))",
    value: "name,...")
  var families: [ClassicSchedule]?

  @Option(
    .rateLimit,
    "\(RateLimit.help). (default: paper for wu2018, none for wu2018-deterministic, else 2/hmax)",
    value: "limit")
  var learningRateLimit: RateLimit?

  @Option(
    .rankMomentum, "Momentum of every ranked schedule: none, fitted for each, or a number.",
    value: "momentum")
  var momentum = RankMomentum.none

  @Option(
    .fraction,
    "The largest momentum of every schedule, also of the optimum, at least 0 and below 1. (default: 0 without "
      + "momentum, else 0.9999)", value: "limit")
  var momentumLimit: Double?

  @Option(.integer(1...1000), "Number of pieces of piecewise-constant.", value: "count") var pieces = 3

  @Option(
    .transferFactor, "Also run what was tuned in so many times as many steps.", value: "factor")
  var horizonFactor = 4.0

  @Option(
    .transferFactor, "Also run what was tuned with so many times as many examples per step.", value: "factor")
  var batchFactor = 8.0

  @Flag(help: "No other runs: the ranking alone.") var noTransfer = false

  @Option(
    .fraction,
    "Prove a lower bound on every schedule, stopping at this gap, (upper - lower)/upper, or after a fixed amount "
      + "of work, some seconds. (default: the information or the intrinsic-time bound)", value: "gap")
  var certify: Double?

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./rank-schedules"

  @OptionGroup var export: ExportOptions

  @Flag(
    help:
      "Every step in JSON. Without it, longer runs list 10000 steps, evenly spaced."
  )
  var fullSeries = false

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No tables and no progress. Errors are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["gap": "--certify", "schedules": "--families"]
}

extension ClassicSchedule: OptionValue {
  /// All names, for a help text.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension OptionForm<[ClassicSchedule]> {
  /// Names of schedules that differ, separated by commas.
  static var families: Self { list(of: .choice).differing() }
}

extension OptionForm<Double> {
  /// A factor from one run to another.
  static var transferFactor: Self {
    number("a number at least 1, at most 1000000") { $0 >= 1 && $0 <= 1e6 }
  }
}
