extension NoisyQuadraticModel {
  /// The largest learning rate at which no direction's loss grows in one momentum-free step from its
  /// start (M5): `min 2 h m/(h² m + c/B)` over `h, m > 0`; `nil` when there is no such direction.
  ///
  /// The limit that Wu et al. (2018) put on every schedule. Multiplicities play no part.
  public var firstStepGrowthLimit: Double? {
    // In normalized units, where h² m neither overflows nor vanishes.
    let problem = NormalizedProblem(self)
    let caps = problem.curvature.indices.filter { problem.secondMoment[$0] > 0 }.map { i in
      2 / (problem.curvature[i] + problem.noise[i] / problem.curvature[i] / problem.secondMoment[i])
    }
    return caps.min().map(problem.modelRate)
  }
}
