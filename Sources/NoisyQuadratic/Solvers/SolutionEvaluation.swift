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
    _ model: NoisyQuadraticModel, _ schedule: Schedule, mostExactWork: Double = Self.mostExactWork
  ) -> (losses: ExpectedLossCurve, report: CompressionReport?) {
    guard let compression else { return (model.expectedLoss(under: schedule), nil) }
    let scaled = problem.scaled(schedule)
    let (largest, time) = (scaled.rates.max() ?? 0, scaled.rates.reduce(0, +))
    func bound(_ compressed: CompressedProblem, _ loss: Double) -> Double? {
      guard !schedule.usesMomentum, loss > 0 else { return nil }
      return problem.modelLoss(compressed.error(maximumRate: largest, intrinsicTime: time)) / loss
    }
    let work = Double(original.dimension) * Double(schedule.count)
    var fine: CompressedProblem?
    if work > mostExactWork, !schedule.usesMomentum {
      fine = CompressedProblem(
        original, maximumRate: limits.scaledRate, steps: schedule.count, tolerance: Self.evaluationTolerance)
    }
    let losses: ExpectedLossCurve
    if let fine {
      let evaluator = LossEvaluator(UpdateRule.sgd.dynamics(of: fine.problem))
      let values = evaluator.losses(scaled).map(problem.modelLoss)
      losses = ExpectedLossCurve(values: values)
    } else {
      losses = model.expectedLoss(under: schedule)
    }
    let loss = losses.final
    let seen = problem.modelLoss(evaluator.objective(scaled))
    return (
      losses,
      CompressionReport(
        directions: original.dimension, nodes: problem.dimension, certifiedError: bound(compression, loss),
        measuredError: fine == nil && loss > 0 ? abs(seen - loss) / loss : nil,
        evaluationError: fine.flatMap { bound($0, loss) })
    )
  }
}
