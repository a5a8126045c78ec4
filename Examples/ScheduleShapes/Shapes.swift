import ArgumentParser
import NoisyQuadraticFiles
import ProgramSupport

/// The command line of `shapes`, the default command.
struct Shapes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shapes",
    abstract:
      "Measures the shape of optimal learning-rate schedules, and the cost of the shapes of practice.",
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
      """)

  @Option(.integer(1...), "Number of directions.", value: "count") var dimension = 1000

  @Option(
    .integers(1...1_000_000, upTo: "a million").ascending,
    "Horizons, separated by commas, at most a million.", value: "steps,...")
  var horizons = [100, 1000]

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./shapes"

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No tables and no progress. Errors are still printed.") var quiet = false
}

extension Shapes: FieldNaming {
  static let optionsOfFields = ["curvature.dimension": "--dimension", "horizon": "--horizons"]
}
