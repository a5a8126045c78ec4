extension ScheduleFamily {
  /// The derivatives of rates that are linear in the parameters. They are the schedules at the unit vectors
  /// (F2).
  func derivativesOfLinearRates(steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let count = rateParameters.count
    var derivatives: [[Double]] = []
    for j in 0..<count {
      let unit = (0..<count).map { $0 == j ? 1.0 : 0 }
      derivatives.append(try schedule(rateParameters: unit, momentum: 0, steps: steps).learningRates)
    }
    return derivatives
  }

  /// The derivatives of rates `α_t = λ_0 s_t` with one further parameter κ (F3).
  ///
  /// - Parameters:
  ///   - values: λ_0 and κ.
  ///   - steps: T.
  ///   - logarithmicDerivative: `∂ ln s_t/∂κ` for step t.
  /// - Returns: the shape `s_t = ∂α_t/∂λ_0`, and `∂α_t/∂κ`.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  func shapes(
    _ values: [Double], _ steps: Int, logarithmicDerivative: (Int) -> Double
  ) throws(NoisyQuadraticError) -> (shape: [Double], derivative: [Double]) {
    let shape = try schedule(
      rateParameters: [1, values[1]], momentum: 0, steps: steps
    ).learningRates
    return (shape, shape.indices.map { values[0] * (shape[$0] * logarithmicDerivative($0)) })
  }
}
