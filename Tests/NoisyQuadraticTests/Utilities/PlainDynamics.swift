import NoisyQuadratic

/// Theorem 1 as it stands: three second moments per direction (D3).
struct PlainMoments {
  let h, n: [Double]
  var c: [Double]
  var p, q, r: [Double]

  init(_ model: NoisyQuadraticModel) {
    h = model.curvature
    c = model.gradientNoise.map { $0 / model.batchSize }
    n = model.multiplicity
    p = model.initialSecondMoment
    q = p.map { _ in 0 }
    r = q
  }

  var loss: Double { h.indices.reduce(0) { $0 + 0.5 * n[$1] * h[$1] * p[$1] } }

  mutating func step(_ alpha: Double, _ mu: Double) {
    for i in h.indices {
      let x = mu * q[i] - alpha * h[i] * p[i]
      r[i] =
        mu * mu * r[i] - 2 * alpha * mu * h[i] * q[i] + alpha * alpha * (h[i] * h[i] * p[i] + c[i])
      q[i] = x + r[i]
      p[i] += 2 * x + r[i]
    }
  }

  /// The rate that minimizes the next loss at a given momentum, by its parabola in α, up to a limit.
  func bestRate(momentum mu: Double, limit: Double) -> Double {
    var (slope, curve) = (0.0, 0.0)
    for i in h.indices {
      let weight = n[i] * h[i]
      slope += weight * h[i] * (p[i] + mu * q[i])
      curve += weight * (h[i] * h[i] * p[i] + c[i])
    }
    return min(max(slope / curve, 0), limit)
  }

  /// Losses before the first step and after each.
  static func losses(_ model: NoisyQuadraticModel, _ schedule: Schedule) -> [Double] {
    var moments = PlainMoments(model)
    var losses = [moments.loss]
    for step in schedule {
      moments.step(step.learningRate, step.momentum)
      losses.append(moments.loss)
    }
    return losses
  }
}

/// Losses of one problem direction by direction, the noise covariance as a Cholesky factor (D2, D4).
struct PlainLosses {
  let problem: NormalizedProblem

  /// Without momentum, from the start or from other moments.
  func callAsFunction(rates: [Double], from moments: [Double]? = nil) -> [Double] {
    var losses = [Double](repeating: 0, count: rates.count + 1)
    for i in problem.curvature.indices {
      let (h, c, k) = (problem.curvature[i], problem.noise[i], problem.weight[i])
      var m = moments.map { $0[i] } ?? problem.secondMoment[i]
      losses[0] += 0.5 * k * m
      for (t, alpha) in rates.enumerated() {
        let u = 1 - alpha * h
        m = u * u * m + alpha * (alpha * c)
        losses[t + 1] += 0.5 * k * m
      }
    }
    return losses
  }

  /// With momentum, from rest.
  func callAsFunction(rates: [Double], momenta: [Double]) -> [Double] {
    var losses = [Double](repeating: 0, count: rates.count + 1)
    for i in problem.curvature.indices {
      let (h, k, m0) = (problem.curvature[i], problem.weight[i], problem.secondMoment[i])
      let sigma = problem.noise[i].squareRoot()
      var (x, y) = (1.0, 0.0)
      var (l11, l21, l22) = (0.0, 0.0, 0.0)
      losses[0] += 0.5 * k * m0
      for t in rates.indices {
        let (alpha, mu) = (rates[t], momenta[t])
        let (g, noise) = (alpha * h, alpha * sigma)
        y = mu * y - g * x
        x += y
        let a2 = mu * l21 - g * l11
        let a1 = a2 + l11
        let b = mu * l22
        let rest = b * b + noise * noise
        let length = (a1 * a1 + rest).squareRoot()
        l22 = length > 0 ? l11 * (rest.squareRoot() / length) : abs(a2)
        l21 = length > 0 ? (a1 * a2 + rest) / length : 0
        l11 = length
        losses[t + 1] += 0.5 * k * (m0 * x * x + l11 * l11)
      }
    }
    return losses
  }
}

/// What the start and every step's noise contribute to one direction at the end of a run (D5).
struct InfluenceSums {
  /// Final position and velocity per unit of initial position.
  let path: (theta: Double, v: Double)
  /// Second moments of the final noise, for unit noise variance.
  let noise: (p: Double, q: Double, r: Double)

  /// - Complexity: O(T²): every kick is followed to the end on its own.
  init(h: Double, _ schedule: Schedule) {
    func follow(_ theta: Double, _ v: Double, from first: Int) -> (theta: Double, v: Double) {
      var (theta, v) = (theta, v)
      for t in first..<schedule.count {
        v = schedule.momenta[t] * v - schedule.learningRates[t] * h * theta
        theta += v
      }
      return (theta, v)
    }
    path = follow(1, 0, from: 0)
    var (p, q, r) = (0.0, 0.0, 0.0)
    for t in schedule.indices {
      let kick = follow(1, 1, from: t + 1)
      let weight = schedule.learningRates[t] * schedule.learningRates[t]
      p += weight * kick.theta * kick.theta
      q += weight * kick.theta * kick.v
      r += weight * kick.v * kick.v
    }
    noise = (p, q, r)
  }

  /// The loss at the start and after every step of a schedule.
  ///
  /// - Complexity: O(d T³): every loss from the start on its own.
  static func losses(_ model: NoisyQuadraticModel, _ schedule: Schedule) -> [Double] {
    (0...schedule.count).map { t in
      let run = Schedule(
        validRates: Array(schedule.learningRates.prefix(t)), momenta: Array(schedule.momenta.prefix(t)))
      return model.curvature.indices.reduce(0) { sum, i in
        let influence = InfluenceSums(h: model.curvature[i], run)
        let moment =
          influence.path.theta * influence.path.theta * model.initialSecondMoment[i]
          + model.gradientNoise[i] / model.batchSize * influence.noise.p
        return sum + 0.5 * model.multiplicity[i] * model.curvature[i] * moment
      }
    }
  }
}

/// Forward–backward sweeps without momentum, all moments and costates in full (S6).
struct PlainSweeps {
  let h, c, w: [Double]
  let m0: [Double]
  private(set) var rates: [Double]
  /// Row t: moments before step t, or costates after it.
  private var stored: [[Double]]

  init(_ model: NoisyQuadraticModel, rates: [Double]) {
    h = model.curvature
    c = model.gradientNoise.map { $0 / model.batchSize }
    w = zip(model.multiplicity, h).map { 0.5 * $0 * $1 }
    m0 = model.initialSecondMoment
    self.rates = rates
    stored = []
  }

  private func best(_ m: [Double], _ w: [Double], _ limit: Double) -> Double {
    var (numerator, denominator) = (0.0, 0.0)
    for i in h.indices {
      let hm = h[i] * m[i]
      numerator += w[i] * hm
      denominator += w[i] * (h[i] * hm + c[i])
    }
    return min(numerator / denominator, limit)
  }

  private func derivative(_ m: [Double], _ w: [Double], _ alpha: Double) -> Double {
    var sum = 0.0
    for i in h.indices {
      let hm = h[i] * m[i]
      sum += 2 * w[i] * (alpha * (h[i] * hm + c[i]) - hm)
    }
    return sum
  }

  private func advanced(_ m: [Double], _ alpha: Double) -> [Double] {
    h.indices.map { i in
      let u = 1 - alpha * h[i]
      return u * u * m[i] + alpha * alpha * c[i]
    }
  }

  private func adjointStepped(_ w: [Double], _ alpha: Double) -> [Double] {
    h.indices.map { i in
      let u = 1 - alpha * h[i]
      return u * u * w[i]
    }
  }

  /// Sets every step to its minimizer, forward; returns the final loss.
  mutating func forward(limit: Double) -> Double {
    storeCostates()
    var m = m0
    for t in rates.indices {
      rates[t] = best(m, stored[t], limit)
      stored[t] = m
      m = advanced(m, rates[t])
    }
    return zip(w, m).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Sets every step to its minimizer, backward, after a forward pass.
  mutating func backward(limit: Double) {
    var costate = w
    for t in rates.indices.reversed() {
      rates[t] = best(stored[t], costate, limit)
      costate = adjointStepped(costate, rates[t])
    }
  }

  private mutating func storeCostates() {
    stored = Array(repeating: [], count: rates.count)
    var costate = w
    for t in rates.indices.reversed() {
      stored[t] = costate
      costate = adjointStepped(costate, rates[t])
    }
  }

  /// The final loss and its derivatives with respect to the rates.
  mutating func gradient() -> (loss: Double, rates: [Double]) {
    storeCostates()
    var m = m0
    var slopes: [Double] = []
    for t in rates.indices {
      slopes.append(derivative(m, stored[t], rates[t]))
      m = advanced(m, rates[t])
    }
    return (zip(w, m).reduce(0) { $0 + $1.0 * $1.1 }, slopes)
  }
}

/// Textbook conjugate gradients for `Λ z = 0`, in the form of rates and momenta (S10).
struct ConjugateGradients {
  let learningRates, momenta, losses: [Double]

  init(h: [Double], start: [Double], steps: Int) {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var z = start
    var residual = zip(h, z).map { -$0 * $1 }
    var direction = residual
    var (rates, momenta, losses) = ([Double](), [Double](), [Double]())
    var beta = 0.0
    for t in 0..<steps {
      let image = zip(h, direction).map { $0 * $1 }
      let kappa = dot(residual, residual) / dot(direction, image)
      momenta.append(t == 0 ? 0 : kappa * beta / rates[t - 1])
      rates.append(kappa)
      for i in z.indices {
        z[i] += kappa * direction[i]
      }
      let next = zip(residual, image).map { $0 - kappa * $1 }
      beta = dot(next, next) / dot(residual, residual)
      residual = next
      direction = zip(residual, direction).map { $0 + beta * $1 }
      losses.append(0.5 * zip(h, z).reduce(0) { $0 + $1.0 * $1.1 * $1.1 })
    }
    learningRates = rates
    self.momenta = momenta
    self.losses = losses
  }
}
