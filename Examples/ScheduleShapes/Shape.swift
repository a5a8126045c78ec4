import NoisyQuadratic

/// A shape of practice, as a family of schedules.
struct Shape: Sendable {
  let name: String
  /// The family for runs of T steps.
  let family: @Sendable (_ horizon: Int) -> any ScheduleFamily

  static let all = [
    Shape(name: "constant") { _ in ConstantFamily() },
    Shape(name: "linear") { _ in LinearFamily() },
    Shape(name: "cosine") { _ in CosineFamily() },
    Shape(name: "polynomial") { _ in PolynomialFamily() },
    Shape(name: "inverse-time") { InverseTimeFamily(timeScale: Double($0) / 20) },
    Shape(name: "warmup-stable-decay") { _ in WarmupStableDecayFamily() },
  ]

  /// The best member's loss, and its parameters but for the peak rate; further rates over the peak.
  struct Fit {
    let loss: Double
    let parameters: [Double]
  }

  /// The best member within the limits.
  func fit(
    _ model: NoisyQuadraticModel, horizon: Int, limits: HyperparameterLimits
  ) throws(NoisyQuadraticError) -> Fit {
    let family = family(horizon)
    var solver = FamilySolver(family: family, limits: limits)
    // Three digits of the loss are shown.
    solver.options.descents = 3
    solver.options.tolerance = 1e-5
    let best = try solver.fit(model, horizon: horizon)
    let parameters = zip(family.parameters, best.parameters).dropFirst().map { parameter, value in
      parameter.quantity == .learningRate ? value / best.parameters[0] : value
    }
    return Fit(loss: best.solution.finalLoss, parameters: parameters)
  }
}
