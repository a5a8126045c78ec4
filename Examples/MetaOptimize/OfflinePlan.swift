import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments of `offline` together.
struct OfflinePlan {
  let common: CommonPlan
  let problem: OfflineMetaOptimization<Float>.Options
  /// Ascending.
  let horizons: [Int]
  private let samples, metaSteps, longestDescent: Int
  private let rates, exponents: ClosedRange<Double>
  /// Where training curves are taken, ascending.
  let curveSteps: [Int]
  let options: [JSONValue.Member]

  init(_ arguments: Offline) throws(Failure) {
    let isQuick = arguments.common.quick
    horizons = arguments.horizons.value(isQuick: isQuick)
    samples = arguments.samples.value(isQuick: isQuick)
    metaSteps = arguments.metaSteps.value(isQuick: isQuick)
    longestDescent = arguments.longestDescent.value(isQuick: isQuick)
    (rates, exponents) = (arguments.rates, arguments.exponents)
    if metaSteps == 0 {
      try arguments.refuse(
        "--longest-descent", "--meta-rate", "--effective-rates", "--exponent-limits", "--gradient-limit",
        beside: "--meta-steps 0")
    }
    var problem = OfflineMetaOptimization<Float>.Options()
    problem.metaRate = arguments.metaRate.value(isQuick: isQuick)
    problem.effectiveRates = arguments.effectiveRates
    problem.exponents = arguments.exponentLimits
    problem.momentum = arguments.momentum
    problem.timeScale = arguments.timeScale
    problem.warmStartSteps = arguments.warmStart
    problem.warmStartRate = arguments.warmStartRate
    problem.batchSize = arguments.common.training.batchSize
    problem.deviation = arguments.common.deviation
    problem.gradientLimit = arguments.common.gradientLimit
    problem.evaluationBatches = arguments.common.evaluationBatches.value(isQuick: isQuick)
    problem.seed = arguments.common.training.seed
    self.problem = problem
    let last = arguments.curveSteps ?? horizons[horizons.count - 1]
    // Ten a decade, and the last.
    let logarithmic = (0...70).map { Int(pow(10, Double($0) / 10).rounded()) }.filter { $0 < last }
    curveSteps = Array(Set(logarithmic + [last])).sorted()
    common = try CommonPlan(arguments.common)
    options = common.options + arguments.reported(["curveSteps": last.json], isQuick: isQuick)
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
    return try OfflineReport(
      data: common.dataName, options: options, ranges: [rates, exponents], panels: panels,
      curveSteps: curveSteps, startLoss: try problem.startLoss())
  }
}
