import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// What follows from several arguments of `online` together.
struct OnlinePlan: SeedPlan {
  /// The names of all runs, and how each differs from the common options.
  private let runs: [(name: String, options: OnlineWork.Options)]
  private let layout: [(unit: WorkUnit, seed: UInt64, run: Int)]
  private let setups: [UInt64: CommonPlan]
  /// The options of the command for the JSON file.
  private let options: [JSONValue.Member]

  init(_ arguments: Online) throws(Failure) {
    let isQuick = arguments.common.quick
    var base = OnlineWork.Options()
    base.steps = arguments.steps.value(isQuick: isQuick)
    base.adaptationSteps = arguments.adaptationSteps ?? base.steps / 2
    base.lookahead = arguments.lookahead
    base.objectiveBatches = arguments.objectiveBatches
    base.interval = arguments.interval
    base.metaSteps = arguments.metaSteps.value(isQuick: isQuick)
    base.metaRate = arguments.metaRate
    base.effectiveRates = arguments.effectiveRates
    base.momentumGaps = arguments.momentumGaps
    base.momentum = arguments.momentum
    base.finalEffectiveRate = arguments.finalRate
    base.evaluationInterval = arguments.evaluationInterval ?? max(base.steps / 50, 1)
    let rate = arguments.learningRate ?? (arguments.common.network == .cnn ? 0.005 : 0.1)
    base.learningRate = rate
    base.batchSize = arguments.common.training.batchSize
    base.deviation = arguments.common.deviation
    base.gradientLimit = arguments.common.gradientLimit
    base.evaluationBatches = arguments.common.evaluationBatches.value(isQuick: isQuick)
    if let text = arguments.given("--adaptation-steps"), base.adaptationSteps > base.steps {
      throw .usage("--adaptation-steps is \(text), expected at most the \(base.steps) of --steps")
    }
    for (option, count) in [("--adaptation-steps", base.adaptationSteps), ("--meta-steps", base.metaSteps)]
    where count == 0 {
      try arguments.refuse(
        "--lookahead", "--objective-batches", "--interval", "--meta-rate", "--gradient-limit",
        beside: "\(option) 0")
    }
    var baseline = base
    baseline.isAdaptive = false
    var runs = [(name: "fixed-\(rate)", options: baseline)]
    for start in arguments.starts.value(isQuick: isQuick)
    where !runs.contains(where: { $0.name == "smd-\(start)" }) {
      var options = base
      options.learningRate = start
      runs.append(("smd-\(start)", options))
    }
    if !arguments.noDeterministic {
      var options = base
      options.isDeterministic = true
      runs.append(("deterministic-\(rate)", options))
    }
    self.runs = runs
    // Before images are drawn or read.
    for run in runs {
      try Program.solving { () throws(NoisyQuadraticError) in try run.options.check() }
    }
    let layout = try arguments.common.training.allSeeds().flatMap { seed in
      runs.enumerated().map { i, run in
        (
          unit: WorkUnit("seed-\(seed)-\(run.name)", seed: seed, effort: OnlineWork.effort(run.options)),
          seed: seed, run: i
        )
      }
    }
    self.layout = layout
    let used = try arguments.common.training.seeds(of: layout.count, in: arguments.common.units) {
      layout[$0].seed
    }
    setups = try CommonPlan.plans(for: used, arguments.common)
    options = arguments.reported(
      [
        "adaptationSteps": base.adaptationSteps.json, "learningRate": rate.json,
        "evaluationInterval": base.evaluationInterval.json, "noDeterministic": nil,
      ], keys: ["finalRate": "finalEffectiveRate"], isQuick: isQuick)
    // Before any unit is begun.
    for unit in layout.indices where setups[layout[unit].seed] != nil {
      _ = try Program.solving { () throws(NoisyQuadraticError) in try problem(unit) }
    }
  }

  /// The units, and how each is done.
  var units: UnitPlan<OnlineWork> {
    UnitPlan(layout.map(\.unit)) { unit in
      (setups[layout[unit].seed]?.options ?? []) + options
    } begin: { unit, _ throws(NoisyQuadraticError) in
      OnlineWork(runs[layout[unit].run].name, try problem(unit))
    } advance: { unit, cores, work throws(NoisyQuadraticError) in
      try work.advance(try problem(unit).with(workers: cores))
    }
  }

  private func problem(_ unit: Int) throws(NoisyQuadraticError) -> OnlineMetaOptimization<Float> {
    guard let setup = setups[layout[unit].seed] else {
      throw .invalidCount(field: "--units", value: unit, expected: "a unit of a seed in use")
    }
    var options = runs[layout[unit].run].options
    options.seed = layout[unit].seed
    return try OnlineMetaOptimization(setup.trainer, setup.images, options: options)
  }

  /// The reports of all seeds.
  func reports(_ works: [OnlineWork]) throws(NoisyQuadraticError) -> [(seed: UInt64, report: OnlineReport)] {
    var reports: [(seed: UInt64, report: OnlineReport)] = []
    for (seed, setup) in setups.sorted(by: { $0.key < $1.key }) {
      reports.append(
        (
          seed,
          try OnlineReport(
            data: setup.dataName, options: setup.options + options,
            works: layout.indices.filter { layout[$0].seed == seed }.map { works[$0] })
        ))
    }
    return reports
  }
}
