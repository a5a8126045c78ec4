import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments of `online` ask for, checked.
struct OnlinePlan {
  let common: CommonPlan
  /// Names and options of all runs.
  let runs: [(name: String, options: OnlineWork.Options)]
  let options: [JSONValue.Member]

  init(_ arguments: Online) throws(Failure) {
    let isQuick = arguments.common.quick
    func integer(_ text: String?, _ option: String, _ fallback: Int, from least: Int = 1) throws(Failure)
      -> Int
    {
      try ArgumentText(text ?? "\(fallback)", of: option).integer(
        in: least...100_000_000, "an integer from \(least) to 100000000")
    }
    var base = OnlineWork.Options()
    base.steps = try integer(arguments.steps, "--steps", isQuick ? 6000 : 50_000)
    base.adaptationSteps = try integer(
      arguments.adaptationSteps, "--adaptation-steps", base.steps / 2, from: 0)
    base.lookahead = try integer(arguments.lookahead, "--lookahead", 5)
    base.objectiveBatches = try integer(arguments.objectiveBatches, "--objective-batches", 5)
    base.interval = try integer(arguments.interval, "--interval", 10)
    base.metaSteps = try integer(arguments.metaSteps, "--meta-steps", isQuick ? 5 : 100, from: 0)
    if base.adaptationSteps > base.steps, let text = arguments.adaptationSteps {
      throw ArgumentText(text, of: "--adaptation-steps").failure("at most the \(base.steps) of --steps")
    }
    for (option, count) in [("--adaptation-steps", base.adaptationSteps), ("--meta-steps", base.metaSteps)]
    where count == 0 {
      try ArgumentText.refuse(
        [
          "--lookahead": arguments.lookahead, "--objective-batches": arguments.objectiveBatches,
          "--interval": arguments.interval, "--meta-rate": arguments.metaRate,
          "--gradient-limit": arguments.common.gradientLimit,
        ], beside: "\(option) 0")
    }
    base.metaRate = try ArgumentText(arguments.metaRate ?? "0.01", of: "--meta-rate").positiveNumber()
    base.effectiveRates = try ArgumentText(arguments.effectiveRates ?? "1e-4,10", of: "--effective-rates")
      .positiveRange()
    base.momentumGaps = try ArgumentText(arguments.momentumGaps ?? "1e-4,1", of: "--momentum-gaps")
      .positiveRange()
    base.momentum = try ArgumentText(arguments.momentum ?? "0.9", of: "--momentum").momentumLimit()
    base.finalEffectiveRate = try ArgumentText(arguments.finalRate ?? "1e-4", of: "--final-rate")
      .positiveNumber()
    base.evaluationInterval = try integer(
      arguments.evaluationInterval, "--evaluation-interval", max(base.steps / 50, 1))
    let starts = try ArgumentText(arguments.starts ?? (isQuick ? "0.1" : "0.001,0.01,0.1"), of: "--starts")
      .list { item throws(Failure) in try item.positiveNumber() }
    // Before the images are drawn.
    let given = try arguments.learningRate.map { text throws(Failure) in
      try ArgumentText(text, of: "--learning-rate").positiveNumber()
    }
    common = try CommonPlan(arguments.common, quickImages: 20_000, quickBatches: 100)
    let rate = given ?? (common.isConvolutional ? 0.005 : 0.1)
    base.batchSize = common.training.batchSize
    base.deviation = common.deviation
    base.gradientLimit = common.gradientLimit
    base.evaluationBatches = common.evaluationBatches
    base.seed = common.training.seed
    base.learningRate = rate
    var baseline = base
    baseline.isAdaptive = false
    var runs = [(name: "fixed-\(rate)", options: baseline)]
    for start in starts where !runs.contains(where: { $0.name == "smd-\(start)" }) {
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
    options =
      common.options + [
        .init("steps", .number(Double(base.steps))),
        .init("adaptationSteps", .number(Double(base.adaptationSteps))),
        .init("lookahead", .number(Double(base.lookahead))),
        .init("objectiveBatches", .number(Double(base.objectiveBatches))),
        .init("interval", .number(Double(base.interval))),
        .init("metaSteps", .number(Double(base.metaSteps))), .init("metaRate", .number(base.metaRate)),
        .init("learningRate", .number(rate)), .init("starts", .array(starts.map { .number($0) })),
        .init("momentum", .number(base.momentum)), .init("effectiveRates", .array(base.effectiveRates)),
        .init("momentumGaps", .array(base.momentumGaps)),
        .init("finalEffectiveRate", .number(base.finalEffectiveRate)),
        .init("evaluationInterval", .number(Double(base.evaluationInterval))),
      ]
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
