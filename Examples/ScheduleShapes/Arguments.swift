import ArgumentParser
import NoisyQuadraticFiles
import ProgramSupport

/// The command line, as text.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule-shapes",
    abstract: "What shape the optimal learning-rate schedule has, and what the shapes of practice cost.",
    discussion: """
      Power-law spectra h_i = i^-a, gradient noise c = k h, initial second moment 1, plain SGD, learning rate \
      at most 1/h_max = 1. Prints three tables in Markdown (the optimum's decay; the loss of the best member of every \
      shape over that of the optimum; predictions and bounds), and writes optimal-shapes and practical-shapes as \
      plots.

      Units: learning rates are 1/curvature, losses are expected excess losses, horizons are steps.

      In parentheses, a shape's best parameters: a rate at the end over the first; powers; the parts of the run for warmup \
      and, after it, for decay. Inverse time is (1 + 20 t/T)^-power.

      The defaults take some two seconds, a horizon of 10000 ten more.

      Example, a few seconds:

        schedule-shapes --dimension 100 --horizons 50,200

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @Option(parsing: .unconditional, help: .init("Number of directions. (default: 1000)", valueName: "count"))
  var dimension: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Horizons, separated by commas, at most a million. (default: 100,1000)", valueName: "steps,..."))
  var horizons: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./shapes)", valueName: "directory"))
  var output: String?

  @Flag(help: "Draw no plots.")
  var noPlots = false

  @Flag(help: "No progress. Errors are still printed.")
  var quiet = false
}

extension Arguments: FieldNaming {
  static let optionsOfFields = ["curvature.dimension": "--dimension", "horizon": "--horizons"]
}
