/// The optimal schedule of the continuous-time limit (S12), sampled at T steps: a start for the sweeps.
///
/// In intrinsic time `τ = Σ α`, with `K(s) = ½ Σ n h c e^{−2hs}` what a unit of noise injected s before the
/// end costs, the optimum is `α = min(α_max, √(λ/K(τ_T − τ)))`. λ follows from the number of steps, and
/// `τ_T` from a search over a grid that spans every scale, because several minima exist.
struct ContinuousLimit {
  /// Distances s from the end, in intrinsic time: 0, then spaced evenly in the logarithm.
  private let s: [Double]
  private let rootK: [Double]
  /// `∫₀^s √K` and `∫₀^s K`.
  private let rootIntegral, integral: [Double]
  private let signal: [Double]
  private let cap: Double

  /// `cap` is positive and finite.
  ///
  /// - Complexity: O(d) per grid point, 161 of them.
  init(_ problem: NormalizedProblem, cap: Double, steps: Int) {
    self.cap = cap
    let intervals = 160
    let longest = cap * Double(steps)
    let shortest = 1e-3 * min(cap, longest)
    let ratio = Elementary.log(longest / shortest)
    s =
      [0]
      + (0..<intervals).map {
        shortest * Elementary.exp(ratio * (Double($0) / Double(intervals - 1)))
      }
    var (rootK, signal) = ([Double](), [Double]())
    for time in s {
      var (noise, start) = (0.0, 0.0)
      for i in problem.curvature.indices {
        let decay = 0.5 * problem.weight[i] * Elementary.exp(-2 * problem.curvature[i] * time)
        noise += decay * problem.noise[i]
        start += decay * problem.secondMoment[i]
      }
      rootK.append(noise.squareRoot())
      signal.append(start)
    }
    var (rootIntegral, integral) = ([0.0], [0.0])
    for j in 1..<s.count {
      let width = s[j] - s[j - 1]
      rootIntegral.append(rootIntegral[j - 1] + width * (rootK[j] + rootK[j - 1]) / 2)
      integral.append(
        integral[j - 1] + width * (rootK[j] * rootK[j] + rootK[j - 1] * rootK[j - 1]) / 2)
    }
    self.rootK = rootK
    self.signal = signal
    self.rootIntegral = rootIntegral
    self.integral = integral
  }

  /// The learning rates of T steps; all at the cap when there is no noise.
  func rates(steps: Int) -> [Double] {
    guard rootK[0] > 0 else { return Array(repeating: cap, count: steps) }
    var best: (loss: Double, end: Int, rootLambda: Double)?
    for end in 1..<s.count {
      guard let (loss, rootLambda) = plan(end: end, steps: Double(steps)) else { continue }
      if best.map({ loss < $0.loss }) ?? true { best = (loss, end, rootLambda) }
    }
    guard let best else { return Array(repeating: cap, count: steps) }
    return sample(end: best.end, rootLambda: best.rootLambda, steps: steps)
  }

  /// The loss and √λ of the best plan whose intrinsic time is `s[end]`; `nil` if the cap cannot reach it.
  private func plan(end: Int, steps: Double) -> (loss: Double, rootLambda: Double)? {
    let total = s[end]
    guard total <= cap * steps else { return nil }
    let free = rootIntegral[end] / steps
    if free <= cap * rootK[end] {
      return (signal[end] + free * rootIntegral[end], free)
    }
    // The cap binds from some distance on; with it, the number of steps grows with that distance.
    for j in 0...end {
      guard rootK[j] > 0 else { break }
      let count = rootIntegral[j] / (cap * rootK[j]) + (total - s[j]) / cap
      if count >= steps || j == end || rootK[j + 1] == 0 {
        let rootLambda = cap * rootK[j]
        return (
          signal[end] + rootLambda * rootIntegral[j] + cap * (integral[end] - integral[j]), rootLambda
        )
      }
    }
    return nil
  }

  private func rate(_ j: Int, _ rootLambda: Double) -> Double {
    rootK[j] * cap > rootLambda ? rootLambda / rootK[j] : cap
  }

  private func sample(end: Int, rootLambda: Double, steps: Int) -> [Double] {
    // Steps left at every distance, rescaled so that they add up in spite of the grid.
    var left = [0.0]
    for j in 1...end {
      let width = s[j] - s[j - 1]
      left.append(left[j - 1] + width * (1 / rate(j, rootLambda) + 1 / rate(j - 1, rootLambda)) / 2)
    }
    let scale = left[end] / Double(steps)
    var rates = [Double](repeating: 0, count: steps)
    var j = 1
    for back in 0..<steps {
      let position = (Double(back) + 0.5) * scale
      while j < end, left[j] < position { j += 1 }
      let fraction = (position - left[j - 1]) / (left[j] - left[j - 1])
      let (near, far) = (rate(j - 1, rootLambda), rate(j, rootLambda))
      rates[steps - 1 - back] = min(near + (far - near) * min(max(fraction, 0), 1), cap)
    }
    return rates
  }
}
