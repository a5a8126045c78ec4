/// Limits as numbers, in the model's units and in those of the kernels.
struct ResolvedLimits {
  let learningRate: Double?
  let momentum: Double
  /// The limit on the rate in the kernels' units; infinite if there is none.
  let scaledRate: Double

  init(
    _ limits: HyperparameterLimits, _ problem: NormalizedProblem
  ) throws(NoisyQuadraticError) {
    guard limits.momentum >= 0, limits.momentum < 1 else {
      throw .invalidValue(
        field: "momentumLimit", value: limits.momentum, expected: "at least 0 and below 1")
    }
    learningRate = try limits.learningRate.value(for: problem)
    momentum = limits.momentum
    scaledRate = learningRate.map(problem.scaledRate) ?? .infinity
  }

  var allowsMomentum: Bool { momentum > 0 }
  /// The simplest rule that the limits allow for.
  var rule: UpdateRule { UpdateRule(usesMomentum: allowsMomentum) }
  /// The limits of a step in the kernels' units.
  var step: StepLimits { StepLimits(rate: scaledRate, momentum: momentum) }

  /// The nearest step within the limits.
  func clamp(_ scaledRate: Double, _ momentum: Double) -> (alpha: Double, mu: Double) {
    (min(scaledRate, self.scaledRate), min(momentum, self.momentum))
  }

  /// Whether a single step may blow a direction up. Intermediate losses may then dwarf the final one.
  func allowsWildSteps(_ problem: NormalizedProblem) -> Bool {
    scaledRate * problem.maximumCurvature > 2
  }

  /// A typical large rate in the kernels' units: the limit, or the largest rate that is stable without
  /// momentum.
  func referenceRate(_ problem: NormalizedProblem) -> Double {
    min(scaledRate, 2 / problem.maximumCurvature)
  }
}
