/// A lower bound on the final loss of every schedule without momentum, in the kernels' units. It comes from
/// the continuous limit of a problem that is stiffer by just enough (L5–L7).
///
/// The bound considers schedules whose loss is at most a given level. The noise of a step then limits its
/// rate, and the limit is lower the closer the step is to the end. Rates within these limits contract a
/// direction by no more than `e^{−2 h̃ Δs}` while the remaining intrinsic time falls by Δs. Here `h̃ = −ln(1
/// − a h)/a`, and a is the limit on the rate there.
struct IntrinsicTimeBound {
  /// A stretch of the run with one limit on the rate.
  private struct Panel {
    let width: Double
    /// The limit on the rate.
    let rateLimit: Double
    /// `K = ½ Σ n h c E` and `D = ½ Σ n h² c E` at both ends of the tangents at the panel's middle. E is the
    /// contraction by h̃. Both are zero if a tangent reaches zero.
    let near, far: (noise: Double, stiffness: Double)
    /// The ends of the tangent of `½ Σ n h m₀ E`, and its value at the far end.
    let signal: (near: Double, far: Double, end: Double)
  }

  private let panels: [Panel]
  private let steps: Double
  /// The relative error that rounding may have caused in a sum of positive terms.
  private let rounding: Double

  /// - Parameters:
  ///   - problem: the problem.
  ///   - rateLimit: the limit on every rate; positive, with a finite `2 h_max · rateLimit · steps`.
  ///   - steps: T ≥ 1.
  ///   - level: a loss, positive.
  ///   - spend: called after every panel with the number of directions visited. If it returns false, the
  ///     result is `nil`.
  /// - Complexity: O(d) per panel, `32 ln(1 + 2 h_max · rateLimit · steps)` panels.
  init?(
    _ problem: NormalizedProblem, rateLimit: Double, steps: Double, level: Double, _ spend: (Double) -> Bool
  ) {
    self.steps = steps
    let h = problem.curvature
    let noise = h.indices.map { 0.5 * problem.weight[$0] * problem.noise[$0] }
    let signal = h.indices.map { 0.5 * problem.weight[$0] * problem.secondMoment[$0] }
    let highest = 2 * problem.maximumCurvature
    let end = Elementary.log1p(highest * rateLimit * steps)
    let count = Self.panels(problem, rateLimit: rateLimit, steps: steps)
    // The rounding error of a contraction comes from three roundings per panel, and from four of an exponent
    // of up to 745, beyond which nothing is left. Sums of d terms follow.
    let rounding = (8 * count + Double(h.count) + 4096) * .ulpOfOne
    var contraction = h.map { _ in 1.0 }
    var stiffened = h
    var rate = 0.0
    func set(rate new: Double) {
      guard new != rate else { return }
      rate = new
      for i in h.indices {
        // Closer to 1 the logarithm loses digits. A direction that fast counts as solved at once.
        stiffened[i] = rate * h[i] < 0.9375 ? -Elementary.log1p(-rate * h[i]) / rate : .infinity
      }
    }
    set(rate: min(rateLimit, max((level / noise.reduce(0, +)).squareRoot(), .leastNormalMagnitude)))
    var panels: [Panel] = []
    var start = 0.0
    for j in 1...Int(count) {
      let stop =
        j == Int(count) ? rateLimit * steps : Elementary.expm1(end * (Double(j) / count)) / highest
      let width = stop - start
      var half: [Double] = []
      // The limit on the rate rises until the noise of one step, injected here, reaches the level even after
      // the rest of the run.
      while true {
        half = stiffened.map { Elementary.exp(-$0 * width) }
        guard rate < rateLimit else { break }
        let kept = h.indices.reduce(0) { $0 + noise[$1] * (contraction[$1] * (half[$1] * half[$1])) }
        if rate * rate * kept >= level { break }
        set(rate: min(rateLimit, rate * (1 + 0.5 * end / count)))
      }
      var (k, dk, d, dd, s, ds, last) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      for i in h.indices where contraction[i] > 0 {
        let middle = contraction[i] * half[i]
        contraction[i] = middle * half[i]
        guard middle > 0 else { continue }
        let fall = stiffened[i] * width
        k += noise[i] * middle
        dk += noise[i] * middle * fall
        d += noise[i] * middle * h[i]
        dd += noise[i] * middle * h[i] * fall
        s += signal[i] * middle
        ds += signal[i] * middle * fall
        last += signal[i] * contraction[i]
      }
      // Differences are rounded down here because their terms are known here.
      func far(_ value: Double, _ fall: Double) -> Double { value * (1 - rounding) - fall * (1 + rounding) }
      let kept = (far(k, dk), far(d, dd))
      panels.append(
        Panel(
          width: width, rateLimit: rate, near: (k + dk, d + dd),
          far: kept.0 > 0 && kept.1 > 0 ? kept : (0, 0), signal: (s + ds, far(s, ds), last)))
      start = stop
      guard spend(Double(h.count)) else { return nil }
    }
    self.panels = panels
    self.rounding = rounding
  }

  /// The number of panels.
  static func panels(_ problem: NormalizedProblem, rateLimit: Double, steps: Double) -> Double {
    max((32 * Elementary.log1p(2 * problem.maximumCurvature * rateLimit * steps)).rounded(.up), 1)
  }

  /// The bound on schedules whose loss is at most the level, from a first guess of the price of a step.
  func value(near guess: Double) -> Double {
    guard guess > 0 else { return dual(0) }
    // Every price gives a bound, and the bound is concave in the price.
    let center = Elementary.log(guess)
    return
      -ScalarMinimizer.brent(
        { -dual(Elementary.exp($0)) }, lower: center - 12, upper: center + 4, guess: center, tolerance: 1e-4
      ).value
  }

  /// The smallest value of `S + ∫φ − λT` over the intrinsic time of the run, with `φ = min_{0 < α ≤ a} (αK +
  /// α²D + λ/α)`.
  private func dual(_ price: Double) -> Double {
    var lowest = Double.infinity
    var noise = 0.0
    for panel in panels {
      let a = Self.cheapest(panel.near, price, panel.rateLimit)
      let b = Self.cheapest(panel.far, price, panel.rateLimit)
      let first = panel.signal.near
      let last = panel.signal.far + b * panel.width
      lowest = min(lowest, noise + max(panel.signal.end, min(first, last)))
      noise += panel.width * (panel.far.noise > 0 ? (a + b) / 2 : b)
    }
    return lowest * (1 - rounding) - price * steps * (1 + rounding)
  }

  /// `min_{0 < α ≤ a} (αK + α²D + λ/α)`, which is concave in (K, D).
  private static func cheapest(
    _ cost: (noise: Double, stiffness: Double), _ price: Double, _ limit: Double
  ) -> Double {
    let (k, d) = cost
    var alpha = limit
    if (2 * d * alpha + k) * alpha * alpha > price {
      alpha = min(limit, (price / k).squareRoot())
      // The iteration starts from above, on a convex increasing function. The minimum is flat.
      for _ in 0..<40 {
        let step = ((2 * d * alpha + k) * alpha * alpha - price) / ((6 * d * alpha + 2 * k) * alpha)
        alpha -= step
        if step <= 1e-9 * alpha { break }
      }
    }
    return alpha * k + alpha * alpha * d + (price > 0 ? price / alpha : 0)
  }
}

extension NoisyQuadraticModel {
  /// The intrinsic-time bound of `steps` steps without momentum (L5–L7). No schedule of rates `0 ≤ α_t ≤
  /// α_max` ends below it.
  ///
  /// The bound is the loss of the continuous limit (``ContinuousLimit``) of a slightly stiffer problem. It is
  /// close if rates are small compared with 1/curvature. On power laws it is above 99% of the optimum at
  /// `α_max = 0.2/h_max`, and mostly above 90% at `1/h_max`. It is worse if many directions have nearly the
  /// largest curvature. The table is in Docs/Algorithms.md. ``informationBound(steps:)`` also holds with
  /// momentum, needs no limit and can be the higher of the two.
  ///
  /// If the noise grows with the error, the bound is that of the noise at the minimum (X2).
  ///
  /// - Parameters:
  ///   - steps: T ≥ 0.
  ///   - learningRateLimit: `α_max`. Without a limit, or with one above `1/h_min`, the bound uses `1/h_min`,
  ///     because no higher rate needs to be considered.
  /// - Returns: a lower bound on the expected loss after `steps` steps, rounded down.
  /// - Throws: ``NoisyQuadraticError`` for a negative number of steps or a limit outside its domain.
  /// - Complexity: O(d ln(h_max α_max T)): some 3 · 32 ln(1 + 2 h_max α_max T) passes over the directions.
  public func intrinsicTimeBound(
    steps: Int, learningRateLimit: LearningRateLimit = .twoOverMaximumCurvature
  ) throws(NoisyQuadraticError) -> Double {
    guard steps >= 0 else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least 0")
    }
    let problem = NormalizedProblem(anyNoise: self)
    let limit = try learningRateLimit.value(for: problem).map(problem.scaledRate) ?? .infinity
    guard steps > 0 else { return initialLoss }
    let useful = 1 / (problem.curvature.min() ?? 1)
    let rateLimit = min(limit, useful)
    let horizon = Double(steps)
    guard rateLimit > 0 else { return initialLoss }
    guard (2 * problem.maximumCurvature * rateLimit * horizon).isFinite else { return 0 }
    return problem.modelLoss(problem.intrinsicTimeBound(rateLimit: rateLimit, steps: horizon) { _ in true })
  }
}

extension NormalizedProblem {
  /// The number of levels of loss for which the bound is derived, one after the other.
  private static let levels = 3

  /// The bound in the kernels' units, for a limit `rateLimit > 0` on every rate, with a finite `2 h_max · rateLimit ·
  /// steps`.
  ///
  /// `spend` is called now and then with the number of directions visited since the last call. If it returns
  /// false, the result is the best bound so far.
  func intrinsicTimeBound(rateLimit: Double, steps: Double, _ spend: (Double) -> Bool) -> Double {
    let plan = ContinuousPlan(self, rateLimit: min(rateLimit, 2 / maximumCurvature), steps: steps)
    // At any level, a schedule either ends above the level or obeys the bound that the level implies. The
    // best level is the one where both agree.
    var level = 1.05 * plan.predictedLoss
    var best = 0.0
    for _ in 0..<Self.levels where level > 0 {
      guard
        let bound = IntrinsicTimeBound(self, rateLimit: rateLimit, steps: steps, level: level, spend)?
          .value(near: plan.rootPrice * plan.rootPrice)
      else { break }
      best = max(best, min(level * (1 - 1e-9), bound))
      level = bound + (level - bound) / 4
    }
    return best
  }

  /// The number of directions that the bound visits, over all panels and levels.
  func intrinsicTimeVisits(rateLimit: Double, steps: Double) -> Double {
    Double(Self.levels * dimension) * IntrinsicTimeBound.panels(self, rateLimit: rateLimit, steps: steps)
  }
}
