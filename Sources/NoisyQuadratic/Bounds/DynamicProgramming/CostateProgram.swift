/// Lower bounds on the final loss, by dynamic programming over costates (B1).
///
/// ```
/// D_j(w) = min over j steps of Σ w_i m_i after them,
/// D_{j+1}(w) = min over α of  α² c·w + D_j((1 − αh)² w),   D_0(w) = w·m₀
/// ```
/// `D_j` is concave and homogeneous in the costate w, so bounds at the rays of a ``ConePartition`` are bounds
/// everywhere. Rounds of refinement put rays where the gap arises (B6). The values of schedules steer the
/// refinement, but never enter a bound.
struct CostateProgram {
  private let curvature, noise, start, finalCostate: [Double]
  private let highestCurvature: Double
  private let horizon: Int
  /// The bounds on `D_j`, for j in 0 ..< T.
  private var stages: [ConePartition] = []
  /// The scales by which directions are compared: their moments after j greedy steps.
  private var scales: [[Double]] = []
  /// The range that contains the best rate of step j, whatever comes after it (B4).
  private let ranges: [ClosedRange<Double>]

  /// The bound on the final loss.
  private(set) var lowerBound = 0.0
  /// The lowest final loss of the schedules that the rounds tried, and its rates; `nil` if all overflowed.
  private(set) var lowestLoss = Double.infinity
  private(set) var rates: [Double]?
  private(set) var statistics = CertificateStatistics()
  /// The work that has not yet been reported to a meter.
  private var pendingWork = 0.0

  /// Creates the program of a problem; `rateLimit` may be infinite. The result is `nil` if squares of its rates
  /// overflow.
  init?(_ problem: MergedProblem, rateLimit: Double, horizon: Int) {
    curvature = problem.curvature
    noise = problem.noise
    start = problem.secondMoment
    finalCostate = problem.finalCostate
    highestCurvature = curvature.max() ?? 1
    self.horizon = horizon
    guard
      let ranges = RateRange.ranges(
        curvature: curvature, noise: noise, start: start, rateLimit: rateLimit, steps: horizon)
    else { return nil }
    self.ranges = ranges
    var moments = start
    append(values: start, scale: moments)
    for j in 1..<max(horizon, 1) {
      advance(&moments, min(greedyRate(moments), rateLimit))
      let minima = curvature.indices.map { i in backup(j, curvature.indices.map { $0 == i ? 1 : 0 }) }
      pendingWork += minima.reduce(0) { $0 + $1.work }
      append(values: minima.map { $0.value * Self.rayFactor }, scale: moments)
    }
  }

  /// The number of doubles that a program takes at its start.
  static func doubles(dimension: Int, horizon: Int) -> Double {
    Double(horizon) * Double(2 * dimension * (dimension + 4) + 32)
  }

  /// The outward factor for the rounding of a ray, applied once for each of the cuts that led to it (B5).
  private static let rayFactor = 1 - 0x1p-42

  /// Appends the next stage: one cone, whose rays are unit vectors divided by their scales.
  private mutating func append(values: [Double], scale: [Double]) {
    let scale = scale.map { max($0, 1e-200) }
    stages.append(
      ConePartition(
        scale: scale.map { 1 / $0 }, values: zip(values, scale).map { $0 / $1 * Self.rayFactor }))
    scales.append(scale)
  }

  // MARK: Backups

  /// A bound on `D_j(w)` from the bounds on `D_{j−1}`, and the rate that attains it; j ≥ 1.
  private func backup(_ j: Int, _ w: [Double]) -> RateSearch.Minimum {
    let scale = scales[j - 1]
    var (cost, shares) = (0.0, [RateQuadratic]())
    shares.reserveCapacity(w.count)
    for i in w.indices {
      let (h, x) = (curvature[i], w[i] * scale[i])
      shares.append(RateQuadratic(constant: x, linear: -2 * h * x, square: h * h * x))
      cost += w[i] * noise[i]
    }
    var minimum = RateSearch.minimum(
      stages[j - 1], noise: cost, shares: shares, range: ranges[j - 1], scale: 4 / highestCurvature)
    minimum.value = max(minimum.value, 0)
    return minimum
  }

  /// Calls ``backup(_:_:)`` and counts it.
  private mutating func counted(_ j: Int, _ w: [Double]) -> RateSearch.Minimum {
    let minimum = backup(j, w)
    statistics.backups += 1
    pendingWork += minimum.work
    return minimum
  }

  private mutating func backUp(_ j: Int, ray: Int) {
    stages[j].raise(ray, to: counted(j, Array(stages[j].ray(ray))).value * Self.rayFactor)
  }

  /// Reports the pending work to the meter; returns whether there is more to spend.
  private mutating func pay(_ meter: WorkMeter) -> Bool {
    defer { pendingWork = 0 }
    return meter.spend(pendingWork)
  }

  // MARK: Rounds

  /// A schedule chosen by the bounds, from the last step to the first.
  private struct Trial {
    /// The costate after j steps, for j = 0 … T.
    var costates: [[Double]]
    /// The result of the backup at each costate, for j = 1 … T.
    var minima: [RateSearch.Minimum]
    var loss: Double
  }

  /// Refines until the lowest loss tried exceeds the bound by at most `gap` of it, until a limit is reached,
  /// or until neither cuts nor a backup of all rays change anything any more.
  ///
  /// - Returns: whether a limit was reached.
  mutating func refine(
    gap: Double, maximumRounds: Int, maximumCones: Int, _ meter: WorkMeter
  ) -> Bool {
    var lastCut = 0
    while statistics.rounds < lastCut + 2 * Self.sweepInterval {
      if statistics.rounds == maximumRounds { return true }
      // The first trial runs whatever it costs. After the last refinement one more trial runs, which gathers
      // the gain of that refinement.
      let isLast = !pay(meter)
      guard let trial = trial(meter) else { return true }
      lowerBound = max(lowerBound, trial.minima[horizon].value)
      if trial.loss < lowestLoss {
        lowestLoss = trial.loss
        rates = trial.minima.dropFirst().map(\.rate)
      }
      statistics.rounds += 1
      let cones = stages.reduce(0) { $0 + $1.cuts.count }
      if cones > statistics.cones { lastCut = statistics.rounds }
      statistics.cones = cones
      guard lowestLoss - lowerBound > gap * lowestLoss else { return false }
      guard !isLast, statistics.cones < maximumCones else { return true }
      if statistics.rounds % Self.sweepInterval == 0 { backUpAll(meter) }
      // The excess that steps may lose without a cut is a fraction of the present excess, not of the
      // requested gap: schedules that are far off need no precision to be excluded.
      let excess = max(trial.loss - lowerBound, gap * trial.loss)
      refine(along: trial, tolerance: Self.toleranceShare * excess / Double(horizon), meter)
    }
    return false
  }

  /// The number of rounds between two backups of every ray.
  private static let sweepInterval = 16
  /// The smallest relative distance between the directions of rays. Closer rays would spoil the conditioning
  /// of cones.
  private static let smallestDistance = 1e-7
  /// The part of the excess that is tolerated, over all steps together.
  private static let toleranceShare = 0.03
  /// The work of checking whether a cone is at an edge.
  private static let workPerSearch = 1.0

  /// Runs a trial; `nil` if the caller of the whole proof asked to stop.
  private mutating func trial(_ meter: WorkMeter) -> Trial? {
    var trial = Trial(
      costates: Array(repeating: finalCostate, count: horizon + 1),
      minima: Array(repeating: RateSearch.Minimum(), count: horizon + 1), loss: 0)
    for j in stride(from: horizon, through: 1, by: -1) {
      let minimum = counted(j, trial.costates[j])
      _ = pay(meter)
      if meter.isStopped { return nil }
      trial.minima[j] = minimum
      trial.costates[j - 1] = zip(trial.costates[j], curvature).map {
        (1 - minimum.rate * $1) * (1 - minimum.rate * $1) * $0
      }
    }
    var moments = start
    for minimum in trial.minima.dropFirst() { advance(&moments, minimum.rate) }
    trial.loss = zip(finalCostate, moments).reduce(0) { $0 + $1.0 * $1.1 }
    return trial
  }

  private func advance(_ moments: inout [Double], _ rate: Double) {
    for i in moments.indices {
      let u = 1 - rate * curvature[i]
      moments[i] = u * u * moments[i] + rate * rate * noise[i]
    }
  }

  /// The rate after which the loss is lowest (S1).
  private func greedyRate(_ moments: [Double]) -> Double {
    var (slope, curve) = (0.0, 0.0)
    for i in moments.indices {
      let weight = finalCostate[i] * curvature[i]
      slope += weight * moments[i]
      curve += weight * curvature[i] * moments[i] + finalCostate[i] * noise[i]
    }
    return curve > 0 ? slope / curve : 0
  }

  /// Improves the bounds along a trial, from the first step to the last, so that every backup profits from
  /// those before it.
  private mutating func refine(along trial: Trial, tolerance: Double, _ meter: WorkMeter) {
    for j in stride(from: 1, to: horizon, by: 1) {
      guard pay(meter) else { return }
      // The cone in which the trial's backup at j + 1 ended.
      var cone = trial.minima[j + 1].cone
      var shares = trial.minima[j + 1].shares
      for i in shares.indices where shares[i] > 0 { backUp(j, ray: stages[j].corner(cone, i)) }
      let target = counted(j, trial.costates[j]).value
      while target - stages[j].value(cone, shares) > tolerance, let (a, b) = edge(j, cone, shares) {
        let sum = shares[a] + shares[b]
        guard
          let ray = stages[j].cut(
            cone, a, b, weightA: shares[a] / sum, weightB: shares[b] / sum),
          let cut = stages[j].cuts[cone]
        else { break }
        // The cut checked every cone for the edge.
        pendingWork += Double(stages[j].cuts.count) * Self.workPerSearch
        backUp(j, ray: ray)
        // The costate is on the new face: in the part that keeps a, with the new ray in place of b.
        cone = cut.firstPart
        (shares[a], shares[b]) = (0, sum)
      }
    }
  }

  private mutating func backUpAll(_ meter: WorkMeter) {
    for j in stride(from: 1, to: horizon, by: 1) {
      for ray in stages[j].values.indices {
        guard pay(meter) else { return }
        backUp(j, ray: ray)
      }
    }
  }

  /// The edge to cut so that a ray passes through the costate with these shares. It is the edge with the
  /// largest product of the squared distance of its ends and the contributions of both.
  private func edge(_ j: Int, _ cone: Int, _ shares: [Double]) -> (Int, Int)? {
    let corners = shares.indices.map { position in
      zip(stages[j].ray(stages[j].corner(cone, position)), scales[j]).map { $0 * $1 }
    }
    let worth = corners.map { $0.reduce(0, +) }
    var best = (edge: (0, 0), size: 0.0)
    for b in shares.indices {
      for a in 0..<b {
        var distance = 0.0
        for i in shares.indices {
          let difference = corners[a][i] / worth[a] - corners[b][i] / worth[b]
          distance += difference * difference
        }
        let (partA, partB) = (shares[a] * worth[a], shares[b] * worth[b])
        let size = partA * partB * distance
        if size > best.size, isApart(corners[a], corners[b], shares[a], shares[b]) {
          best = ((a, b), size)
        }
      }
    }
    return best.size > 0 ? best.edge : nil
  }

  /// Whether the direction of a combination of two rays differs from that of both. It differs if the ratios
  /// of the components differ by more than the smallest relative distance of rays.
  private func isApart(_ a: [Double], _ b: [Double], _ shareA: Double, _ shareB: Double) -> Bool {
    func differ(_ end: [Double]) -> Bool {
      var (low, high) = (Double.infinity, 0.0)
      for i in end.indices where a[i] > 0 || b[i] > 0 {
        let ratio = end[i] / (shareA * a[i] + shareB * b[i])
        (low, high) = (min(low, ratio), max(high, ratio))
      }
      return high > low * (1 + Self.smallestDistance)
    }
    return differ(a) && differ(b)
  }
}
