import NoisyQuadratic

/// The schedule of least final loss under a ``RelaxationModel`` (T5).
///
/// For a given final intrinsic time τ_T the loss is the signal, which is fixed, and a sum over the run:
/// ```
/// L = L_∞ + S(τ_T) + Σ_j b_j k_j(0) e^{−2h_j(τ_T−τ_0)} + ∫ q(τ) r^p dτ     r = α/α*
/// q(τ) = drift(τ) Σ_j 2 h_j b_j e^{−2h_j(τ_T−τ)}          ∫ dτ/r = α* (N − n)
/// ```
/// In 1/r this is convex, so that `r = (λ/q)^{1/(1+p)}`, clipped to the limits, is the best schedule for that τ_T;
/// λ follows from the number of steps. For rates that must not rise, q is replaced by its best non-decreasing
/// approximation. What remains is a search over the one number τ_T.
struct RelaxationOptimum {
  let model: RelaxationModel
  let plan: SchedulePlan
  /// The state after the given steps.
  let start: RelaxationModel.State
  /// The signal at an intrinsic time.
  private let signal: (Double) -> Double
  /// The number of cells of the time axis.
  static let cells = 2000
  /// The number of final times that are scanned.
  static let scanPoints = 80

  /// - Parameters:
  ///   - model: the model.
  ///   - plan: the limits.
  ///   - signal: the signal at an intrinsic time; the model's if absent.
  init(_ model: RelaxationModel, _ plan: SchedulePlan, signal: ((Double) -> Double)? = nil) {
    var state = model.start
    for rate in plan.givenRates { model.advance(&state, rate: rate) }
    (self.model, self.plan, start) = (model, plan, state)
    self.signal = signal ?? model.signal.value
  }

  /// A run in continuous time.
  struct Run {
    /// The lengths of the cells in intrinsic time and their rates over α*.
    var lengths, rates: [Double]
    var loss: Double
  }

  /// The best rates that end at a given intrinsic time.
  func run(to end: Double) -> Run {
    let (length, p) = (end - start.time, model.noiseExponent)
    // Cells shrink towards the end, where the noise relaxes within less than a step.
    let smallest = 1e-4 * min(length, model.peakRate)
    let ratio = Elementary.log(length / smallest) / Double(Self.cells - 1)
    var distances = (0..<Self.cells).map { smallest * Elementary.exp(ratio * Double($0)) }
    distances[Self.cells - 1] = length
    distances = [length] + distances.dropLast().reversed() + [0]
    var lengths = (0..<Self.cells).map { distances[$0] - distances[$0 + 1] }
    var noise = [Double](repeating: 0, count: Self.cells)
    for component in model.noise {
      var before = Elementary.exp(-2 * component.curvature * distances[0])
      for i in 0..<Self.cells {
        let after = Elementary.exp(-2 * component.curvature * distances[i + 1])
        noise[i] += component.level * (after - before)
        before = after
      }
    }
    for i in 0..<Self.cells where lengths[i] > 0 {
      noise[i] *= model.drift(at: end - (distances[i] + distances[i + 1]) / 2) / lengths[i]
    }
    if plan.isMonotone { noise = MonotoneMeans.nonDecreasing(noise, weights: lengths) }
    let (low, high) = (plan.floor / model.peakRate, plan.peakRate / model.peakRate)
    let sizes = noise.map { Elementary.pow($0, 1 / (1 + p)) }
    let steps = Double(plan.freeSteps) * model.peakRate
    // The time that a run takes falls with ν = λ^(1/(1+p)), so that ν follows by bisection of its logarithm.
    func duration(_ nu: Double) -> Double {
      var sum = 0.0
      for i in 0..<Self.cells { sum += lengths[i] / min(max(nu / sizes[i], low), high) }
      return sum
    }
    let positive = sizes.filter { $0 > 0 }
    guard let least = positive.min(), let most = positive.max() else {
      // Without noise every rate that ends there is as good.
      lengths = [length]
      return Run(lengths: lengths, rates: [length / steps], loss: loss(noise: 0, end: end))
    }
    var (below, above) = (Elementary.log(max(low, 1e-30) * least) - 1, Elementary.log(high * most) + 1)
    for _ in 0..<100 where above - below > 1e-15 * max(abs(above), 1) {
      let middle = (below + above) / 2
      if duration(Elementary.exp(middle)) > steps { below = middle } else { above = middle }
    }
    let nu = Elementary.exp(above)
    let rates = sizes.map { min(max(nu / $0, low), high) }
    let total = Elementary.sum(
      (0..<Self.cells).lazy.map { noise[$0] * lengths[$0] * Elementary.pow(rates[$0], p) })
    return Run(lengths: lengths, rates: rates, loss: loss(noise: total, end: end))
  }

  private func loss(noise: Double, end: Double) -> Double {
    let rest = model.noise.indices.map { j in
      let component = model.noise[j]
      return component.level * start.noise[j] * Elementary.exp(-2 * component.curvature * (end - start.time))
    }
    return model.asymptote + signal(end) + Elementary.sum(rest) + noise
  }

  /// The best schedule, and the least loss of any schedule in continuous time.
  func solve() -> (learningRates: [Double], leastLoss: Double) {
    let count = Double(plan.freeSteps)
    let (low, high) = (plan.floor * count, plan.peakRate * count)
    guard high - low > 1e-12 * high else {
      let rates = plan.givenRates + Array(repeating: plan.peakRate, count: plan.freeSteps)
      return (rates, model.losses(under: rates, at: [plan.horizon])[0])
    }
    // The ends of the range leave no choice of rates, and rounding must not lead beyond them.
    // Below a limit that is far above the best rates, the range of these is a small part.
    let (width, parts) = (high - low, Double(Self.scanPoints))
    var points: [Double] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1].map { low + width * $0 / parts }
    points += (1...Self.scanPoints).map { low + width * Double($0) / (parts + 1) }
    points += [1e-2, 1e-3, 1e-4, 1e-6].map { high - width * $0 / parts }
    let best = ScalarMinimizer.scan(
      { run(to: start.time + $0).loss }, points: points, tolerance: 1e-7 * high)
    let found = run(to: start.time + best.x)
    return (plan.givenRates + steps(found), found.loss)
  }

  /// The mean rate of a run over every step.
  private func steps(_ run: Run) -> [Double] {
    let scale = model.peakRate
    let total = Elementary.sum(zip(run.lengths, run.rates).lazy.map { $0 / ($1 * scale) })
    // Bisection leaves a rounding error in the number of steps.
    let stretch = Double(plan.freeSteps) / total
    var (clock, time, cell) = (0.0, 0.0, 0)
    var (result, before) = ([Double](), 0.0)
    result.reserveCapacity(plan.freeSteps)
    for step in 1...plan.freeSteps {
      while cell < run.lengths.count {
        let duration = run.lengths[cell] / (run.rates[cell] * scale) * stretch
        guard clock + duration <= Double(step) else { break }
        clock += duration
        time += run.lengths[cell]
        cell += 1
      }
      let inside = cell < run.lengths.count ? (Double(step) - clock) * run.rates[cell] * scale / stretch : 0
      // Differences of times are off by roundings, which must neither rise nor blur a plateau.
      let highest = plan.isMonotone ? result.last ?? plan.peakRate : plan.peakRate
      let rate = min(max(time + inside - before, plan.floor), highest)
      result.append(highest - rate <= 1e-9 * highest ? highest : rate)
      before = time + inside
    }
    return result
  }
}
