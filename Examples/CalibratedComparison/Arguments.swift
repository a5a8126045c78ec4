import ArgumentParser
import NetworkProgramSupport
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
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

      Time grows like images times checkpoints times seeds. A unit of work is one checkpoint of one seed. What \
      an interrupted run has done stays in the folder units of --output, and the same command goes on from there.

      Example, with MNIST's four files in the folder mnist, some minutes:

        calibrated-comparison --data mnist --images 10000 --steps-before 100,1000

      \(Failure.statusesWithUnits)
      """,
    version: PackageVersion.current)

  @OptionGroup var training: NetworkOptions

  @OptionGroup var units: UnitOptions

  @OptionGroup var export: ExportOptions

  @Option(.integer(1...10_000_000), "Images to train on, from the first on.", value: "n") var images = 5000

  @Option(.integer(1...), "Images, from the first on, that the Hessian is computed from.", value: "n")
  var hessianImages = 2000

  @Option(
    .integers(0...1_000_000).ascending.map { values throws(OptionRefusal) in
      guard values.count <= 6 else {
        throw OptionRefusal(" has \(values.count) numbers, expected at most 6")
      }
      return values
    },
    "Training steps before each checkpoint, 0 or more, separated by commas.", value: "steps,...")
  var stepsBefore = [0, 100, 1000]

  @Option(.integer(1...10_000), "Steps of every schedule, 1 to 10000.", value: "steps") var budget = 100

  @Option(.positiveNumber, "The constant rate of the training run.", value: "rate") var learningRate = 0.1

  @Option(.fraction, "Momentum of the training run, and the largest that the model may choose.", value: "mu")
  var momentum = 0.0

  @Option(.integer(1...1000), "Products with the Hessian for each spectrum, 1 to 1000.", value: "n")
  var lanczosSteps = 40

  @Option(
    .integer(1...100_000), "Meta-steps of the meta-descent at every checkpoint, 1 to 100000.", value: "n")
  var metaSteps = 200

  @Option(.integer(1...1000), "Random orders of the batches; losses are averaged over them.", value: "n")
  var repeats = 4

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./calibration"
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["horizon": "--budget", "parameters": "--hidden", "steps": "--lanczos-steps"]
}
