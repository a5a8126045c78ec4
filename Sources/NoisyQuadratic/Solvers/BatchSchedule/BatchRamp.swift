/// What batch sizes that grow along a run save in steps (P5).
///
/// The measure is a run of T steps with one batch size B and the best rates. Other runs have the same `N = B T`
/// examples and the same limit on the rate.
public struct BatchRamp: Sendable, Equatable {
  /// The best rates for the batch size B at every step.
  public let constantBatch: BatchScheduleSolution
  /// The best constant rate, with the best batch sizes for it.
  public let constantRate: BatchScheduleSolution
  /// The best rates and batch sizes.
  public let joint: BatchScheduleSolution
  /// The best rates and batch sizes of the fewest steps that reach the loss of ``constantBatch``.
  public let fewestSteps: BatchScheduleSolution

  /// The steps that the ramp saves, from 0 to T − 1.
  public var savedSteps: Int { constantBatch.schedule.count - fewestSteps.schedule.count }

  /// Compares the runs.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic. Its own batch size plays no part.
  ///   - steps: T ≥ 1.
  ///   - batchSize: B > 0.
  ///   - smallest: the smallest batch size of a run, at most B; B/16 if absent.
  ///   - largest: the largest batch size of a run, at least B; none if absent.
  ///   - solver: the limit on the rate, and options.
  /// - Throws: the errors of ``BatchScheduleSolver/solve(_:steps:budget:)``.
  /// - Complexity: about log₂ T solves.
  public init(
    _ model: NoisyQuadraticModel, steps: Int, batchSize: Double, smallest: Double? = nil,
    largest: Double? = nil, solver: BatchScheduleSolver = BatchScheduleSolver()
  ) throws(NoisyQuadraticError) {
    try Requirement.positive([("batchSize", batchSize)])
    guard steps >= 1 else { throw .invalidCount(field: "steps", value: steps, expected: "at least 1") }
    let budget = BatchBudget(
      examples: batchSize * Double(steps), smallest: smallest ?? batchSize / 16, largest: largest)
    try budget.check(steps: steps)
    constantBatch = try solver.solve(model, batchSizes: Array(repeating: batchSize, count: steps))
    constantRate = try solver.solveConstantRate(model, steps: steps, budget: budget)
    joint = try solver.solve(model, steps: steps, budget: budget)
    fewestSteps =
      try solver.fewestSteps(model, reaching: constantBatch.finalLoss, budget: budget, atMost: steps)
      ?? constantBatch
  }
}
