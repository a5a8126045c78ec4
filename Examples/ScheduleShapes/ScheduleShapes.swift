import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Measures the shape of optimal schedules on power-law spectra, and what the shapes of practice cost.
@main
struct ScheduleShapes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule-shapes",
    abstract: "Measures the shape of optimal learning-rate schedules.",
    discussion: """
      shapes, the default: the optimum's decay, and what the shapes of practice cost. phases: how optimal schedules \
      change with the horizon, over all source and capacity exponents.
      """,
    version: PackageVersion.current, subcommands: [Shapes.self, Phases.self], defaultSubcommand: Shapes.self)

  static func main() async {
    // The program's own threads keep the cores busy.
    BLASThreads.enter()
    await Program.main(Self.self) { command throws(Failure) in
      switch command {
      case let shapes as Shapes: try run(shapes)
      case let phases as Phases: try await PhaseProgram.run(phases)
      default: throw .usage("a command is missing, expected shapes or phases")
      }
    }
  }

  static let exponents = [0.75, 1, 1.5, 2]
  static let noiseScales = [0.1, 1, 10]

  static func run(_ arguments: Shapes) throws(Failure) {
    let (dimension, horizons) = (arguments.dimension, arguments.horizons)
    let directory = try Program.output(arguments.output)

    if !arguments.quiet {
      let decays = try Program.solving { () throws(NoisyQuadraticError) in try decayTable(dimension) }
      try Program.say(
        "How the optimum decays: \(dimension) direction\(dimension == 1 ? "" : "s"), c = h\n\n\(decays.markdown)"
      )
    }

    var studies: [Study] = []
    var costs = costTable
    for exponent in exponents {
      for noiseScale in noiseScales {
        for horizon in horizons {
          let progress = Progress(
            "a = \(exponent), k = \(noiseScale), T = \(horizon)", isSilent: arguments.quiet)
          defer { progress.end() }
          let study = try Program.solving { () throws(NoisyQuadraticError) in
            try Study(
              exponent: exponent, noiseScale: noiseScale, dimension: dimension, horizon: horizon)
          }
          costs.add(study.costs)
          studies.append(study)
        }
      }
    }
    if !arguments.quiet {
      try Program.say(
        "Loss of the best member of every shape over that of the optimum, and its parameter\n\n\(costs.markdown)"
      )
      var predictions = predictionTable
      for study in studies where study.noiseScale == 1 {
        for rateLimit in [0.2, 1] {
          predictions.add(
            try Program.solving { () throws(NoisyQuadraticError) in try study.prediction(rateLimit: rateLimit)
            })
        }
      }
      try Program.say("Continuous limit and bounds, c = h\n\n\(predictions.markdown)")
    }

    guard !arguments.noPlots else { return }
    let plots = try Program.solving { () throws(NoisyQuadraticError) in
      [try optimalShapes(dimension), practicalShapes(studies)]
    }
    try Program.finish(nil, plots, in: directory, isSilent: arguments.quiet) { () throws(FileError) in
      try directory.write(plots, outOf: plots.map(\.name), before: [], after: [])
    }
  }
}
