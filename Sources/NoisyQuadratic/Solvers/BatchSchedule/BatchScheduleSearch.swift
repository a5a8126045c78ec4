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
  /// The limit on the rate as a number.
  private let limits: HyperparameterLimits
  /// The greedy rates at the mean batch size, in the unit of rates.
  private let greedy: [Double]
  /// The largest of them if that is below 1: the size of rates that matter. And the smallest rate of the search.
  private let typical, lowest: Double
  /// Losses up to this one are nothing but rounding.
  private let negligible: Double

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
    self.limits = own
    let unit = setup.limits.referenceRate(setup.problem)
    self.unit = unit
    limit = unit > 0 ? setup.limits.scaledRate / unit : 1
    greedy = unit > 0 ? GreedySolver.plan(setup, steps: steps).schedule.rates.map { $0 / unit } : []
    typical = min(greedy.max() ?? 0, 1)
    lowest = max(1e-12 * typical, 1e-300)
    negligible = 1e-30 * run(Array(repeating: 0, count: steps)) { $0.map { _ in 1 } }.value
  }

  private func evaluate(_ rates: [Double]) -> BatchedRun.Evaluation {
    run(rates) { sizes($0).map { mean / $0 } }
  }

  /// The best rates. Additional schedules to start from bound the loss from above once they are within the limit.
  /// With constant batches, all of them are the mean.
  func best(
    from additional: [Schedule] = [], isConstantBatch: Bool = false
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    // Without a greedy rate there is nothing to learn.
    guard typical > 0 else { return try solution(Array(repeating: 0, count: steps), .converged, 0) }
    let plan = ContinuousPlan(setup.problem, rateLimit: unit, steps: Double(steps))
    var starts = [
      Array(repeating: 0.1, count: steps), Array(repeating: 1, count: steps), plan.rates().map { $0 / unit },
    ]
    var isConfirmed = false
    if isConstantBatch || model.gradientNoise.allSatisfy({ $0 == 0 }) {
      let full = try FullHorizonSolver(limits: limits).solve(model.with(batchSize: mean), horizon: steps)
      isConfirmed = full.termination == .converged
      starts.insert(setup.allowed(full.schedule).rates.map { $0 / unit }, at: 0)
    } else {
      let isSmall = SweepEngine.isSmall(dimension: setup.problem.dimension, steps: steps)
      let random = StartingSchedules(setup, steps: steps).random(count: isSmall ? 6 : 3, seed: 0)
      starts += [greedy] + random.map { $0.schedule.rates.map { $0 / unit } }
    }
    let given = additional.map { setup.allowed($0).rates }
    starts += given.map { $0.map { $0 / unit } }
    let ends = starts.map(descend)
    // The search has no rates below its lower end, so given schedules also compete as they are.
    let candidates =
      ends.map { ($0.rates, $0.value) } + given.map { ($0, logarithm(evaluate($0).value)) }
    let first =
      candidates.indices.min { (candidates[$0].1, $0) < (candidates[$1].1, $1) } ?? 0
    let (rates, value) = candidates[first]
    let agreeing = ends.indices.filter { ends[$0].value <= value + 1e-6 }
    // Without noise, equal rates stay equal, and several such starts end at the same saddle.
    let areIndependent =
      agreeing.count > 1 && (steps == 1 || agreeing.contains { starts[$0].min() != starts[$0].max() })
    return try solution(
      rates, areIndependent || isConfirmed && agreeing.contains(0) ? .converged : .localOptimum,
      ends.reduce(0) { $0 + $1.evaluations })
  }

  /// The logarithm of a loss, −∞ if it is nothing but rounding, and +∞ if it overflows.
  private func logarithm(_ loss: Double) -> Double {
    loss <= negligible ? -.infinity : loss.isFinite ? Elementary.log(loss) : .infinity
  }

  /// The local optimum that a start leads to, in the kernels' units, and the logarithm of its loss.
  private func descend(_ start: [Double]) -> (rates: [Double], value: Double, evaluations: Int) {
    let (bottom, top) = (Elementary.log(lowest), Elementary.log(limit))
    var minimizer = BoundedLBFGS(
      lower: Array(repeating: bottom, count: steps), upper: Array(repeating: top, count: steps),
      maximumIterations: options.maximumIterations, tolerance: 1e-3 * options.tolerance)
    minimizer.longestStep = 2
    var isZero = Array(repeating: false, count: steps)
    func decoded(_ x: [Double]) -> [Double] {
      x.indices.map {
        isZero[$0] ? 0 : x[$0] >= top ? unit * limit : unit * Elementary.exp(x[$0])
      }
    }
    var x = start.map { Elementary.log(max($0, lowest)) }
    var evaluations = 0
    while true {
      let outcome = minimizer.minimize(
        { x in
          let rates = decoded(x)
          let found = evaluate(rates)
          let value = logarithm(found.value)
          return BoundedBFGS.Evaluation(
            value: value,
            gradient: x.indices.map { value.isFinite ? rates[$0] * found.slopes[$0] / found.value : 0 })
        }, from: x)
      evaluations += outcome.evaluations
      x = outcome.point
      // A rate of 0 has no logarithm. Those at the lower end are tried as 0, and then the others go on.
      let before = isZero
      for t in x.indices where x[t] <= bottom + 1e-3 { isZero[t] = true }
      let value = isZero == before ? outcome.value : logarithm(evaluate(decoded(x)).value)
      guard isZero != before, value <= outcome.value else {
        isZero = before
        return (decoded(x), outcome.value.isNaN ? .infinity : outcome.value, evaluations)
      }
    }
  }

  /// The best constant rate, by a scan and Brent's method.
  func bestConstantRate() throws(NoisyQuadraticError) -> BatchScheduleSolution {
    var evaluations = 0
    func loss(_ x: Double) -> Double {
      evaluations += 1
      let value = evaluate(Array(repeating: unit * Elementary.exp(x), count: steps)).value
      return value.isFinite ? value : .infinity
    }
    guard typical > 0 else { return try solution(Array(repeating: 0, count: steps), .converged, 0) }
    let (bottom, top) = (Elementary.log(lowest), min(Elementary.log(limit), 3))
    // Two points for every factor of e, so that the lowest of several valleys is found.
    let count = Int(2 * (top - bottom)) + 1
    let points = (0...count).map { bottom + (top - bottom) * Double($0) / Double(count) }
    let values = points.map(loss)
    let best = values.indices.min { (values[$0], $0) < (values[$1], $1) } ?? 0
    let found = ScalarMinimizer.brent(
      loss, lower: points[max(best - 1, 0)], upper: points[min(best + 1, count)], guess: points[best],
      tolerance: 1e-9)
    let x = values[count] <= found.value ? top : found.x
    let isZero = evaluate(Array(repeating: 0, count: steps)).value <= min(found.value, values[count])
    let rate = isZero ? 0 : x >= top && limit.isFinite ? unit * limit : unit * Elementary.exp(x)
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
      let isHeld = rates[t] >= top && slope < 0 || rates[t] <= 2 * lowest * unit && slope > 0
      return isHeld ? 0 : abs(slope)
    }
    let residual = found.value > negligible && !isConstant ? (slopes.max() ?? 0) * unit / found.value : 0
    let schedule = Schedule(
      validRates: rates.map(setup.problem.modelRate), momenta: Array(repeating: 0, count: steps),
      batchSizes: batchSizes)
    let losses = model.expectedLoss(under: schedule)
    let examples = schedule.examples(on: model)
    // Only rates up to the typical one can lower the loss.
    let ends: Termination = residual * typical <= options.tolerance ? termination : .iterationLimit
    return BatchScheduleSolution(
      schedule: schedule, losses: losses, examples: examples,
      informationBound: try model.informationBound(examples: examples),
      learningRateLimit: setup.limits.learningRate, kktResidual: residual,
      termination: losses.divergenceStep == nil ? ends : .diverged, evaluations: evaluations)
  }
}
