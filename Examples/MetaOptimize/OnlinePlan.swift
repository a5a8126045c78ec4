import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments of `online` together.
struct OnlinePlan {
  let common: CommonPlan
  /// Names and options of all runs.
  let runs: [(name: String, options: OnlineWork.Options)]
  let options: [JSONValue.Member]

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
    base.seed = arguments.common.training.seed
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
    common = try CommonPlan(arguments.common)
    options =
      common.options
      + arguments.reported(
        [
          "adaptationSteps": base.adaptationSteps.json, "learningRate": rate.json,
          "evaluationInterval": base.evaluationInterval.json, "noDeterministic": nil,
        ], keys: ["finalRate": "finalEffectiveRate"], isQuick: isQuick)
  }

  /// The runs as pieces of work, those that take longest first.
  func pieces() throws(NoisyQuadraticError) -> [(name: String, work: OnlineWork)] {
    var pieces: [(name: String, work: OnlineWork)] = []
    for (name, options) in runs {
      let problem = try OnlineMetaOptimization(common.trainer, common.images, options: options)
      pieces.append(("online-\(name)", OnlineWork(name, problem)))
    }
    return pieces.sorted { $0.work.effort > $1.work.effort }
  }
}
