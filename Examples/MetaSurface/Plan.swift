import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problem: NamedProblem
  let family: InverseTimeFamily
  let rates, exponents: LossSurface.Axis
  let descent: MetaDescent
  /// Where the meta-descents start.
  let starts: [[Double]]
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    if arguments.metaSteps == 0 { try arguments.refuse("--meta-rate", beside: "--meta-steps 0") }
    problem = try arguments.source.load(default: Arguments.preset)
    let unit = 1 / problem.model.maximumCurvature
    let rateRange = arguments.rates ?? 0.001 * unit...0.5 * unit
    family = InverseTimeFamily(timeScale: arguments.timeScale, momentum: .fixed(arguments.momentum))
    var options = MetaDescent.Options()
    options.steps = arguments.metaSteps
    options.learningRate = arguments.metaRate
    options.effectiveRates =
      options.effectiveRates.lowerBound * unit...options.effectiveRates.upperBound * unit
    descent = MetaDescent(family: family, options: options)
    let grid = arguments.grid
    do throws(NoisyQuadraticError) {
      rates = try LossSurface.Axis(parameter: 0, range: rateRange, count: grid)
      exponents = try LossSurface.Axis(parameter: 1, range: arguments.exponents, count: grid)
      let longest = arguments.horizons[arguments.horizons.count - 1]
      let task =
        SweepEngine.doubles(
          dimension: problem.model.dimension, steps: longest, rule: .heavyBall) + 16 * Double(longest)
      try MemoryRequirement.check(
        "--horizons", longest, doubles: task * Double(ProcessInfo.processInfo.activeProcessorCount))
    } catch {
      throw Failure(error)
    }
    // An eighth of the way in from every corner, in the logarithms.
    let (low, high) = (grid / 8, grid - 1 - grid / 8)
    starts = [(low, low), (low, high), (high, low), (high, high)].map { [rates, exponents] in
      [rates.values[$0], exponents.values[$1]]
    }
    self.options =
      arguments.source.reported(default: Arguments.preset) + arguments.reported(["rates": rateRange.json])
      + [.init("learningRateLimit", RateLimit.twoOverMaximumCurvature.json)] + Arguments.identity
  }
}
