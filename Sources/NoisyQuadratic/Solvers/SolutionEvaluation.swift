extension SolverSetup {
  /// The largest number of directions times steps without momentum for which all directions are evaluated:
  /// about a second on one core. Beyond it, a compression is used if its error is proven.
  package static let mostExactWork = 4e9
  /// Tolerance relative to the information bound. The rounding of the quadrature rules themselves is of this
  /// size.
  private static let evaluationTolerance = 1e-13

  /// Kernels that compute losses to rounding. They work on all directions. Beyond `mostExactWork`, and without
  /// momentum, they work on a finer compression if there is one.
  func exactKernels(steps: Int) -> any MomentDynamics {
    var problem = original
    if Double(original.dimension) * Double(steps) > Self.mostExactWork, rule == .sgd,
      let rate = compression?.maximumRate,
      let fine = CompressedProblem(
        original, maximumRate: rate, steps: steps, tolerance: Self.evaluationTolerance)
    {
      problem = fine.problem
    }
    return rule.dynamics(of: problem)
  }

  /// The losses of a schedule, and a report on the quality of the compressed spectrum for that schedule.
  ///
  /// The losses are computed on all directions, to rounding. Beyond `mostExactWork`, and without momentum, a
  /// finer compression is used if its error is proven.
  package func evaluation(
    _ schedule: KernelSchedule, mostExactWork: Double = Self.mostExactWork
  ) -> (losses: ExpectedLossCurve, report: CompressionReport?) {
    let usesMomentum = schedule.usesMomentum
    let work = Double(original.dimension) * Double(schedule.count)
    let fine =
      compression != nil && work > mostExactWork && !usesMomentum
      ? CompressedProblem(
        original, maximumRate: limits.scaledRate, steps: schedule.count, tolerance: Self.evaluationTolerance)
      : nil
    let losses = ExpectedLossCurve(fine?.problem ?? original, schedule)
    guard let compression else { return (losses, nil) }
    let (largest, time) = (schedule.rates.max() ?? 0, schedule.rates.reduce(0, +))
    let loss = losses.final
    func bound(_ compressed: CompressedProblem) -> Double? {
      guard !usesMomentum, loss > 0 else { return nil }
      return problem.modelLoss(compressed.error(maximumRate: largest, intrinsicTime: time)) / loss
    }
    let seen = problem.modelLoss(dynamics.objective(schedule))
    return (
      losses,
      CompressionReport(
        directions: original.dimension, nodes: problem.dimension, certifiedError: bound(compression),
        measuredError: fine == nil && loss > 0 ? abs(seen - loss) / loss : nil,
        evaluationError: fine.flatMap(bound))
    )
  }
}
