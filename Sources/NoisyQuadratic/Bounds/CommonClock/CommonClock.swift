import CNoisyQuadraticKernels

/// Cells of a clock that all directions share, with a field and thresholds on them (B14–B16).
///
/// In this clock, plain SGD's flow `x = e^{−hτ}` is the border between *slow* directions, which cannot fall
/// faster, and *fast* ones, which cannot fall more slowly. For any field, thresholds and price, a chain over
/// the cells bounds the loss of every heavy-ball schedule whose path stops in a given range of the clock.
struct CommonClock {
  /// Cells in which a path may stop.
  struct Range {
    /// The first cell, and the one after the last.
    var first, end: Int
    /// A bound for the paths that stop in the range. If the range ends with the last cell, the bound also
    /// holds for paths that go on after it.
    var bound = 0.0
    /// The price 2ν relative to that of SGD's flow.
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
  /// `∫₀^τ ‖e^{−hτ}‖ dτ` up to every end of a cell.
  private let length: [Double]
  /// The first cell in which a direction is not slow, and the first one in which it is fast.
  let slow, fast: [Int]
  /// The bounds by the signal alone of paths that stop before the ends of the cells.
  let signalBound: [Double]

  /// The unit roundoff.
  private static let unit = 0x1p-53

  /// Creates cells that end at the given clock, positive and finite.
  ///
  /// - Complexity: five exponentials for every direction and cell.
  init(_ directions: ClockDirections, steps: Double, end: Double, cells: Int) {
    (self.directions, self.steps, self.cells) = (directions, steps, cells)
    let first = min(1e-3 / (directions.highest.last ?? 1), 1e-4 * end)
    let ratio = Elementary.log(end / first) / Double(cells - 1)
    clock =
      [0] + (0..<cells).map { $0 == cells - 1 ? end : first * Elementary.exp(ratio * Double($0)) }
    let d = directions.count
    var kept = [Double](repeating: 0, count: d * cells)
    var (lost, price) = (kept, kept)
    var norms = [Double](repeating: 0, count: cells)
    nq_clock_tables(
      d, cells, clock, directions.lowest, directions.highest, directions.noise, directions.wholeNoise,
      Double(directions.terms + 64) * 2 * Self.unit, &kept, &lost, &price, &norms)
    (self.kept, self.lost, self.price) = (kept, lost, price)
    var length = [0.0]
    for k in 0..<cells { length.append(length[k] + norms[k] * (clock[k + 1] - clock[k])) }
    self.length = length
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
    self.signalBound = signalBound
  }

  /// The sum of the directions' chains over a range at a price 2ν, with the best tangents. Tangents are given as
  /// factors of those of SGD's flow. Unless the search is wide, it is near the factors that are passed in.
  func pass(_ range: Range, rate: Double, isWide: Bool, _ tangents: inout [Double]) -> Double {
    let nominal = directions.highest.map { [end = clock[range.end]] in Elementary.exp(-$0 * end) }
    return nq_clock_pass(
      directions.count, cells, directions.terms, kept, lost, price, directions.signal, nominal, slow, fast,
      rate, range.first, range.end, range.end == cells ? 1 : 0, isWide ? 1 : 0, &tangents)
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
