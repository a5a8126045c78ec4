import CNoisyQuadraticKernels

/// Cells of a clock that all directions share, with a field on them (B14–B16).
///
/// For any field and price, a chain over the cells bounds the loss of every heavy-ball schedule whose path
/// stops in a given range of the clock. There are two clocks. In the one of a reference direction, plain
/// SGD's flow `x = e^{−hτ}` is the border between *slow* directions, which cannot fall faster, and *fast*
/// ones, which cannot fall more slowly. In the clock that is the path's length, every direction falls at
/// least as fast as SGD's flow and at most at the rate h.
struct CommonClock {
  /// Cells in which a path may stop.
  struct Range {
    /// The first cell, and the one after the last.
    var first, end: Int
    /// A bound for the paths that stop in the range. If the range ends with the last cell, the bound also
    /// holds for paths that go on after it.
    var bound = 0.0
    /// The price 2ν relative to that of the field's own path.
    var priceFactor = 1.0
  }

  let cells: Int
  private let directions: ClockDirections
  private let steps: Double
  /// The ends of the cells.
  let clock: [Double]
  /// Tables with one number for every direction and cell, rounded outward: `e^{−hD}` and `1 − e^{−hD}` for
  /// cells of length D, and `G/2ν = k g/h`.
  let kept, lost, price: [Double]
  /// The table of `hD` if the clock is the path's length; otherwise empty. The table `kept` is empty then.
  let reach: [Double]
  /// The field's own path at the ends of the cells.
  private let path: [Double]
  /// The length of this path, weighted by noise, up to every end of a cell.
  private let length: [Double]
  /// The first cell in which a direction is not slow, and the first one in which it is fast.
  let slow, fast: [Int]
  /// The bounds by the signal alone of paths that stop before the ends of the cells.
  let signalBound: [Double]

  /// The unit roundoff.
  private static let unit = 0x1p-53
  /// The rounds in which the path for the second clock is found. More do not raise the bound noticeably.
  private static let rounds = 40

  /// Creates the clock of a reference direction, with cells that end at a positive finite number.
  ///
  /// - Complexity: six exponentials for every direction and cell.
  init(_ directions: ClockDirections, steps: Double, end: Double, cells: Int) {
    let d = directions.count
    let clock = Self.clock(directions, end: end, cells: cells)
    var kept = [Double](repeating: 0, count: d * cells)
    var (lost, price) = (kept, kept)
    var norms = [Double](repeating: 0, count: cells)
    nq_clock_tables(
      d, cells, clock, directions.lowest, directions.highest, directions.noise, directions.wholeNoise,
      Self.margin(directions), &kept, &lost, &price, &norms)
    let length = Self.length(norms, clock)
    // A cell's best threshold, or the one before if that is lower.
    var slope = directions.signal
    var counts = [Int](repeating: 0, count: cells)
    nq_clock_thresholds(
      d, cells, clock, directions.highest, directions.signal, kept, price, 2 * length[cells] / steps,
      &slope, &counts)
    for k in 1..<cells { counts[k] = min(counts[k], counts[k - 1]) }
    // The reference is the steepest of the slow directions, or an imagined one below all directions.
    slow = (0..<d).map { i in counts.firstIndex { $0 <= i } ?? cells }
    fast = (0..<d).map { i in
      counts.firstIndex { $0 == 0 || directions.highest[$0 - 1] < directions.lowest[i] } ?? cells
    }
    var signalBound = [Double](repeating: 0, count: cells + 1)
    nq_clock_signal(
      d, cells, directions.terms, clock, directions.highest, directions.signal, counts, &signalBound)
    (self.directions, self.steps, self.cells, self.clock) = (directions, steps, cells, clock)
    (self.kept, self.lost, self.price, self.length) = (kept, lost, price, length)
    (self.signalBound, reach, path) = (signalBound, [], [])
  }

  /// Creates the clock that is the path's length.
  ///
  /// - Complexity: an exponential for every direction and cell, and 40 rounds over all of them.
  init(lengthOf directions: ClockDirections, steps: Double, end: Double, cells: Int) {
    let d = directions.count
    let clock = Self.clock(directions, end: end, cells: cells)
    var lost = [Double](repeating: 0, count: d * cells)
    var (reach, price) = (lost, lost)
    var path = [Double](repeating: 0, count: d * (cells + 1))
    var (slopes, norms) = ([Double](repeating: 0, count: cells), [Double](repeating: 0, count: cells))
    nq_length_tables(
      d, cells, clock, directions.lowest, directions.highest, directions.noise, directions.wholeNoise,
      directions.signal, steps, Self.rounds, Self.margin(directions), &lost, &reach, &price, &path, &slopes,
      &norms)
    var signalBound = [Double](repeating: 0, count: cells + 1)
    nq_length_signal(
      d, cells, directions.terms, clock, directions.highest, directions.signal, &signalBound)
    (self.directions, self.steps, self.cells, self.clock) = (directions, steps, cells, clock)
    (self.lost, self.price, self.reach, self.path) = (lost, price, reach, path)
    (self.signalBound, kept, length) = (signalBound, [], Self.length(norms, clock))
    slow = [Int](repeating: 0, count: d)
    fast = slow
  }

  private static func clock(_ directions: ClockDirections, end: Double, cells: Int) -> [Double] {
    let first = min(1e-3 / (directions.highest.last ?? 1), 1e-4 * end)
    let ratio = Elementary.log(end / first) / Double(cells - 1)
    return [0] + (0..<cells).map { $0 == cells - 1 ? end : first * Elementary.exp(ratio * Double($0)) }
  }

  /// What the field's norm is lowered by for the rounding of its sum.
  private static func margin(_ directions: ClockDirections) -> Double {
    Double(directions.terms + 64) * 2 * unit
  }

  private static func length(_ norms: [Double], _ clock: [Double]) -> [Double] {
    var length = [0.0]
    for k in norms.indices { length.append(length[k] + norms[k] * (clock[k + 1] - clock[k])) }
    return length
  }

  /// The field's own path: one direction's x at the end of a cell.
  func nominal(_ direction: Int, _ end: Int) -> Double {
    reach.isEmpty
      ? Elementary.exp(-directions.highest[direction] * clock[end]) : path[direction * (cells + 1) + end]
  }

  /// The sum of the directions' chains over a range at a price 2ν, with the best tangents. Tangents are given
  /// as factors of those of the field's path. Unless the search is wide, it is near the factors passed in.
  func pass(_ range: Range, rate: Double, isWide: Bool, _ tangents: inout [Double]) -> Double {
    let nominal = directions.highest.indices.map { self.nominal($0, range.end) }
    return nq_clock_pass(
      directions.count, cells, directions.terms, kept, lost, price, reach, reach.isEmpty ? 0 : 1,
      directions.signal, nominal, slow, fast, rate, range.first, range.end, range.end == cells ? 1 : 0,
      isWide ? 1 : 0, &tangents)
  }

  /// Raises the bound of a range by passes at several prices: the given factors of the range's own one, and
  /// then those that a parabola suggests.
  ///
  /// `spend` is called after every pass with the number of cells visited, summed over all directions. If it
  /// returns false, no more prices are tried.
  func improve(_ range: inout Range, factors: [Double], _ spend: (Double) -> Bool) {
    var tangents = [Double](repeating: 1, count: directions.count)
    let base = 2 * length[range.end] / steps
    var (isFirst, goesOn) = (true, true)
    func value(_ factor: Double) -> Double {
      let rate = base * factor
      guard goesOn, rate > 0, rate < 1e150 else { return 0 }
      let sum = pass(range, rate: rate, isWide: isFirst, &tangents)
      goesOn = spend(Double(directions.count * range.end * (isFirst ? 3 : 1)))
      isFirst = false
      let bound = sum - 0.25 * rate * rate * steps * (1 + 8 * Self.unit)
      if bound > range.bound { (range.bound, range.priceFactor) = (bound, factor) }
      return bound
    }
    if range.end < cells { range.bound = max(range.bound, signalBound[range.end]) }
    let own = range.priceFactor
    for factor in factors { _ = value(own * factor) }
    let (center, step) = (range.priceFactor, 0.03)
    let (low, middle, high) = (value(center * (1 - step)), value(center), value(center * (1 + step)))
    let curvature = low - 2 * middle + high
    let shift = curvature < 0 ? 0.5 * step * (low - high) / curvature : high > low ? 1 : -1
    if abs(shift) > 0.1 * step { _ = value(center * (1 + min(max(shift, -0.15), 0.15))) }
  }
}
