extension NoisyQuadraticModel {
  /// The largest learning rate at which no direction's loss grows in one momentum-free step from its
  /// start (M5).
  ///
  /// The limit is `min 2 h m/(h² m + c/B)` over the directions with `h, m > 0`, and `nil` if there is no such
  /// direction. If the noise grows with the error, `c/B` is the variance at the start. Wu et al. (2018) impose it on every schedule. It does not depend on multiplicities.
  public var firstStepGrowthLimit: Double? {
    NormalizedProblem(anyNoise: self).firstStepGrowthLimit
  }
}

extension NormalizedProblem {
  /// ``NoisyQuadraticModel/firstStepGrowthLimit`` in the model's unit. The units of the kernels are such that
  /// h² m neither overflows nor vanishes.
  var firstStepGrowthLimit: Double? {
    let noise = initialNoise
    let limits = curvature.indices.filter { secondMoment[$0] > 0 }.map { i in
      2 / (curvature[i] + noise[i] / curvature[i] / secondMoment[i])
    }
    return limits.min().map(modelRate)
  }
}
