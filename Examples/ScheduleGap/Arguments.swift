import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  /// The problem if none is given.
  static let preset = ReferenceProblem.wu2018

  static let configuration = CommandConfiguration(
    commandName: "schedule-gap",
    abstract:
      "Measures how far a learning-rate schedule is from the best one on a noisy quadratic, and where it loses.",
    discussion: """
      Takes a schedule from a file or from a family, computes the best schedule within the same limits, and \
      says how far apart they end, at which steps the difference is lost for good, and in which curvatures \
      it sits at the end, as signal left or as noise. Writes schedule-gap.json, schedule-gap.csv, \
      optimal-schedule.csv and a plot.

      A schedule file is what a trainer has logged: CSV, TSV or text with semicolons under any header, JSON \
      with one object a line, the trainer_state.json of Hugging Face, or a schedule of this package (CSV with \
      step,learningRate,momentum, or JSON). Columns are found by the names that people use, such as \
      global_step and lr; a line on standard error says which. Other columns are ignored. A log of every k-th \
      step needs --between.

      \(FamilyText.help)

      Without a preset or problem file the problem is \(preset.rawValue). \(ProblemOptions.presets(default: preset))

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit. \
      Momentum is heavy ball with the rate inside the velocity, v = mu v - alpha g, theta = theta + v, unless the \
      file or --momentum-convention states another rule.

      Examples, with a schedule of your own, whose file mine.csv begins with the lines step,learningRate and 0,0.1, \
      and with logs of PyTorch runs:

        schedule-gap --preset power-law --schedule mine.csv --learning-rate-limit 1/hmax
        schedule-gap --schedule metrics.csv --momentum-convention pytorch
        schedule-gap --schedule trainer_state.json --between linear

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @OptionGroup var given: ScheduleOptions

  @Option(.integer(1...), "Number of steps of a family.", value: "steps") var horizon = 250

  @Option(
    .rateLimit,
    "Limit of the best schedule: \(RateLimit.help). "
      + "(default: 2/hmax, or the schedule's largest rate if that is larger)", value: "limit")
  var learningRateLimit: RateLimit?

  @Option(
    .fraction,
    "The best schedule's largest momentum, at least 0 and below 1. (default: 0.9999 if the schedule uses "
      + "momentum, else 0)", value: "limit")
  var momentumLimit: Double?

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./schedule-gap"

  @OptionGroup var export: ExportOptions

  @Flag(
    help:
      "Every step in JSON and CSV. Without it, longer runs list 10000 steps, evenly spaced."
  )
  var fullSeries = false

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.") var quiet = false
}
