import ArgumentParser
import NetworkProgramSupport
import NoisyQuadraticFiles
import ProgramSupport

/// The command line, as text; `Plan` gives it meaning.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrated-comparison",
    abstract: "Measures the noisy quadratic that a network is, and compares its predictions with training.",
    discussion: """
      Trains a network of 784-100-100-10 units by SGD at a constant rate and momentum. At every checkpoint measures \
      the Hessian's spectrum and the noise of the gradient by curvature, builds a noisy quadratic from them, and compares: \
      the rates that model and meta-descent choose; predicted and measured loss over the budget; \
      and the training rate, the best constant, the best cosine, meta-descent, and the model's greedy and optimal schedules, \
      the latter with rates up to 2 and 1 over the largest curvature, all \
      run for real on the same batches. Prints three tables and writes calibrated-comparison.json, runs.csv, \
      spectra.csv and three plots.

      The images are digits drawn from the seed, or those of --data, which holds MNIST or CIFAR-10 \
      (Docs/Data.md). Losses are the mean cross-entropy over the images in nats; learning rates and momenta \
      are those of v = mu v - alpha g, w = w + v, from v = 0 at every checkpoint.

      Time grows like images times checkpoints. Progress is shown.

      Example, with MNIST's four files in the folder mnist, some minutes:

        calibrated-comparison --data mnist --images 10000 --steps-before 100,1000

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var training: NetworkOptions

  @Option(
    parsing: .unconditional,
    help: .init("How many of the images are trained on. (default: 5000)", valueName: "n"))
  var images: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "How many of them the Hessian is that of, the first ones; at most all. (default: 2000)", valueName: "n")
  )
  var hessianImages: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Checkpoints: training steps before each, 0 or more, separated by commas. (default: 0,100,1000)",
      valueName: "steps,..."))
  var stepsBefore: String?

  @Option(
    parsing: .unconditional,
    help: .init("Steps of every schedule, 1 to 10000. (default: 100)", valueName: "steps"))
  var budget: String?

  @Option(
    parsing: .unconditional,
    help: .init("The constant rate of the training run. (default: 0.1)", valueName: "rate"))
  var learningRate: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Momentum of the training run, and the most that the model may choose. (default: 0)", valueName: "mu"))
  var momentum: String?

  @Option(
    parsing: .unconditional,
    help: .init("Products with the Hessian for each spectrum, 1 to 1000. (default: 40)", valueName: "n"))
  var lanczosSteps: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Meta-steps to find meta-descent's rate at a checkpoint, 1 to 100000. (default: 200)", valueName: "n"))
  var metaSteps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Orders of the batches that losses are averaged over. (default: 4)", valueName: "n"))
  var repeats: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./calibration)", valueName: "directory"))
  var output: String?
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["horizon": "--budget", "parameters": "--hidden", "steps": "--lanczos-steps"]
}
