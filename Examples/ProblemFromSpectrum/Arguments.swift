import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "problem-from-spectrum",
    abstract: "Makes a problem file for the other programs from a measured Hessian spectrum.",
    discussion: """
      Reads eigenvalues with weights, or a Hessian, leaves out what is negative or near zero, adds gradient noise and \
      a starting point, and writes problem.json, spectrum.json, spectrum.csv and a plot of the density.

      A spectrum is a CSV file with a column of eigenvalues and perhaps one of weights, a NumPy array (.npy) of \
      eigenvalues or of eigenvalues and weights, or JSON: the two lists that stochastic Lanczos tools such as \
      PyHessian return, with one list per run, which are averaged. Docs/SpectrumFormat.md has all forms.

      Noise is the variance of one example's gradient in every direction: a multiple of the curvature, one number, a \
      file with one number per eigenvalue, or measured from gradients of single examples, which also give the \
      starting point.

      Without a file the program takes the path once with an example of its own: a Hessian of \
      \(SyntheticHessian.dimension) parameters that is known only by its products with vectors, whose density \
      stochastic Lanczos quadrature estimates.

      Units: eigenvalues are curvatures, noise is gradient squared, moments are parameter squared.

      Examples, with the output of PyHessian's density() saved by json.dump with default=float, and with a Hessian and gradients saved \
      by numpy.save:

        problem-from-spectrum --spectrum density.json --parameters 269722 --noise-scale 0.5 --initial-loss 2.3
        compare-horizons --problem spectrum/problem.json

        problem-from-spectrum --hessian hessian.npy --gradients gradients.npy --batch-size 128

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @Option(.file, "Eigenvalues and weights: CSV, .npy or JSON.", value: "file") var spectrum: String?

  @Option(.name, "The column or key of the eigenvalues. (default: guessed)", value: "name")
  var eigenvalueColumn: TypedName?

  @Option(
    .name, "The column or key of the weights. (default: guessed; without it all are equal)", value: "name")
  var weightColumn: TypedName?

  @Option(.file, "A dense Hessian (.npy) in place of a spectrum.", value: "file") var hessian: String?

  @Option(
    .fraction,
    "Eigenvalues up to this multiple of the largest one's size are left out.", value: "factor")
  var floor = 1e-6

  @Option(
    .positiveNumber,
    "The number of parameters. A weight times this number is a multiplicity. (default: 1, so that multiplicities "
      + "are shares; with eigenvectors one per eigenvalue)", value: "number")
  var parameters: Double?

  @Option(
    .number("a finite number ≥ 0") { $0 >= 0 }, "Noise as a multiple of the curvature. (default: 1)",
    value: "number")
  var noiseScale: Double?

  @Option(
    .number("a finite number ≥ 0") { $0 >= 0 }, "Noise that is the same in all directions.", value: "number")
  var noise: Double?

  @Option(.file, "Noise from a file, one number per eigenvalue: CSV, .npy or JSON.", value: "file")
  var noiseFile: String?

  @Option(.name, "The column of the noise in a CSV file. (default: guessed)", value: "name")
  var noiseColumn: TypedName?

  @Option(
    .number("a finite number ≥ 0") { $0 >= 0 },
    "The second moment at the start, the same in all directions. (default: 1, or from the gradients)",
    value: "number")
  var moment: Double?

  @Option(
    .file, "Second moments at the start from a file, one number per eigenvalue: CSV, .npy or JSON.",
    value: "file")
  var momentFile: String?

  @Option(.name, "The column of the second moments in a CSV file. (default: guessed)", value: "name")
  var momentColumn: TypedName?

  @Option(
    .positiveNumber, "Choose the second moment so that the initial excess loss is this number.",
    value: "number")
  var initialLoss: Double?

  @Option(
    .file,
    "Gradients of single examples (.npy, examples x parameters): noise and start in the basis of --hessian or "
      + "--eigenvectors.", value: "file")
  var gradients: String?

  @Option(
    .file, "Eigenvectors (.npy, parameters x eigenvalues) that belong to the eigenvalues of --spectrum.",
    value: "file")
  var eigenvectors: String?

  @Option(.positiveNumber, "Examples per step.", value: "number") var batchSize = 1.0

  @Option(.name, "The problem's name. (default: that of the file)", value: "name") var name: TypedName?

  @Option(.integer(1...), "Random probes of the built-in example.", value: "n") var probes = 8

  @Option(.integer(1...), "Lanczos steps per probe of the built-in example.", value: "steps") var steps = 60

  @Option(.seed, "Seed of the built-in example.", value: "n") var seed: UInt64 = 0

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./spectrum"

  @Flag(help: "Draw no plot.") var noPlots = false

  @Flag(help: "No table and no progress. Errors and warnings are still printed.") var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["gradientNoise": "--noise", "initialSecondMoment": "--moment"]
}
