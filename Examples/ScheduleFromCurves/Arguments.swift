import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import TrainingCurves

/// The command line.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule-from-curves",
    abstract:
      "Predicts the loss of any learning-rate schedule from the loss curves of a few runs, and finds the best one.",
    discussion: """
      Fits a noisy quadratic to the curves of two or more training runs under different schedules, predicts curves that \
      it has not seen, and computes the best schedule for a horizon within limits, compared with the best cosine, \
      linear, warmup-stable-decay and other schedules. Writes curve-fit.json, curve-fit.csv, schedules.csv, \
      optimal-schedule.csv and plots.

      A curve is a log with the step, the learning rate and the training loss in every row: CSV, TSV or text with \
      semicolons under any header, JSON with one object a line, or the trainer_state.json of Hugging Face. Columns are \
      found by the names that people use, such as global_step, lr and train_loss; a line on standard error says which. \
      Rows may be any number of steps apart and may begin after a warmup. Where the log has no learning rate, \
      --schedules names files that have it.

      Good runs to fit are a few short ones: one with a decay to near zero, one with a constant rate, and one whose rate \
      drops half-way. One run alone cannot tell noise from signal.

      Without --fit the program takes the path once with curves that it simulates: plain SGD on a known noisy \
      quadratic with \(SimulatedRuns.dimension) directions. So the true losses are shown beside the predicted ones.

      Units: learning rates in the unit of the curves, losses in theirs.

      Examples, with a person's own logs, of which cosine.csv begins with the lines step,lr,loss and 100,0.0003,5.31:

        schedule-from-curves --fit cosine.csv,constant.csv,drop.csv --test linear.csv
        schedule-from-curves --fit cosine.csv,constant.csv,drop.csv --horizon 50000 --warmup 1000 --export best
        schedule-from-curves --fit cosine.csv,constant.csv,drop.csv --continue run.csv --horizon 50000
        schedule-from-curves --fit a.csv,b.csv --schedules rates-a.csv,rates-b.csv --loss-column train/nll

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @Option(.list(of: .file), "The curves to fit, separated by commas.", value: "files")
  var fit: [String]?

  @Option(
    .list(of: .file), "Curves that are predicted and not fitted, separated by commas.", value: "files")
  var test: [String]?

  @Option(
    .list(of: .file),
    "Files with the learning rates: one for each file of --fit, perhaps followed by one for each of --test. (default: "
      + "the rates are in the curves)", value: "files")
  var schedules: [String]?

  @Option(.column, "The column of the steps. (default: guessed)", value: "name") var stepColumn: TypedName?

  @Option(.column, "The column of the learning rates. (default: guessed)", value: "name")
  var rateColumn: TypedName?

  @Option(.column, "The column of the losses. (default: guessed)", value: "name") var lossColumn: TypedName?

  @Option(
    .integer(0...1 << 53),
    "The number that the files give to the first update. Rows before it are left out. (default: 0)",
    value: "step")
  var firstStep: Int?

  @Option(
    .choice,
    "What the rate is between rows that are several steps apart: hold it until the next row, or a linear change. "
      + "(default: linear, but hold where it jumps)", value: "reading")
  var between: TrainingLog.Options.Between?

  @Option(
    .choice,
    "The optimizer of the runs: \(CurveFitter.Optimizer.alternatives). Automatic takes the model that predicts "
      + "each of three or more curves best from the others, and with fewer curves that of adaptive ones.",
    value: "kind")
  var optimizer = CurveFitter.Optimizer.automatic

  @Option(
    .integer(1...), "Steps of the best schedule, warmup included. (default: those of the longest fitted run)",
    value: "steps")
  var horizon: Int?

  @Option(
    .positiveNumber, "The largest rate of the best schedule. (default: the largest rate of the curves)",
    value: "number")
  var peak: Double?

  @Option(
    .number("a finite number ≥ 0") { $0 >= 0 && $0.isFinite },
    "The smallest rate of the best schedule after its warmup.", value: "number")
  var floor = 0.0

  @Option(
    .integer(0...),
    "Steps of the linear warmup before the best schedule is free. (default: the longest warmup of the curves)",
    value: "steps")
  var warmup: Int?

  @Flag(help: "The rate must not rise after the warmup.") var monotone = false

  @Option(
    .file,
    "A run so far: its learning rates are the first ones of every schedule, in place of the warmup.",
    value: "file")
  var `continue`: String?

  @Option(
    .number("a number above 0 and below 1") { $0 > 0 && $0 < 1 },
    "The share of losses that bands are to hold.",
    value: "number")
  var level = 0.9

  @Option(
    .replicates, "Fits to resampled residuals for the bands: 0 for no bands, or 2 to 10000.", value: "n")
  var replicates = 60

  @Option(.seed, "Seed of the resampling, and of the simulated curves.", value: "n") var seed: UInt64 = 0

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./schedule-from-curves"

  @Flag(help: "Leave out the final loss against the length of the decay, a best schedule for each length.")
  var noDecays = false

  @OptionGroup var export: ExportOptions

  @Flag(help: "Every step in JSON and CSV. Without it, longer runs list 10000 steps, evenly spaced.")
  var fullSeries = false

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No table and no progress. Errors and warnings are still printed.") var quiet = false
}

extension CurveFitter.Optimizer: OptionValue {}

extension OptionForm<Int> {
  /// The number of fits for the bands.
  fileprivate static var replicates: Self {
    Self("0 or an integer from 2 to 10000") { text in
      Int(typed: text).flatMap { $0 == 0 || (2...10_000).contains($0) ? $0 : nil }
    }
  }
}
