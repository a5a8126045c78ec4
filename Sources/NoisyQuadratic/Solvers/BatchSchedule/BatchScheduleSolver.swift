/// The learning rates and batch sizes of every step that minimize the expected final loss of plain SGD for a
/// given number of steps and a budget of examples (P5).
///
/// For given rates, the best batch sizes have a closed form: `B_t ∝ α_t √k_t`, moved to within their limits, where
/// `α_t² k_t/B_t` is what the noise of step t adds to the final loss. The rates then minimize a function of their
/// own, whose gradient is that at fixed batch sizes. A projected quasi-Newton method works on the logarithms of
/// the rates, from a small and a large constant, from the continuous limit and the greedy schedule at the mean
/// batch size, and from seeded random schedules. Rates that it drives to its lower end become 0 if that lowers
/// the loss. If all batch sizes are given and equal, or if there is no noise, it starts from the solution of
/// ``FullHorizonSolver`` in place of the random schedules. For small
/// rates only `α_t/B_t` matters (P6), so the optimum lies in a flat valley: losses are well determined there, and
/// rates and batch sizes each for itself less.
///
/// The termination is ``Termination/converged`` if the residual is at most ``BatchScheduleOptions/tolerance`` and two starts
/// ended at the same loss, one of them with unequal rates, because equal rates can only end at equal rates if
/// there is no noise. ``FullHorizonSolver`` counts as two starts if it converged. Otherwise it is
/// ``Termination/localOptimum``, or ``Termination/iterationLimit`` with a larger residual. Where the largest
/// greedy rate is below the limit, the residual counts in proportion.
///
/// Complexity: some hundred evaluations of O(d T) for every start; O(d T) memory, where d is at most some hundred,
/// because large spectra are compressed (Q1).
public struct BatchScheduleSolver: Sendable {
  /// Options that limit the search.
  public typealias Options = BatchScheduleOptions

  /// The limit on the rate, a number or one of the model at its own batch size. Momentum must be 0.
  public var limits: HyperparameterLimits
  /// Options that limit the search.
  public var options: Options

  /// Creates a solver within the given limits.
  public init(limits: HyperparameterLimits = HyperparameterLimits(), options: Options = Options()) {
    (self.limits, self.options) = (limits, options)
  }

  /// The best rates and batch sizes.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic. Its own batch size plays no part.
  ///   - steps: T ≥ 1.
  ///   - budget: the examples of the whole run and limits on batch sizes.
  /// - Returns: the solution.
  /// - Throws: ``NoisyQuadraticError`` for limits, steps or a budget outside their domain, and for a problem that
  ///   does not fit into memory.
  public func solve(
    _ model: NoisyQuadraticModel, steps: Int, budget: BatchBudget
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    try budget.check(steps: steps)
    return try search(model, steps: steps, mean: budget.examples / Double(steps), budget.sizes).best()
  }

  /// The best rates for given batch sizes.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic. Its own batch size plays no part.
  ///   - batchSizes: T ≥ 1 numbers above 0.
  /// - Returns: the solution.
  /// - Throws: ``NoisyQuadraticError`` for limits or batch sizes outside their domain, and for a problem that does
  ///   not fit into memory.
  public func solve(
    _ model: NoisyQuadraticModel, batchSizes: [Double]
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    let steps = batchSizes.count
    guard steps >= 1 else { throw .lengthMismatch(field: "batchSize", expected: 1, actual: 0) }
    return try solve(
      model, for: Schedule(learningRates: Array(repeating: 0, count: steps), batchSizes: batchSizes), from: []
    )
  }

  /// The best rates for the batch sizes of a schedule, no worse than the starts moved to within the limit.
  func solve(
    _ model: NoisyQuadraticModel, for schedule: Schedule, from starts: [Schedule]
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    let sizes = schedule.batchSizes ?? Array(repeating: model.batchSize, count: schedule.count)
    let (steps, isConstant) = (sizes.count, sizes.allSatisfy { $0 == sizes[0] })
    let mean = isConstant ? sizes[0] : Elementary.sum(sizes) / Double(steps)
    return try search(model, steps: steps, mean: mean) { _ in sizes }
      .best(from: starts, isConstantBatch: isConstant)
  }

  /// The best constant rate with the best batch sizes for it.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic. Its own batch size plays no part.
  ///   - steps: T ≥ 1.
  ///   - budget: the examples of the whole run and limits on batch sizes.
  /// - Returns: the solution; its residual is 0 if the search over the rate reached its tolerance.
  /// - Throws: the errors of ``solve(_:steps:budget:)``.
  public func solveConstantRate(
    _ model: NoisyQuadraticModel, steps: Int, budget: BatchBudget
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution {
    try budget.check(steps: steps)
    return try search(model, steps: steps, mean: budget.examples / Double(steps), budget.sizes)
      .bestConstantRate()
  }

  /// The solution of fewest steps whose final loss is at most a target, for the same budget.
  ///
  /// The number is found by bisection, which takes for granted that the best loss does not rise with the number of
  /// steps. That holds if an additional step of rate 0 costs nothing, hence up to its smallest batch.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - target: the final loss to reach.
  ///   - budget: the examples of the whole run and limits on batch sizes.
  ///   - most: the largest number of steps, at least 1.
  /// - Returns: the solution; `nil` if `most` steps do not reach the target.
  /// - Throws: the errors of ``solve(_:steps:budget:)``.
  public func fewestSteps(
    _ model: NoisyQuadraticModel, reaching target: Double, budget: BatchBudget, atMost most: Int
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution? {
    var best = try solve(model, steps: most, budget: budget)
    guard best.finalLoss <= target else { return nil }
    var (low, high) = (0, most)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let solution = try solve(model, steps: middle, budget: budget)
      if solution.finalLoss <= target { (best, high) = (solution, middle) } else { low = middle }
    }
    return best
  }

  /// The solution of fewest examples whose final loss is at most a target, for a number of steps.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - target: the final loss to reach, above 0.
  ///   - steps: T ≥ 1.
  ///   - budget: the largest number of examples, and limits on batch sizes.
  ///   - tolerance: the relative accuracy of the number, above 0.
  /// - Returns: the solution; `nil` if the whole budget does not reach the target.
  /// - Throws: the errors of ``solve(_:steps:budget:)``.
  public func fewestExamples(
    _ model: NoisyQuadraticModel, reaching target: Double, steps: Int, budget: BatchBudget,
    tolerance: Double = 1e-4
  ) throws(NoisyQuadraticError) -> BatchScheduleSolution? {
    try Requirement.positive([("tolerance", tolerance)])
    var best = try solve(model, steps: steps, budget: budget)
    guard best.finalLoss <= target else { return nil }
    var (low, high) = (budget.smallest * Double(steps), budget.examples)
    // A tolerance below rounding cannot be met.
    while high > low * (1 + max(tolerance, 4 * Double.ulpOfOne)) {
      var trial = budget
      trial.examples = low.squareRoot() * high.squareRoot()
      guard low < trial.examples, trial.examples < high else { break }
      let solution = try solve(model, steps: steps, budget: trial)
      if solution.finalLoss <= target {
        (best, high) = (solution, trial.examples)
      } else {
        low = trial.examples
      }
    }
    return best
  }

  private func search(
    _ model: NoisyQuadraticModel, steps: Int, mean: Double, _ sizes: @escaping ([Double]) -> [Double]
  ) throws(NoisyQuadraticError) -> BatchScheduleSearch {
    guard limits.momentum == 0 else {
      throw .invalidValue(
        field: "momentumLimit", value: limits.momentum,
        expected: "0, because batch sizes are those of plain SGD")
    }
    try model.requireAdditiveNoise(for: "best rates and batch sizes")
    guard options.maximumIterations >= 1 else {
      throw .invalidCount(
        field: "maximumIterations", value: options.maximumIterations, expected: "at least 1")
    }
    return try BatchScheduleSearch(model, limits, options, steps: steps, mean: mean, sizes)
  }
}
