import ArgumentParser

/// The command line of the measuring command.
struct MeasureArguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "How fast the library is on this machine, beside what the machine can do.",
    discussion: """
      Prints one row per figure: the median of several runs, the fastest and the slowest of them, the project's \
      target, this machine's measured limit, the ratio to it, and with --baseline the ratio to an earlier run.

      The limit of a loss curve is the time that its arithmetic takes in registers, touching no memory. The \
      limit of a solve is the same for one exact evaluation of its run, so its ratio says how many evaluations \
      the whole search costs. \
      The limit of a network's step is its matrix products in float, shared by all workers.

      Loss curves and training steps are timed in this process after a warm-up. Every solve is the first in a process of its own, \
      timed from the model in memory to the solution.

      Exit status: 0 done; 64 wrong usage; 65 wrong data in a file; 66 file unreadable; 70 internal error; \
      73 file cannot be created; 74 writing failed.
      """)

  @Option(
    parsing: .unconditional,
    help: .init("Only figures whose name contains this text; commas separate several.", valueName: "text"))
  var filter: String?

  @Flag(help: "Also the figures that take minutes.")
  var long = false

  @Flag(help: "List the figures and what they measure, and measure nothing.")
  var list = false

  @Option(
    parsing: .unconditional,
    help: .init(
      "Runs of every solve, fewer of those that take long; three times as many of the rest.",
      valueName: "number"))
  var repetitions = 5

  @Option(
    parsing: .unconditional,
    help: .init("Save the medians as a baseline of this machine (JSON).", valueName: "file"))
  var save: String?

  @Option(
    parsing: .unconditional,
    help: .init("Show the ratio to a saved baseline: below 1 is faster now.", valueName: "file"))
  var baseline: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Draw the scaling figures: a gnuplot script beside it and, if gnuplot is installed, this picture.",
      valueName: "file.svg"))
  var plot: String?

  mutating func validate() throws {
    guard (1...1000).contains(repetitions) else {
      throw ValidationError("--repetitions is \(repetitions), expected an integer from 1 to 1000")
    }
    for (option, path) in [("--save", save), ("--baseline", baseline), ("--plot", plot)] where path == "" {
      throw ValidationError("\(option) is empty, expected a file")
    }
    if let plot, !plot.hasSuffix(".svg") {
      throw ValidationError("--plot is \(plot), expected a file name that ends in .svg")
    }
  }
}
