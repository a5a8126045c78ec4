/// A table of `F(s) = Σ a e^{−2hs}` with all `a ≥ 0`, which gives the value at any s in O(1).
///
/// The nodes are evenly spaced in `x = ln(1 + 2 h_max s)`, a sixteenth or less apart. Between nodes, `ln F`
/// is interpolated by the cubic with the exact values and slopes. In 2000 random sums of two to four terms,
/// with weights over twelve decades, the median error was below 3e-6. The worst error was 2e-3, where one
/// term hands over to another far below it.
struct DecayTable: Sendable {
  /// The distance between nodes in x; positive.
  let spacing: Double
  /// `ln F` and its derivative in x at the nodes.
  let logarithms, slopes: [Double]

  /// The largest x of the table.
  var end: Double { spacing * Double(logarithms.count - 1) }

  /// The last node at or before x that has a successor, and the distance of x beyond it, in spacings.
  func place(_ x: Double) -> (node: Int, fraction: Double) {
    let position = x / spacing
    let node = min(Int(position), logarithms.count - 2)
    return (node, position - Double(node))
  }

  /// `ln F` at x in `0 ... end`.
  func logarithm(_ x: Double) -> Double {
    let (j, t) = place(x)
    let (a, b) = (logarithms[j], logarithms[j + 1])
    let (da, db) = (slopes[j] * spacing, slopes[j + 1] * spacing)
    let u = 1 - t
    return u * u * ((1 + 2 * t) * a + t * da) + t * t * ((1 + 2 * u) * b - u * db)
  }

  /// Tables of the decay of noise and of signal over a distance s (L1). The first is for a unit of noise
  /// injected s before the end, the second for the loss at the start after s. Both extend to `longest`, which
  /// is positive.
  ///
  /// - Complexity: O(d) per node, `16 ln(1 + 2 h_max · longest)` nodes.
  static func noiseAndSignal(_ problem: NormalizedProblem, longest: Double) -> (
    noise: DecayTable, signal: DecayTable
  ) {
    let highest = problem.maximumCurvature
    let end = Elementary.log1p(2 * highest * longest)
    let intervals = max((16 * end).rounded(.up), 1)
    // The slowest decay is factored out of the sums, so that they do not underflow when everything has
    // decayed.
    let lowest = problem.curvature.min() ?? 0
    let noise = problem.curvature.indices.map { 0.5 * problem.weight[$0] * problem.noise[$0] }
    let signal = problem.curvature.indices.map { 0.5 * problem.weight[$0] * problem.secondMoment[$0] }
    var nodes: (noise: [(Double, Double)], signal: [(Double, Double)]) = ([], [])
    for node in 0...Int(intervals) {
      let x = end * (Double(node) / intervals)
      let s = Elementary.expm1(x) / (2 * highest)
      var (noiseSum, noiseSlope, signalSum, signalSlope) = (0.0, 0.0, 0.0, 0.0)
      for i in problem.curvature.indices {
        let excess = problem.curvature[i] - lowest
        let decay = Elementary.exp(-2 * excess * s)
        noiseSum += noise[i] * decay
        noiseSlope += noise[i] * decay * excess
        signalSum += signal[i] * decay
        signalSlope += signal[i] * decay * excess
      }
      func entry(_ sum: Double, _ slope: Double) -> (Double, Double) {
        let sum = max(sum, Double.leastNormalMagnitude)
        return (
          Elementary.log(sum) - 2 * lowest * s, -(slope / sum + lowest) / highest * Elementary.exp(x)
        )
      }
      nodes.noise.append(entry(noiseSum, noiseSlope))
      nodes.signal.append(entry(signalSum, signalSlope))
    }
    func table(_ nodes: [(Double, Double)]) -> DecayTable {
      DecayTable(spacing: end / intervals, logarithms: nodes.map(\.0), slopes: nodes.map(\.1))
    }
    return (table(nodes.noise), table(nodes.signal))
  }
}
