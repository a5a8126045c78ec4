/// The search for the best rates of a schedule, with batch sizes that follow from the rates.
struct BatchScheduleSearch {
  private let model: NoisyQuadraticModel
  private let setup: SolverSetup
  private let options: BatchScheduleOptions
  private let run: BatchedRun
  private let steps: Int
  /// The batch size in the noise of the setup.
  private let mean: Double
  private let sizes: ([Double]) -> [Double]
  /// The unit of rates, and the limit in that unit.
  private let unit, limit: Double

  init(
    _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits, _ options: BatchScheduleOptions,
    steps: Int, mean: Double, _ sizes: @escaping ([Double]) -> [Double]
  ) throws(NoisyQuadraticError) {
    // A named limit is that of the model at its own batch size.
    let rate = try limits.learningRate.value(for: model)
    let own = HyperparameterLimits(learningRate: rate.map { .value($0) } ?? .none)
    setup = try SolverSetup(model.with(batchSize: mean), horizon: steps, own, passes: 1000)
    try MemoryRequirement.check(
      "steps", steps, doubles: BatchedRun.doubles(dimension: setup.problem.dimension, steps: steps))
    run = BatchedRun(setup.problem, steps: steps)
    (self.model, self.options, self.steps, self.mean, self.sizes) = (model, options, steps, mean, sizes)
    unit = setup.limits.referenceRate(setup.problem)
    limit = unit > 0 ? setup.limits.scaledRate / unit : 1
  }

  private func evaluate(_ rates: [Double]) -> BatchedRun.Evaluation {
    run(rates) { sizes($0).map { mean / $0 } }
  }

  /// The smallest rate, in the unit of rates.
  private static let lowest = 1e-9

  func best() throws(NoisyQuadraticError) -> BatchScheduleSolution {
    guard unit > 0 else { return try solution(Array(repeating: 0, count: steps), .converged, 0) }
    let top = Elementary.log(limit)
    var minimizer = BoundedLBFGS(
      lower: Array(repeating: Elementary.log(Self.lowest), count: steps),
      upper: Array(repeating: top, count: steps), maximumIterations: options.maximumIterations,
      tolerance: 1e-3 * options.tolerance)
    minimizer.longestStep = 2
    let plan = ContinuousPlan(setup.problem, rateLimit: unit, steps: Double(steps))
    let starts = [
      Array(repeating: 0.1, count: steps), Array(repeating: 1, count: steps), plan.rates().map { $0 / unit },
    ]
    let outcomes = starts.map { start in
      minimizer.minimize(
        { x in
          let rates = x.map { unit * Elementary.exp($0) }
          let found = evaluate(rates)
          guard found.value > 0, found.value.isFinite else {
            return BoundedBFGS.Evaluation(value: .infinity, gradient: x)
          }
          return BoundedBFGS.Evaluation(
            value: Elementary.log(found.value),
            gradient: x.indices.map { rates[$0] * found.slopes[$0] / found.value })
        }, from: start.map { Elementary.log(max($0, Self.lowest)) })
    }
    let values = outcomes.map { $0.value.isNaN ? .infinity : $0.value }
    let first = values.indices.min { (values[$0], $0) < (values[$1], $1) } ?? 0
    let rates = outcomes[first].point.map { $0 >= top ? unit * limit : unit * Elementary.exp($0) }
    let agreeing = values.count { $0 <= values[first] + 1e-6 }
    return try solution(
      rates, agreeing > 1 ? .converged : .localOptimum, outcomes.reduce(0) { $0 + $1.evaluations })
  }

  func bestConstantRate() throws(NoisyQuadraticError) -> BatchScheduleSolution {
    var evaluations = 0
    func loss(_ x: Double) -> Double {
      evaluations += 1
      let value = evaluate(Array(repeating: unit * Elementary.exp(x), count: steps)).value
      return value.isFinite ? value : .infinity
    }
    guard unit > 0 else { return try solution(Array(repeating: 0, count: steps), .converged, 0) }
    let (bottom, top) = (Elementary.log(Self.lowest), min(Elementary.log(limit), 3))
    // Two points for every factor of e, so that the lowest of several valleys is found.
    let count = Int(2 * (top - bottom)) + 1
    let points = (0...count).map { bottom + (top - bottom) * Double($0) / Double(count) }
    let values = points.map(loss)
    let best = values.indices.min { (values[$0], $0) < (values[$1], $1) } ?? 0
    let found = ScalarMinimizer.brent(
      loss, lower: points[max(best - 1, 0)], upper: points[min(best + 1, count)], guess: points[best],
      tolerance: 1e-9)
    let x = values[count] <= found.value ? top : found.x
    let rate = x >= top && limit.isFinite ? unit * limit : unit * Elementary.exp(x)
    return try solution(
      Array(repeating: rate, count: steps), found.converged ? .converged : .iterationLimit, evaluations,
      isConstant: true)
  }

  /// The solution with the given rates in the kernels' units, if they are optimal as far as the residual tells.
  private func solution(
    _ rates: [Double], _ termination: Termination, _ evaluations: Int, isConstant: Bool = false
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    var batchSizes: [Double] = []
    let found = run(rates) { needs in
      batchSizes = sizes(needs)
      return batchSizes.map { mean / $0 }
    }
    let top = unit * limit
    let slopes = rates.indices.map { t in
      let slope = found.slopes[t]
      let isHeld = rates[t] >= top && slope < 0 || rates[t] <= 2 * Self.lowest * unit && slope > 0
      return isHeld ? 0 : abs(slope)
    }
    let residual = found.value > 0 && !isConstant ? (slopes.max() ?? 0) * unit / found.value : 0
    let schedule = Schedule(
      validRates: rates.map(setup.problem.modelRate), momenta: Array(repeating: 0, count: steps),
      batchSizes: batchSizes)
    let losses = model.expectedLoss(under: schedule)
    let examples = schedule.examples(on: model)
    let ends: Termination = residual <= options.tolerance ? termination : .iterationLimit
    return BatchScheduleSolution(
      schedule: schedule, losses: losses, examples: examples,
      informationBound: try model.informationBound(examples: examples),
      learningRateLimit: setup.limits.learningRate, kktResidual: residual,
      termination: losses.divergenceStep == nil ? ends : .diverged, evaluations: evaluations)
  }
}
