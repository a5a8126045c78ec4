/// A sequence of points that fills the unit cube evenly, however many points are used.
///
/// Point i is the fractional part of `½ + i (φ^{−1}, …, φ^{−n})` with `φ^{n+1} = φ + 1` (Roberts's
/// generalization of the golden ratio).
package struct KroneckerSequence {
  private let increments: [Double]

  package init(dimension: Int) {
    var phi = 2.0
    // The iteration is a contraction with a factor below 1/2.
    for _ in 0..<64 { phi = Elementary.pow(1 + phi, 1 / Double(dimension + 1)) }
    increments = (0..<dimension).map { Elementary.pow(phi, -Double($0 + 1)) }
  }

  /// Point i of the sequence.
  package subscript(i: Int) -> [Double] {
    increments.map { increment in
      let x = 0.5 + Double(i) * increment
      return x - x.rounded(.down)
    }
  }
}
