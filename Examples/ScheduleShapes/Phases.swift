import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The command line of `phases`.
struct Phases: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phases",
    abstract:
      "Measures how optimal schedules change with the horizon, for all source and capacity exponents.",
    discussion: """
      Problems with h_i = i^-b, c_i = k h_i and h_i m_i = i^-(1 + s b) for source exponents s and capacity exponents b. \
      For every one and every horizon computes the exact optimum, and from each horizon to the next the exponents of \
      the final loss, of the largest rate and of the share of the run that decays, and the power of the decay, beside \
      their limits for endless runs. Prints a table and writes phases.csv, phases.json and plots.

      Every point is a unit of work. Units can be done by many processes and machines, and merged.

      Units: learning rates are 1/curvature with h_1 = 1, losses are expected excess losses, horizons are steps. \
      Momentum is heavy ball with the rate inside the velocity: v = mu v - alpha g, theta = theta + v. Its rates are \
      shown as effective ones: how far one step's gradient moves a parameter until the end.

      The defaults take some four seconds. A horizon of a million takes some ten seconds for every point; with momentum, \
      some seconds are enough up to 10000.

      Examples, seconds and some minutes:

        schedule-shapes phases --sources 0.5 --capacities 2 --horizons 100,1000
        schedule-shapes phases --horizons 100,1000,10000,100000,1000000

      \(Failure.statusesWithUnits)
      """)

  @Option(
    .positiveNumbers.differing(), "Source exponents s, at most 100, separated by commas.", value: "number,..."
  )
  var sources = [0.25, 0.5, 1]

  @Option(
    .list(of: .number("numbers above 1, separated by commas") { $0 > 1 && $0.isFinite }).differing(),
    "Capacity exponents b, at most 100, separated by commas.", value: "number,...")
  var capacities = [1.25, 1.5, 2, 3]

  @Option(
    .integers(1...10_000_000, upTo: "ten million").differing().ascending,
    "Horizons of exact optima, separated by commas, which are sorted.", value: "steps,...")
  var horizons = [100, 1000, 10_000]

  @Option(
    .integers(1...1 << 53).differing().ascending,
    "Horizons of the continuous limit, which costs nothing however long they are, separated by commas; sorted too. It "
      + "has additive noise and no momentum: other points have none.",
    value: "steps,...")
  var continuousHorizons = [
    1_000_000, 100_000_000, 10_000_000_000, 1_000_000_000_000, 100_000_000_000_000,
  ]

  @Option(.integer(1...), "Number of directions. (default: infinitely many)", value: "count") var dimension:
    Int?

  @Option(.positiveNumber, "Noise k.", value: "number") var noiseScale = 1.0

  @Option(
    .choice,
    "\(SourceCapacityNoise.alternatives): streaming least squares, whose noise grows with the error. The continuous "
      + "limit has additive noise only.", value: "name")
  var noise = SourceCapacityNoise.additive

  @Option(
    .rateLimit,
    "\(RateLimit.help). With noise that grows, 2/hmax stands for the limit of stability, and 1/hmax for half of it.",
    value: "limit")
  var learningRateLimit = RateLimit.oneOverMaximumCurvature

  @Option(
    .fractions.differing(),
    "The largest momenta, each at least 0 and below 1, separated by commas. With 0 there is no momentum.",
    value: "limit,...")
  var momentumLimits = [0.0]

  @Option(
    .integer(1...1_000_000),
    "The most pairs of sweeps in a search, to see what more of them gain. (default: by the size of the problem)",
    value: "count")
  var sweeps: Int?

  @Option(.directory, "The directory to write to.", value: "directory") var output = "./phases"

  @OptionGroup var units: UnitOptions

  @Flag(help: "Draw no plots.") var noPlots = false

  @Flag(help: "No table and no progress. Errors and warnings are still printed.") var quiet = false
}

extension Phases: FieldNaming {
  static let optionsOfFields = [
    "source": "--sources", "capacity": "--capacities", "horizon": "--horizons", "dimension": "--dimension",
    "curvature.dimension": "--dimension", "learningRateLimit": "--learning-rate-limit",
  ]
}
