extension NoisyQuadraticModel {
  /// The largest learning rate at which no direction's loss grows in one momentum-free step from its
  /// start (M5).
  ///
  /// The limit is `min 2 h m/(h² m + c/B)` over the directions with `h, m > 0`, and `nil` if there is no such
  /// direction. Wu et al. (2018) impose it on every schedule. It does not depend on multiplicities.
  public var firstStepGrowthLimit: Double? {
    // The units are normalized, so that h² m neither overflows nor vanishes.
    let problem = NormalizedProblem(self)
    let caps = problem.curvature.indices.filter { problem.secondMoment[$0] > 0 }.map { i in
      2 / (problem.curvature[i] + problem.noise[i] / problem.curvature[i] / problem.secondMoment[i])
    }
    return caps.min().map(problem.modelRate)
  }
}
