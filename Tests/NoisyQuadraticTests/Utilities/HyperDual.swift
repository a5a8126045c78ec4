import NoisyQuadratic

/// A number with its first derivatives by two variables and the second by both: arithmetic on these
/// differentiates exactly, and knows nothing of costates or tangents.
struct HyperDual {
  var value, first, second, mixed: Double

  init(_ value: Double, first: Double = 0, second: Double = 0, mixed: Double = 0) {
    (self.value, self.first, self.second, self.mixed) = (value, first, second, mixed)
  }

  static func + (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(
      a.value + b.value, first: a.first + b.first, second: a.second + b.second, mixed: a.mixed + b.mixed)
  }

  static func * (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(
      a.value * b.value, first: a.first * b.value + a.value * b.first,
      second: a.second * b.value + a.value * b.second,
      mixed: a.mixed * b.value + a.first * b.second + a.second * b.first + a.value * b.mixed)
  }

  static func * (a: Double, b: HyperDual) -> HyperDual { HyperDual(a) * b }

  /// `Σ g_t L_t` by the recursion of second moments (D3), differentiated by the variables `i` and `j` of
  /// `α_0, μ_0, α_1, μ_1, …`.
  static func objective(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, weights: [Double], by i: Int, _ j: Int
  ) -> HyperDual {
    func variable(_ k: Int, _ x: Double) -> HyperDual {
      HyperDual(x, first: k == i ? 1 : 0, second: k == j ? 1 : 0)
    }
    var sum = HyperDual(0)
    for direction in model.curvature.indices {
      let h = model.curvature[direction]
      let c = model.gradientNoise[direction] / model.batchSize
      let weight = 0.5 * model.multiplicity[direction] * h
      var p = HyperDual(model.initialSecondMoment[direction])
      var (q, r) = (HyperDual(0), HyperDual(0))
      sum = sum + weights[0] * weight * p
      for (t, step) in schedule.enumerated() {
        let alpha = variable(2 * t, step.learningRate)
        let mu = variable(2 * t + 1, step.momentum)
        let x = mu * q + -h * alpha * p
        r = mu * mu * r + -2 * h * alpha * mu * q + alpha * alpha * (h * h * p + HyperDual(c))
        q = x + r
        p = p + 2 * x + r
        sum = sum + weights[t + 1] * weight * p
      }
    }
    return sum
  }
}
