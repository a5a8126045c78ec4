/// The directions of the common-clock bound, by ascending curvature: those of a problem, or groups of them
/// (B17).
///
/// A group is a direction with the sum of its members' signals and the lowest noise for this signal. It is as
/// slow as its steepest member and as fast as its flattest one. This relaxes each member's problem.
struct ClockDirections {
  /// The lowest and the highest curvature of every group.
  private(set) var lowest: [Double] = []
  private(set) var highest: [Double] = []
  /// `½ n h c` as charged to the group, and the sum over its members.
  private(set) var noise: [Double] = []
  private(set) var wholeNoise: [Double] = []
  /// `½ n h m₀`.
  private(set) var signal: [Double] = []
  /// The number of directions in all groups.
  private(set) var terms = 0

  /// The largest number of directions that are not grouped, and of groups. The tables of 400 cells then take
  /// 40 megabytes.
  private static let most = 4096

  var count: Int { highest.count }

  /// - Complexity: O(d ln d).
  init(_ problem: NormalizedProblem, most: Int = Self.most) {
    let h = problem.curvature
    let kept = h.indices.filter { h[$0] > 0 && problem.weight[$0] > 0 }
      .map {
        (
          h: h[$0], k: 0.5 * problem.weight[$0] * problem.noise[$0],
          s: 0.5 * problem.weight[$0] * problem.secondMoment[$0]
        )
      }
      .filter { $0.k > 0 || $0.s > 0 }
    terms = kept.count
    var width = kept.count > most ? 0x1p-11 : 0
    while true {
      // Members agree in both logarithms up to the width.
      let keys = kept.map { member -> (Double, Double) in
        guard width > 0 else { return (member.h, 0) }
        let ratio = member.s > 0 && member.k > 0 ? Elementary.log(member.k / member.s) : 0
        let kind = member.s > 0 ? member.k > 0 ? (ratio / width).rounded(.down) : -.infinity : .infinity
        return ((Elementary.log(member.h) / width).rounded(.down), kind)
      }
      let order = kept.indices.sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) }
      var starts: [Int] = []
      for (position, i) in order.enumerated()
      where position == 0 || keys[order[position - 1]] != keys[i] || width == 0 {
        starts.append(position)
      }
      guard starts.count <= most else {
        width *= 2
        continue
      }
      for (g, start) in starts.enumerated() {
        let end = g + 1 < starts.count ? starts[g + 1] : order.count
        append(order[start..<end].map { kept[$0] })
      }
      break
    }
    let byHighest = highest.indices.sorted { (highest[$0], $0) < (highest[$1], $1) }
    lowest = byHighest.map { lowest[$0] }
    noise = byHighest.map { noise[$0] }
    wholeNoise = byHighest.map { wholeNoise[$0] }
    signal = byHighest.map { signal[$0] }
    highest = byHighest.map { highest[$0] }
  }

  private mutating func append(_ members: [(h: Double, k: Double, s: Double)]) {
    let (k, s) = members.reduce((0.0, 0.0)) { ($0.0 + $1.k, $0.1 + $1.s) }
    lowest.append(members.reduce(.infinity) { min($0, $1.h) })
    highest.append(members.reduce(0) { max($0, $1.h) })
    wholeNoise.append(k)
    signal.append(s)
    // The ratio of noise to signal is rounded down.
    let ratio = members.reduce(.infinity) { $1.s > 0 ? min($0, $1.k / $1.s) : $0 }
    noise.append(members.count == 1 || s == 0 ? k : ratio * s * (1 - 0x1p-48))
  }
}
