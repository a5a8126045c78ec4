import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// What follows from several arguments of `offline` together.
struct OfflinePlan: SeedPlan {
  /// What a unit does.
  private enum Part {
    case samples(Range<Int>)
    /// From the start with the given number.
    case descent(horizon: Int, start: Int)
    /// Of the best sample for the horizon in the given place.
    case curve(place: Int)

    /// The keys of the options on which the result does not depend, so that a larger study can go on from a
    /// smaller one.
    var ignored: Set<String> {
      let descent: Set = [
        "metaSteps", "longestDescent", "metaRate", "effectiveRates", "exponentLimits", "gradientLimit",
      ]
      switch self {
      case .samples: return descent.union(["samples", "curveSteps"])
      case .descent: return ["samples", "horizons", "longestDescent", "curveSteps"]
      case .curve: return descent
      }
    }
  }

  /// What the units of a seed have in common.
  private struct Setup {
    let common: CommonPlan
    let problem: OfflineMetaOptimization<Float>
    let options: [JSONValue.Member]
  }

  /// Samples in a unit.
  private static let group = 10

  /// Ascending.
  private let horizons: [Int]
  private let samples, metaSteps, longestDescent: Int
  private let rates, exponents: ClosedRange<Double>
  /// Where training curves are taken, ascending.
  private let curveSteps: [Int]
  private let layout: [(unit: WorkUnit, seed: UInt64, part: Part)]
  private let setups: [UInt64: Setup]

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
    let last = arguments.curveSteps ?? horizons[horizons.count - 1]
    // Ten a decade, and the last.
    let logarithmic = (0...70).map { Int(pow(10, Double($0) / 10).rounded()) }.filter { $0 < last }
    curveSteps = Array(Set(logarithmic + [last])).sorted()
    let seeds = try arguments.common.training.allSeeds()
    let units = seeds.count * (samples / Self.group + 1 + 3 * horizons.count)
    guard units <= UnitOptions.most else {
      throw .usage(
        "--samples is \(samples) and --seeds is \(seeds.count), about \(units) units, expected at most "
          + "\(UnitOptions.most)")
    }
    let layout = Self.layout(
      seeds: seeds, horizons: horizons, samples: samples,
      descents: metaSteps > 0 ? horizons.filter { [longestDescent] in $0 <= longestDescent } : [],
      metaSteps: metaSteps, curveSteps: last)
    self.layout = layout
    let used = try arguments.common.training.seeds(of: layout.count, in: arguments.common.units) {
      layout[$0].seed
    }
    var setups: [UInt64: Setup] = [:]
    for (seed, common) in try CommonPlan.plans(for: used, arguments.common) {
      let options = Self.problem(arguments, seed: seed)
      let problem = try Program.solving { () throws(NoisyQuadraticError) in
        try OfflineMetaOptimization(common.trainer, common.images, options: options)
      }
      setups[seed] = Setup(
        common: common, problem: problem,
        options: common.options + arguments.reported(["curveSteps": last.json], isQuick: isQuick))
    }
    self.setups = setups
  }

  private static func problem(_ arguments: Offline, seed: UInt64) -> OfflineMetaOptimization<Float>.Options {
    let isQuick = arguments.common.quick
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
    problem.seed = seed
    return problem
  }

  /// The units: for every seed the samples and two descents for each horizon that gets them, and then for every
  /// seed the curves of the winners.
  private static func layout(
    seeds: [UInt64], horizons: [Int], samples: Int, descents: [Int], metaSteps: Int, curveSteps: Int
  ) -> [(unit: WorkUnit, seed: UInt64, part: Part)] {
    var layout: [(unit: WorkUnit, seed: UInt64, part: Part)] = []
    var sampled: [UInt64: [Int]] = [:]
    func add(_ name: String, _ seed: UInt64, steps: Int, needs: [Int] = [], _ part: Part) {
      layout.append(
        (WorkUnit("seed-\(seed)-\(name)", seed: seed, effort: Double(steps), needs: needs), seed, part))
    }
    for seed in seeds {
      for first in stride(from: 0, to: samples, by: group) {
        let numbers = first..<min(first + group, samples)
        sampled[seed, default: []].append(layout.count)
        add(
          "samples-\(first)-\(numbers.upperBound - 1)", seed, steps: numbers.count * (horizons.last ?? 0),
          .samples(numbers))
      }
      for horizon in descents {
        for start in 0..<2 {
          // A step with two tangents counts as three.
          add(
            "descent-\(horizon)-\(start)", seed, steps: 3 * metaSteps * horizon,
            .descent(horizon: horizon, start: start))
        }
      }
    }
    for seed in seeds {
      for (place, horizon) in horizons.enumerated() {
        add("curve-\(horizon)", seed, steps: curveSteps, needs: sampled[seed] ?? [], .curve(place: place))
      }
    }
    return layout
  }

  /// The units, and how each is done.
  var units: UnitPlan<OfflineWork> {
    UnitPlan(layout.map(\.unit)) { unit in
      let (_, seed, part) = layout[unit]
      return (setups[seed]?.options ?? []).filter { !part.ignored.contains($0.key) }
    } begin: { unit, needed throws(NoisyQuadraticError) in
      switch layout[unit].part {
      case .samples(let numbers):
        return .samples(.init(numbers: numbers, horizons: horizons, rates: rates, exponents: exponents))
      case .descent(let horizon, let start):
        // A quarter of the way in from two corners, in the logarithms.
        let decay = [
          ScatteredSurface.value(rates, 0.25), ScatteredSurface.value(exponents, start == 0 ? 0.25 : 0.75),
        ]
        return .descent(
          try setup(unit).problem.descent(from: decay, horizon: horizon), metaSteps: metaSteps)
      case .curve(let place):
        let best = OfflineSearch(needed, horizons: horizons).best[place]
        // The same batches for all winners.
        return .curve(.init(decay: best.decay, steps: curveSteps, run: -1))
      }
    } advance: { unit, cores, work throws(NoisyQuadraticError) in
      try work.advance(try setup(unit).problem.with(workers: cores))
    }
  }

  /// The setup of a unit that is in use.
  private func setup(_ unit: Int) throws(NoisyQuadraticError) -> Setup {
    guard let setup = setups[layout[unit].seed] else {
      throw .invalidCount(field: "--units", value: unit, expected: "a unit of a seed in use")
    }
    return setup
  }

  /// The reports of all seeds.
  func reports(_ works: [OfflineWork]) throws(NoisyQuadraticError) -> [(seed: UInt64, report: OfflineReport)]
  {
    var reports: [(seed: UInt64, report: OfflineReport)] = []
    for (seed, setup) in setups.sorted(by: { $0.key < $1.key }) {
      let own = layout.indices.filter { layout[$0].seed == seed }.map { works[$0] }
      reports.append((seed, try report(setup, own)))
    }
    return reports
  }

  private func report(_ setup: Setup, _ works: [OfflineWork]) throws(NoisyQuadraticError) -> OfflineReport {
    let search = OfflineSearch(works, horizons: horizons)
    var panels: [OfflineReport.Panel] = []
    for (i, horizon) in horizons.enumerated() {
      panels.append(
        OfflineReport.Panel(
          horizon: horizon,
          surface: try ScatteredSurface(
            places: search.places, values: search.losses[i], ranges: [rates, exponents]),
          descents: search.descents.filter { $0.horizon == horizon }, best: search.best[i].decay,
          bestLoss: search.best[i].loss, curve: search.curves[i]))
    }
    return try OfflineReport(
      data: setup.common.dataName, options: setup.options, ranges: [rates, exponents], panels: panels,
      curveSteps: curveSteps, startLoss: try setup.problem.startLoss())
  }
}
