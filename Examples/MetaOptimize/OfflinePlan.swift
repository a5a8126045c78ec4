import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments of `offline` ask for, checked.
struct OfflinePlan {
  let common: CommonPlan
  let problem: OfflineMetaOptimization<Float>.Options
  /// Ascending.
  let horizons: [Int]
  let samples, metaSteps, longestDescent: Int
  let rates, exponents: ClosedRange<Double>
  /// Where training curves are taken, ascending.
  let curveSteps: [Int]
  let options: [JSONValue.Member]

  init(_ arguments: Offline) throws(Failure) {
    let isQuick = arguments.common.quick
    horizons = try ArgumentText(
      arguments.horizons ?? (isQuick ? "100,1000,5000" : "100,1000,5000,20000"), of: "--horizons"
    ).integers(upTo: 10_000_000, "the longest allowed")
    samples = try ArgumentText(arguments.samples ?? (isQuick ? "20" : "2500"), of: "--samples").integer(
      in: 1...1_000_000, "an integer from 1 to 1000000")
    metaSteps = try ArgumentText(arguments.metaSteps ?? (isQuick ? "24" : "5000"), of: "--meta-steps")
      .integer(in: 0...1_000_000, "an integer from 0 to 1000000")
    if metaSteps == 0 {
      try ArgumentText.refuse(
        [
          "--longest-descent": arguments.longestDescent, "--meta-rate": arguments.metaRate,
          "--effective-rates": arguments.effectiveRates, "--exponent-limits": arguments.exponentLimits,
          "--gradient-limit": arguments.common.gradientLimit,
        ], beside: "--meta-steps 0")
    }
    longestDescent = try ArgumentText(
      arguments.longestDescent ?? (isQuick ? "1000" : "5000"), of: "--longest-descent"
    ).integer(in: 0...10_000_000, "an integer from 0 to 10000000")
    rates = try ArgumentText(arguments.rates ?? "0.001,0.5", of: "--rates").positiveRange()
    exponents = try ArgumentText(arguments.exponents ?? "0.01,200", of: "--exponents").positiveRange()
    var problem = OfflineMetaOptimization<Float>.Options()
    problem.metaRate = try ArgumentText(
      arguments.metaRate ?? (isQuick ? "0.2" : "0.01"), of: "--meta-rate"
    ).positiveNumber()
    problem.effectiveRates = try ArgumentText(arguments.effectiveRates ?? "1e-4,10", of: "--effective-rates")
      .positiveRange()
    problem.exponents = try ArgumentText(arguments.exponentLimits ?? "1e-4,1e3", of: "--exponent-limits")
      .positiveRange()
    problem.momentum = try ArgumentText(arguments.momentum ?? "0.9", of: "--momentum").momentumLimit()
    problem.timeScale = try ArgumentText(arguments.timeScale ?? "5000", of: "--time-scale").positiveNumber()
    problem.warmStartSteps = try ArgumentText(arguments.warmStart ?? "50", of: "--warm-start").integer(
      in: 0...10_000_000, "an integer from 0 to 10000000")
    problem.warmStartRate = try ArgumentText(arguments.warmStartRate ?? "0.1", of: "--warm-start-rate")
      .positiveNumber()
    let last = try ArgumentText(
      arguments.curveSteps ?? "\(horizons[horizons.count - 1])", of: "--curve-steps"
    ).integer(in: 1...10_000_000, "an integer from 1 to 10000000")
    // Ten a decade, and the last.
    let logarithmic = (0...70).map { Int(pow(10, Double($0) / 10).rounded()) }.filter { $0 < last }
    curveSteps = Array(Set(logarithmic + [last])).sorted()
    common = try CommonPlan(arguments.common, quickImages: 20_000, quickBatches: 100)
    problem.batchSize = common.training.batchSize
    problem.deviation = common.deviation
    problem.gradientLimit = common.gradientLimit
    problem.evaluationBatches = common.evaluationBatches
    problem.seed = common.training.seed
    self.problem = problem
    options =
      common.options + [
        .init("horizons", .array(horizons.map { .number(Double($0)) })),
        .init("samples", .number(Double(samples))), .init("metaSteps", .number(Double(metaSteps))),
        .init("longestDescent", .number(Double(longestDescent))), .init("rates", .array(rates)),
        .init("exponents", .array(exponents)), .init("metaRate", .number(problem.metaRate)),
        .init("effectiveRates", .array(problem.effectiveRates)),
        .init("exponentLimits", .array(problem.exponents)), .init("momentum", .number(problem.momentum)),
        .init("timeScale", .number(problem.timeScale)),
        .init("warmStart", .number(Double(problem.warmStartSteps))),
        .init("warmStartRate", .number(problem.warmStartRate)),
        .init("curveSteps", .number(Double(last))),
      ]
  }

  /// The work of the search: samples in groups, and a descent for every horizon that gets one. The longest first, so
  /// that no core waits at the end.
  func pieces(
    _ problem: OfflineMetaOptimization<Float>
  ) throws(NoisyQuadraticError) -> [(name: String, work: OfflineWork)] {
    var pieces: [(name: String, work: OfflineWork)] = []
    for horizon in horizons.reversed() where metaSteps > 0 && horizon <= longestDescent {
      // A quarter of the way in from two corners, in the logarithms.
      for (k, shares) in [(0.25, 0.25), (0.25, 0.75)].enumerated() {
        let start = [
          ScatteredSurface.value(rates, shares.0), ScatteredSurface.value(exponents, shares.1),
        ]
        pieces.append(
          (
            "descent-\(horizon)-\(k)",
            .descent(try problem.descent(from: start, horizon: horizon), metaSteps: metaSteps)
          ))
      }
    }
    let groups = min(samples, 16)
    for g in 0..<groups {
      let numbers = samples * g / groups..<samples * (g + 1) / groups
      pieces.append(
        (
          "samples-\(g)",
          .samples(.init(numbers: numbers, horizons: horizons, rates: rates, exponents: exponents))
        ))
    }
    return pieces
  }

  func report(
    _ problem: OfflineMetaOptimization<Float>, _ search: OfflineSearch, curves: [OfflineWork]
  ) throws(NoisyQuadraticError) -> OfflineReport {
    var panels: [OfflineReport.Panel] = []
    for (i, horizon) in horizons.enumerated() {
      var curve: [Double] = []
      if case .curve(let work) = curves[i] { curve = work.losses }
      panels.append(
        OfflineReport.Panel(
          horizon: horizon,
          surface: try ScatteredSurface(
            places: search.places, values: search.losses[i], ranges: [rates, exponents]),
          descents: search.descents.filter { $0.horizon == horizon }, best: search.best[i].decay,
          bestLoss: search.best[i].loss, curve: curve))
    }
    return OfflineReport(
      data: common.dataName, options: options, ranges: [rates, exponents], panels: panels,
      curveSteps: curveSteps, startLoss: try problem.startLoss())
  }
}
