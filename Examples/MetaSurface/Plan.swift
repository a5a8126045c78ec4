import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments ask for, checked.
struct Plan {
  let problem: ProblemFile
  let family: InverseTimeFamily
  /// Ascending.
  let horizons: [Int]
  let rates, exponents: LossSurface.Axis
  let descent: MetaDescent
  /// Where the meta-descents start.
  let starts: [[Double]]
  let output: String
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    let preset = try arguments.source.reference(default: .zhang2019)
    horizons = try ArgumentText(arguments.horizons ?? "100,1000,5000,20000", of: "--horizons")
      .integers(upTo: 1_000_000_000, "the longest allowed")
    let grid = try ArgumentText(arguments.grid ?? "33", of: "--grid").integer(
      in: 2...1000, "an integer from 2 to 1000")
    let momentum = try ArgumentText(arguments.momentum ?? "0.9", of: "--momentum").momentumLimit()
    let timeScale = try ArgumentText(arguments.timeScale ?? "5000", of: "--time-scale").positiveNumber()
    let metaSteps = try ArgumentText(arguments.metaSteps ?? "200", of: "--meta-steps").integer(
      in: 0...1_000_000, "an integer from 0 to 1000000")
    if metaSteps == 0 {
      try ArgumentText.refuse(["--meta-rate": arguments.metaRate], beside: "--meta-steps 0")
    }
    let metaRate = try ArgumentText(arguments.metaRate ?? "0.1", of: "--meta-rate").positiveNumber()
    problem = try arguments.source.load(default: .zhang2019)
    let unit = 1 / problem.model.maximumCurvature
    let rateRange =
      try arguments.rates.map { text throws(Failure) in try ArgumentText(text, of: "--rates").positiveRange()
      }
      ?? 0.001 * unit...0.5 * unit
    let exponentRange = try ArgumentText(arguments.exponents ?? "0.01,200", of: "--exponents").positiveRange()
    family = InverseTimeFamily(timeScale: timeScale, momentum: .fixed(momentum))
    var options = MetaDescent.Options()
    options.steps = metaSteps
    options.learningRate = metaRate
    options.effectiveRates =
      options.effectiveRates.lowerBound * unit...options.effectiveRates.upperBound * unit
    descent = MetaDescent(family: family, options: options)
    output = arguments.output ?? "./meta-surface"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    do throws(NoisyQuadraticError) {
      rates = try LossSurface.Axis(parameter: 0, range: rateRange, count: grid)
      exponents = try LossSurface.Axis(parameter: 1, range: exponentRange, count: grid)
      let longest = horizons[horizons.count - 1]
      let task =
        SweepEngine.doubles(
          dimension: problem.model.dimension, steps: longest, rule: .heavyBall) + 16 * Double(longest)
      try MemoryRequirement.check(
        "--horizons", longest, doubles: task * Double(ProcessInfo.processInfo.activeProcessorCount))
    } catch {
      throw .usage(error)
    }
    // An eighth of the way in from every corner, in the logarithms.
    let (low, high) = (grid / 8, grid - 1 - grid / 8)
    starts = [(low, low), (low, high), (high, low), (high, high)].map { [rates, exponents] in
      [rates.values[$0], exponents.values[$1]]
    }
    self.options = [
      .init("preset", preset.map { .string($0.rawValue) } ?? .null),
      .init("problem", arguments.source.problem.map { .string($0) } ?? .null),
      .init("horizons", .array(horizons.map { .number(Double($0)) })),
      .init("grid", .number(Double(grid))),
      .init("rates", .array([.number(rateRange.lowerBound), .number(rateRange.upperBound)])),
      .init("exponents", .array([.number(exponentRange.lowerBound), .number(exponentRange.upperBound)])),
      .init("timeScale", .number(timeScale)),
      .init("momentum", .number(momentum)),
      .init("metaSteps", .number(Double(metaSteps))),
      .init("metaRate", .number(metaRate)),
      .init("learningRateLimit", .string("2/hmax")),
      .init("program", .string("meta-surface")),
      .init("programVersion", .string(PackageVersion.current)),
    ]
  }
}
