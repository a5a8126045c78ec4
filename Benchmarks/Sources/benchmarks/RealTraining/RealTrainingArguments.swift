import ArgumentParser

/// The command line of the command that plans a schedule from real training curves.
struct RealTrainingArguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks real-training",
    abstract: "Fits short training runs of a real network, and runs the schedule that is planned from them.",
    discussion: """
      Three short runs of plain SGD are fitted, and the best schedule for a longer run is planned. Cosine, linear, \
      constant and a plateau with a linear decay are tuned by long runs. All are then run on the same seeds.

      With 60000 images every image is seen thirteen times in the long runs; with --images 800000 drawn digits, once.
      """)

  @Option(help: .init("A folder with MNIST (Docs/Data.md). (default: drawn digits)", valueName: "folder"))
  var data: String?
  @Option(help: "Training images.") var images = 60_000
  @Option(help: "Steps of each of the three runs that are fitted.") var shortSteps = 2000
  @Option(help: "Steps of the schedules that are compared.") var steps = 8000
  @Option(help: "Seeds of the comparison, at least 2.") var seeds = 5
  @Option(help: .init("Write curves and schedules as CSV and all figures as JSON.", valueName: "folder"))
  var output: String?
  @Option(help: .init("Draw curves and schedules to this SVG file.", valueName: "file.svg"))
  var plot: String?

  mutating func validate() throws {
    for (option, value, range) in [
      ("images", images, 600...1_000_000), ("short-steps", shortSteps, 200...1_000_000),
      ("steps", steps, 20...1_000_000), ("seeds", seeds, 2...1000),
    ] where !range.contains(value) {
      throw ValidationError(
        "--\(option) is \(value), expected an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    for (option, path) in [("--output", output), ("--plot", plot)] where path == "" {
      throw ValidationError("\(option) is empty, expected a path")
    }
    if let plot, !plot.hasSuffix(".svg") {
      throw ValidationError("--plot is \(plot), expected a file name that ends in .svg")
    }
  }
}
