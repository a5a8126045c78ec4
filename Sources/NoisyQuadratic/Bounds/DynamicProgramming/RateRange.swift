/// Ranges that contain the best learning rate of every step, whatever follows it (B4).
package enum RateRange {
  /// The outward factor for a dozen roundings.
  private static let outward = 0x1p-46

  /// The largest rate whose square is far from overflow.
  private static let highest = 1e150

  /// The ranges of steps 0 ..< `steps` of a run from the moments `start`, within `0 ... rateLimit`; `nil` if they
  /// reach rates whose squares overflow.
  ///
  /// For given values of the future, the best rate is a weighted mean of `h m/(h² m + c)`, which grows with
  /// m. The moments at the start of a step lie between those that the earlier ranges allow.
  package static func ranges(
    curvature: [Double], noise: [Double], start: [Double], rateLimit: Double, steps: Int
  ) -> [ClosedRange<Double>]? {
    var (low, high) = (start, start)
    var ranges: [ClosedRange<Double>] = []
    for _ in 0..<steps {
      func rate(_ i: Int, _ m: Double) -> Double? {
        let h = curvature[i]
        if noise[i] == 0 { return high[i] > 0 ? 1 / h : nil }
        return 1 / (h + noise[i] / (h * m))
      }
      let slowest = curvature.indices.compactMap { rate($0, low[$0]) }.min() ?? 0
      let fastest = curvature.indices.compactMap { rate($0, high[$0]) }.max() ?? 0
      guard min(fastest, rateLimit) < highest else { return nil }
      let range = min(slowest * (1 - outward), rateLimit)...min(fastest * (1 + outward), rateLimit)
      for i in curvature.indices {
        func next(_ rate: Double) -> Double {
          let g = rate * curvature[i]
          let u = abs(1 - g) + outward * (1 + g)
          return u * u * high[i] + rate * rate * noise[i]
        }
        // The moment is convex in the rate, so it is largest at an end.
        high[i] = max(next(range.lowerBound), next(range.upperBound)) * (1 + outward)
        let h = curvature[i]
        let denominator = h * h * low[i] + noise[i]
        low[i] = denominator > 0 ? low[i] * (noise[i] / denominator) * (1 - outward) : 0
      }
      ranges.append(range)
    }
    return ranges
  }
}
