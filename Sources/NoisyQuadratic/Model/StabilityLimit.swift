extension NoisyQuadraticModel {
  /// The exclusive upper limit `2(1+μ)/h_max` on constant learning rates at which every direction is stable
  /// (C5).
  ///
  /// If the noise grows with the error, the limit is lower: the root α of `Σ n g/(B − g) = 1` with
  /// `g = αh(1+μ)/((1−μ)(2(1+μ) − αh))`, at which the error feeds the noise just enough to stay what it is (X5).
  ///
  /// - Parameter momentum: μ in [0, 1). From 1 on nothing is stable, and least squares has the limit 0.
  /// - Returns: the limit, in 1/curvature.
  /// - Complexity: O(d), some sixty times with state-dependent noise.
  public func stabilityLimit(momentum: Double = 0) -> Double {
    guard noiseKind.isStateDependent else { return 2 * (1 + momentum) / maximumCurvature }
    return momentum < 1 ? LeastSquaresStability(self, momentum: momentum).limit : 0
  }
}

/// When and how a run of least squares at a constant rate and momentum settles (X5).
///
/// At rest, a noise variance `v` holds a direction at the second moment `g v/h²`, with
/// `g = αh(1+μ)/((1−μ)(2(1+μ) − αh))` (C4). With the noise that the moments cause, `Q = Σ n h m` obeys
/// `Q = (s² + Q) Σ n g/(B − g)`, which has a solution `Q ≥ 0` if and only if the sum is below 1.
struct LeastSquaresStability {
  private let curvature, multiplicity: [Double]
  private let batchSize, momentum: Double
  private let largest: Double

  init(_ model: NoisyQuadraticModel, momentum: Double) {
    curvature = model.curvature
    multiplicity = model.multiplicity
    batchSize = model.batchSize
    self.momentum = momentum
    largest = model.maximumCurvature
  }

  /// `g` of a direction with `αh = z`.
  func gain(_ z: Double) -> Double {
    z * (1 + momentum) / ((1 - momentum) * (2 * (1 + momentum) - z))
  }

  /// `Σ n g/(B − g)`: how much error the noise makes of an error 1; infinite if one direction alone diverges.
  func feedback(_ rate: Double) -> Double {
    guard rate * largest < 2 * (1 + momentum) else { return .infinity }
    var sum = 0.0
    for (h, n) in zip(curvature, multiplicity) where h > 0 {
      let g = gain(rate * h)
      guard g < batchSize else { return .infinity }
      sum += n * g / (batchSize - g)
    }
    return sum
  }

  /// The rate at which the feedback is 1. It rises with the rate, from 0 to infinity.
  var limit: Double {
    var (stable, unstable) = (0.0, 2 * (1 + momentum) / largest)
    while true {
      let middle = stable + (unstable - stable) / 2
      guard middle > stable, middle < unstable else { return unstable }
      if feedback(middle) < 1 { stable = middle } else { unstable = middle }
    }
  }
}
