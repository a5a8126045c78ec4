/// Preconditioned steps `θ ← θ − α P g` are plain steps on another problem of the same loss (P1).
extension NoisyQuadraticModel {
  /// The problem that SGD solves with the preconditioner `P = H^(−p)`, a power of the curvature (P2).
  ///
  /// ```
  /// h̃_i = h_i^(1−p)      c̃_i = c_i h_i^(−p)      m̃_i = m_i h_i^p
  /// ```
  /// The expected loss under a schedule is that of `θ ← θ − α H^(−p) g` under the same schedule, with and
  /// without momentum. Initial and irreducible loss stay. With `p = 1`, Newton's method, all curvatures
  /// are 1. A rate has the unit 1/`h̃`, so that limits such as `2/h_max` are those of the new curvatures.
  /// Directions without curvature have no loss and stay as they are.
  ///
  /// - Parameter power: p, a finite number. 0 changes nothing; ½ is the power of Adam-like methods.
  /// - Returns: the problem in the coordinates `H^(p/2) θ`.
  /// - Throws: ``NoisyQuadraticError`` for another power, and if a number overflows or vanishes.
  /// - Complexity: O(d).
  ///
  /// Source: Zhang et al. (2019), section 3.
  public func preconditioned(power: Double) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    guard power.isFinite else {
      throw .invalidValue(field: "preconditionerPower", value: power, expected: "a finite number")
    }
    if power == 0 { return self }
    func factors(_ exponent: Double) -> [Double] {
      curvature.map { $0 == 0 ? 1 : Elementary.pow($0, exponent) }
    }
    return try transformed(
      // A power of its own, so that p = 1 gives curvatures of exactly 1.
      curvature: curvature.map { $0 == 0 ? 0 : Elementary.pow($0, 1 - power) },
      noise: factors(-power), mean: factors(power / 2), variance: factors(power))
  }

  /// The problem that SGD solves with the preconditioner `P = diag(P_1, …, P_d)` (P1).
  ///
  /// ```
  /// h̃_i = P_i h_i      c̃_i = P_i c_i      m̃_i = m_i / P_i
  /// ```
  /// The expected loss under a schedule is that of `θ_i ← θ_i − α P_i g_i` under the same schedule, with and
  /// without momentum.
  ///
  /// - Parameter diagonal: `P_i > 0`, one for each entry of ``curvature``.
  /// - Returns: the problem in the coordinates `P^(−½) θ`.
  /// - Throws: ``NoisyQuadraticError`` for other numbers or another count, and if a number overflows or
  ///   vanishes.
  /// - Complexity: O(d).
  public func preconditioned(by diagonal: [Double]) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    guard diagonal.count == dimension else {
      throw .lengthMismatch(field: "preconditioner", expected: dimension, actual: diagonal.count)
    }
    for (i, value) in diagonal.enumerated() where !(value > 0) || !value.isFinite {
      throw .invalidValue(
        field: "preconditioner", index: i, value: value, expected: "a finite number > 0")
    }
    return try transformed(
      curvature: zip(curvature, diagonal).map { $0 * $1 }, noise: diagonal,
      mean: diagonal.map { 1 / $0.squareRoot() }, variance: diagonal.map { 1 / $0 })
  }

  /// The model with other curvatures, and its noise, means and variances multiplied by factors.
  private func transformed(
    curvature: [Double], noise: [Double], mean: [Double], variance: [Double]
  ) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    func checked(
      _ field: String, _ old: [Double], _ new: [Double]
    ) throws(NoisyQuadraticError) -> [Double] {
      for (i, value) in old.enumerated() where value != 0 && (new[i] == 0 || !new[i].isFinite) {
        throw .invalidValue(
          field: field, index: i, value: value,
          expected: "a number that neither overflows nor vanishes when it is preconditioned")
      }
      return zip(old, new).map { $0 == 0 ? 0 : $1 }
    }
    func product(
      _ field: String, _ values: [Double], _ factors: [Double]
    ) throws(NoisyQuadraticError) -> [Double] {
      try checked(field, values, zip(values, factors).map { $0 * $1 })
    }
    let preconditioned = try NoisyQuadraticModel(
      curvature: checked("curvature", self.curvature, curvature),
      gradientNoise: product("gradientNoise", gradientNoise, noise),
      initialMean: product("initialMean", initialMean, mean),
      initialVariance: product(
        startsAtMeanZero ? "initialSecondMoment" : "initialVariance", initialVariance, variance),
      multiplicity: multiplicity, batchSize: batchSize)
    guard case .leastSquares(let residualVariance) = noiseKind else { return preconditioned }
    // Features Z^T x are Gaussian too (P1, X1), and c̃ = s² h̃.
    return try NoisyQuadraticModel(
      leastSquares: preconditioned.curvature, residualVariance: residualVariance,
      initialMean: preconditioned.initialMean, initialVariance: preconditioned.initialVariance,
      multiplicity: multiplicity, batchSize: batchSize)
  }
}
