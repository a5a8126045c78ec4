import CNoisyQuadraticKernels

/// Directions in groups of nearly equal curvature, in ascending order, for sums of exponentials over them
/// (B13).
///
/// Each sum is bounded from below by Jensen's inequality. The number of groups depends on the range of the
/// curvatures, not on the number of directions.
final class CurvatureGroups {
  private static let mostGroups = 4096

  let count: Int
  /// Mean h, h² and h³; the least and largest h; `½ Σ n h c` and `½ Σ n h m₀`.
  private let data: AlignedColumns
  /// `½ Σ n h c` and `½ Σ n h m₀` over all directions.
  let noise, signal: Double
  /// The least and largest curvature.
  let lowest, highest: Double

  /// One group for as many directions as have curvatures of a ratio of at most `1 + width`. The width is
  /// enlarged if there are too many groups.
  init(_ problem: MergedProblem, width: Double) {
    var width = width
    var members = Self.members(problem.curvature, width)
    while members.count > Self.mostGroups {
      width = max(2 * width, 1e-3)
      members = Self.members(problem.curvature, width)
    }
    var groups: [Group] = []
    for range in members {
      let all = Group(problem, range, (1, 1))
      // A mean serves both sums if both have nearly the same. Otherwise each sum gets a group of its own.
      let (first, second) = (Group(problem, range, (1, 0)), Group(problem, range, (0, 1)))
      let differs =
        range.count > 1 && first.noise > 0 && second.signal > 0
        && abs(first.means[0] - second.means[0]) > 1e-2 * width * all.lowest
      groups += (differs ? [first, second] : [all]).filter { $0.noise > 0 || $0.signal > 0 }
    }
    count = groups.count
    data = AlignedColumns(length: count, columns: 7)
    for k in 0..<3 { data.fill(k, with: groups.map { $0.means[k] }) }
    data.fill(3, with: groups.map(\.lowest))
    data.fill(4, with: groups.map(\.highest))
    data.fill(5, with: groups.map(\.noise))
    data.fill(6, with: groups.map(\.signal))
    noise = groups.reduce(0) { $0 + $1.noise }
    signal = groups.reduce(0) { $0 + $1.signal }
    lowest = problem.curvature.last ?? 1
    highest = problem.curvature.first ?? 1
  }

  /// A view for the kernels, which fill the two tables.
  func kernelGroups(stiffness: AlignedColumns, base: AlignedColumns) -> nq_exponent_groups {
    nq_exponent_groups(
      count: count, stride: data.stride, mean: data.column(0), mean2: data.column(1), mean3: data.column(2),
      lowest: data.column(3), highest: data.column(4), noise: data.column(5), signal: data.column(6),
      stiffness: stiffness.column(0), base: base.column(0))
  }

  /// An upper bound on the mean over a group of a convex function of the curvature: its chord.
  func chord(_ group: Int, _ value: (Double) -> Double) -> Double {
    let (mean, low, high) = (data.column(0)[group], data.column(3)[group], data.column(4)[group])
    let (bottom, top) = (value(low), value(high))
    return high > low ? bottom + (top - bottom) * min((mean - low) / (high - low), 1) : top
  }

  /// The largest curvature of a group, and its parts of the sums.
  func highest(_ group: Int) -> Double { data.column(4)[group] }
  func noise(of group: Int) -> Double { data.column(5)[group] }
  func signal(of group: Int) -> Double { data.column(6)[group] }

  /// Ranges of the problem's directions, which are in descending order; the last range comes first.
  private static func members(_ curvature: [Double], _ width: Double) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var end = curvature.count
    while end > 0 {
      let most = curvature[end - 1] * (1 + width)
      var start = end - 1
      while start > 0, curvature[start - 1] <= most { start -= 1 }
      ranges.append(start..<end)
      end = start
    }
    return ranges
  }

  private struct Group {
    let means: [Double]
    let lowest, highest, noise, signal: Double

    /// Sums and means over a range of directions whose noise and signal are multiplied by 0 or 1. Sums are
    /// rounded down, means up.
    init(_ problem: MergedProblem, _ range: Range<Int>, _ factors: (noise: Double, signal: Double)) {
      var noise = [0.0, 0, 0, 0]
      var signal = [0.0, 0, 0, 0]
      for i in range.reversed() {
        let h = problem.curvature[i]
        var (c, s) = (0.5 * h * problem.noise[i], 0.5 * h * problem.secondMoment[i])
        for k in 0..<4 {
          noise[k] += c
          signal[k] += s
          c *= h
          s *= h
        }
      }
      let rounding = Double(range.count + 8) * .ulpOfOne
      means = (1...3).map { k in
        max(
          factors.noise > 0 && noise[0] > 0 ? noise[k] / noise[0] : 0,
          factors.signal > 0 && signal[0] > 0 ? signal[k] / signal[0] : 0) * (1 + rounding)
      }
      lowest = problem.curvature[range.upperBound - 1]
      highest = problem.curvature[range.lowerBound]
      self.noise = factors.noise * noise[0] * (1 - rounding)
      self.signal = factors.signal * signal[0] * (1 - rounding)
    }
  }
}
