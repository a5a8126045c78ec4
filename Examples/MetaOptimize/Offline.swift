import ArgumentParser
import ProgramSupport

/// The command line of `offline`, as text; `OfflinePlan` gives it meaning.
struct Offline: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The decay of the learning rate that is best after so many steps.",
    discussion: """
      Trains a warm start, then searches over the two parameters of alpha_t = alpha_0 / (1 + t/K)^beta, at \
      random and by meta-descent: gradients of the final training loss through the whole run, Adam on the \
      logarithms. Prints a table; writes offline.json, offline.csv and two plots: the surfaces with the \
      descents, and the training curves of each horizon's winner.

      The base optimizer is heavy ball with the rate outside the velocity: v = mu v + g, w = w - alpha v. With \
      the paper's numbers of samples and meta-steps the program runs for about a day.

      Example, with MNIST's four files in the folder mnist, under an hour:

        meta-optimize offline --data mnist --samples 160 --meta-steps 60
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: .init("Numbers of steps. (default: 100,1000,5000,20000)", valueName: "steps,..."))
  var horizons: String?

  @Option(
    parsing: .unconditional,
    help: .init("Random samples of the surfaces. (default: 2500)", valueName: "n"))
  var samples: String?

  @Option(
    parsing: .unconditional,
    help: .init("Meta-steps of every descent; 0 for none. (default: 5000)", valueName: "n"))
  var metaSteps: String?

  @Option(
    parsing: .unconditional,
    help: .init("Horizons up to this one get a descent. (default: 5000)", valueName: "steps"))
  var longestDescent: String?

  @Option(
    parsing: .unconditional,
    help: .init("Adam's step in the logarithms. (default: 0.01)", valueName: "number"))
  var metaRate: String?

  @Option(
    parsing: .unconditional,
    help: .init("First and last initial rate of the search. (default: 0.001,0.5)", valueName: "low,high"))
  var rates: String?

  @Option(
    parsing: .unconditional,
    help: .init("First and last exponent of the search. (default: 0.01,200)", valueName: "low,high"))
  var exponents: String?

  @Option(
    parsing: .unconditional,
    help: .init("Where descents stop short: alpha_0/(1 - mu). (default: 1e-4,10)", valueName: "low,high"))
  var effectiveRates: String?

  @Option(
    parsing: .unconditional,
    help: .init("Where descents stop short: beta. (default: 1e-4,1e3)", valueName: "low,high"))
  var exponentLimits: String?

  @Option(parsing: .unconditional, help: .init("Momentum. (default: 0.9)", valueName: "mu"))
  var momentum: String?

  @Option(parsing: .unconditional, help: .init("K, in steps. (default: 5000)", valueName: "steps"))
  var timeScale: String?

  @Option(parsing: .unconditional, help: .init("Steps of the warm start. (default: 50)", valueName: "steps"))
  var warmStart: String?

  @Option(
    parsing: .unconditional,
    help: .init("Learning rate of the warm start. (default: 0.1)", valueName: "number"))
  var warmStartRate: String?

  @Option(
    parsing: .unconditional,
    help: .init("Steps of the winners' training curves. (default: the longest horizon)", valueName: "steps"))
  var curveSteps: String?
}

extension Offline: FieldNaming {
  static let optionsOfFields = CommonOptions.optionsOfFields.merging([
    "exponents": "--exponent-limits", "horizon": "--horizons", "warmStartSteps": "--warm-start",
  ]) { _, own in own }
}
