extension UpdateRule {
  /// The dynamics of a problem under this rule.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - hasRunningCosts: whether losses before the last one count.
  /// - Returns: dynamics with memory of their own, for one task.
  package func dynamics(
    of problem: NormalizedProblem, hasRunningCosts: Bool = false
  ) -> any MomentDynamics {
    if hasRunningCosts || problem.featureNoise != nil { return runningCostDynamics(of: problem) }
    let columns = ProblemColumns(problem)
    switch self {
    case .sgd: return SGDFinalLossDynamics(problem: columns)
    case .heavyBall: return HeavyBallFinalLossDynamics(problem: columns)
    }
  }

  /// The dynamics of a problem under this rule, with costates of moments.
  package func runningCostDynamics(of problem: NormalizedProblem) -> any RunningCostDynamics {
    let columns = ProblemColumns(problem)
    if let noise = problem.featureNoise {
      let features = FeatureNoiseColumns(noise, columns)
      switch self {
      case .sgd: return FeatureNoiseSGDDynamics(problem: columns, features: features)
      case .heavyBall: return FeatureNoiseHeavyBallDynamics(problem: columns, features: features)
      }
    }
    switch self {
    case .sgd: return SGDRunningCostDynamics(problem: columns)
    case .heavyBall: return HeavyBallRunningCostDynamics(problem: columns)
    }
  }
}
