/// The bounds by a clock that all directions share (B14–B17), for every heavy-ball schedule from rest,
/// whatever its limits.
struct CommonClockMethod: LowerBoundMethod {
  private let problem: NormalizedProblem
  private let directions: ClockDirections
  private let steps: Double
  /// The clock at which SGD's flow stops, and its final loss there.
  private let end, flowLoss: Double
  /// The factor that makes up for the roundings in the problem's own numbers.
  private let downward: Double

  /// The numbers of cells, one after the other while the gap is open. The second one raises the bound by some
  /// 1e-4 of itself.
  private static let cells = [200, 400]
  /// The ends of the path's length, relative to the sum of the rates of SGD's flow. Each of them is the best
  /// one on some problems.
  private static let lengths = [1.0, 2, 4]
  /// The work of the tables for one direction and cell, and of one cell of a chain with its 16 tangents, in the
  /// unit of ``WorkMeter``.
  private static let (workPerTable, workPerCell) = (15.0, 1.0)
  /// The number of ranges after which none is halved any more.
  private static let mostRanges = 64

  /// Creates the method; `nil` if it proves nothing: without noise, without signal, or with numbers out of
  /// range.
  init?(_ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, downward: Double) {
    problem = merged.normalized(in: setup.problem)
    directions = ClockDirections(problem)
    steps = Double(horizon)
    self.downward = downward
    guard directions.noise.contains(where: { $0 > 0 }), directions.signal.contains(where: { $0 > 0 }),
      let slowest = directions.lowest.min()
    else { return nil }
    let groups = NormalizedProblem(
      problem, curvature: directions.highest, noise: directions.noise.map { 2 * $0 },
      secondMoment: directions.signal.map { 2 * $0 }, weight: directions.signal.map { _ in 1 })
    // The flow of the slowest direction ends at e^{−30}.
    let plan = ContinuousPlan(groups, rateLimit: min(30 / slowest, 1e200 / steps), steps: steps)
    (end, flowLoss) = (plan.intrinsicTime, plan.predictedLoss)
    guard end > 1e-290, end < 1e290 else { return nil }
  }

  var estimatedWork: Double {
    Double(directions.count * Self.cells[0]) * (Self.workPerTable + 3 * Self.workPerCell)
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    var result = LowerBound(method: .commonClock)
    func raise(_ clock: CommonClock, _ method: BoundMethod) {
      _ = meter.spend(Self.workPerTable * Double(directions.count * clock.cells))
      let value = problem.modelLoss(bound(clock, known, meter) * downward)
      if value > result.value { (result.value, result.method) = (value, method) }
    }
    func isOpen() -> Bool { meter.goesOn && !known.isClosed(by: result.value) }
    for cells in Self.cells where isOpen() {
      raise(CommonClock(directions, steps: steps, end: end, cells: cells), .commonClock)
    }
    for factor in Self.lengths where isOpen() {
      raise(
        CommonClock(lengthOf: directions, steps: steps, end: factor * end, cells: Self.cells[0]),
        .pathLength)
    }
    result.isLimited = !meter.goesOn
    return result
  }

  /// The least bound of ranges that cover all clocks. The range with the lowest one is halved, again and
  /// again.
  private func bound(_ clock: CommonClock, _ known: KnownBounds, _ meter: WorkMeter) -> Double {
    func improve(_ range: inout CommonClock.Range, _ factors: [Double]) {
      clock.improve(&range, factors: factors) { meter.spend(Self.workPerCell * $0) }
    }
    // Before the first range, the signal alone is more than the bound can reach.
    let first = min(clock.signalBound.lastIndex { $0 >= flowLoss } ?? 0, clock.cells - 1)
    var whole = CommonClock.Range(first: first, end: clock.cells)
    improve(&whole, [0.3, 0.55, 1.6])
    var ranges = [whole]
    var lowest = 0
    var ceiling: Double { clock.signalBound[first] }
    while ranges.count < Self.mostRanges, meter.goesOn {
      let parent = ranges[lowest]
      guard parent.bound < ceiling, parent.end - parent.first > 1,
        !known.isClosed(by: problem.modelLoss(parent.bound * downward))
      else { break }
      let middle = (parent.first + parent.end) / 2
      var halves = (parent, parent)
      halves.0.end = middle
      halves.1.first = middle
      improve(&halves.0, [])
      improve(&halves.1, [])
      ranges[lowest] = halves.0
      ranges.append(halves.1)
      for i in ranges.indices where ranges[i].bound < ranges[lowest].bound { lowest = i }
    }
    return min(ranges[lowest].bound, ceiling)
  }
}
