/// Dynamic programming over costates (B1–B6), for all directions at once or in groups (B7), for schedules
/// without momentum.
///
/// Directions that it has not reached count with their information bound (M7), so the bound holds wherever
/// the method stops. It stops when the remaining groups cannot raise the bound above the one already known.
struct DynamicProgrammingMethod: LowerBoundMethod {
  private let setup: SolverSetup
  private let merged: MergedProblem
  private let horizon: Int
  private let options: CertificateOptions
  /// The factor that makes up for the roundings of `c/B`, `m₀`, `n h` and of sums over directions (B5).
  private let downward: Double
  /// The number of distinct curvatures treated at once.
  private let size: Int
  let estimatedWork: Double

  /// The gap within a group below which the separation of the groups dominates.
  private static let groupGap = 2e-3
  /// The work per cone of a stage, a rough value from measured proofs. A proof has `T 2^k` cones.
  private static let workPerCone = 500.0
  /// The factor by which the prospect of all groups may be wrong.
  private static let slack = 1.01

  /// - Throws: ``NoisyQuadraticError`` if the problem does not fit into memory.
  init(
    _ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, _ options: CertificateOptions,
    downward: Double
  ) throws(NoisyQuadraticError) {
    self.setup = setup
    self.merged = merged
    self.horizon = horizon
    self.options = options
    self.downward = downward
    let dimension = merged.dimension
    func work(_ size: Int) -> Double {
      Self.workPerCone * Double(horizon) * Elementary.pow(2, Double(size))
        * Double((dimension + size - 1) / size)
    }
    // A direction on its own has no better bound than its information bound.
    let smallest = min(2, dimension)
    var size = max(min(options.largestGroup, dimension), smallest)
    while size > smallest, work(size) > options.maximumWork { size -= 1 }
    self.size = size
    // A single curvature costs next to nothing and leaves no gap open.
    estimatedWork = dimension == 1 ? 0 : options.largestGroup == 1 ? .infinity : work(size)
    guard estimatedWork <= options.maximumWork, estimatedWork.isFinite else { return }
    try MemoryRequirement.check(
      "horizon", horizon, doubles: CostateProgram.doubles(dimension: size, horizon: horizon))
    try MemoryRequirement.check(
      "maximumCones", options.maximumCones, doubles: Double(options.maximumCones) * Double(2 * size + 8))
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    let count = (merged.dimension + size - 1) / size
    var result = LowerBound(
      method: merged.dimension == 1
        ? .closedForm : count == 1 ? .dynamicProgramming : .groupedDynamicProgramming)
    // Each group has one curvature of every band, so that every group has the conflicts of the whole problem.
    var groups = (0..<count).map { g in
      Group(
        members: Array(stride(from: g, to: merged.dimension, by: count)), merged, horizon, known.lossByEntry)
    }
    func value() -> Double { setup.problem.modelLoss(groups.reduce(0) { $0 + $1.bound } * downward) }
    var nextLook = 2
    for (done, g) in Self.order(count).enumerated() {
      meter.grant(meter.left / Double(count - done))
      guard
        var program = CostateProgram(
          merged, members: groups[g].members, rateLimit: setup.limits.scaledRate, horizon: horizon)
      else { return LowerBound(method: result.method) }
      let isLimited = program.refine(
        gap: count == 1 ? known.gap : max(known.gap / 2, Self.groupGap),
        maximumRounds: options.maximumRounds, maximumCones: options.maximumCones, meter)
      if isLimited { result.isLimited = true }
      result.statistics.add(program.statistics)
      result.statistics.groups += 1
      if count == 1 { result.trial = program.rates.map { ($0, program.lowestLoss) } }
      groups[g].bound = max(program.lowerBound, groups[g].bound)
      groups[g].isDone = true
      if meter.isStopped { break }
      guard done + 1 >= nextLook else { continue }
      nextLook = done + 1 + max((done + 1) / 8, 1)
      meter.progress.lowerBound = max(known.lower, value())
      if done + 1 < count, setup.problem.modelLoss(Self.prospect(groups)) * Self.slack <= known.lower {
        result.isLimited = false
        break
      }
    }
    result.value = value()
    return result
  }

  /// Distinct curvatures that are bounded on their own.
  private struct Group {
    let members: [Int]
    /// The group's part of the best schedule's loss. No bound of the group exceeds it.
    let loss: Double
    /// A lower bound; initially the information bound.
    var bound: Double
    /// Whether dynamic programming has finished with this group.
    var isDone = false

    init(members: [Int], _ merged: MergedProblem, _ horizon: Int, _ lossByEntry: [Double]) {
      self.members = members
      loss = members.reduce(0) { $0 + lossByEntry[$1] }
      bound = members.reduce(0) { $0 + merged.informationBound($1, horizon) }
    }
  }

  /// The groups in an order that shows early what all bounds sum to: the last, the first, and then those
  /// halfway between.
  private static func order(_ count: Int) -> [Int] {
    var order = count == 1 ? [0] : [count - 1, 0]
    var intervals = [(0, count - 1)]
    var next = 0
    while next < intervals.count {
      let (low, high) = intervals[next]
      next += 1
      guard high - low > 1 else { continue }
      let middle = (low + high) / 2
      order.append(middle)
      intervals += [(low, middle), (middle, high)]
    }
    return order
  }

  /// An estimate of the bound of all groups together. A group has the curvatures of the group before it, each
  /// moved on by one place. It therefore keeps, roughly, no larger a part of its loss than the finished
  /// groups on both sides of it.
  private static func prospect(_ groups: [Group]) -> Double {
    func kept(_ groups: some Sequence<Group>) -> [Double] {
      var last = 0.0
      return groups.map { group in
        if group.isDone { last = group.bound / group.loss }
        return last
      }
    }
    let (below, above) = (kept(groups), Array(kept(groups.reversed()).reversed()))
    return groups.indices.reduce(0) { sum, g in
      sum + (groups[g].isDone ? groups[g].bound : max(below[g], above[g]) * groups[g].loss)
    }
  }
}
