import CNoisyQuadraticKernels

/// A Gauss rule of n points that replaces a measure on many points (Q1).
///
/// The rule has positive weights. It gives every polynomial of degree below 2n the same integral as the
/// measure. ``defects`` are the errors of its computed Chebyshev moments (Q2).
package struct GaussRule: Sendable {
  /// Points in [-1, 1], ascending.
  package let points: [Double]
  package let weights: [Double]
  /// The difference between `Σ w T_j(x)` over the rule and over the measure, in absolute value and relative
  /// to the mass of the measure. There is one defect for every `j` below twice the requested number of
  /// points, at most 256. If the measure has fewer points than requested, its rule is exact for these degrees
  /// too.
  package let defects: [Double]

  /// The rule of at most `count` points for weights ≥ 0, not all 0, at points of [-1, 1].
  ///
  /// Stieltjes' procedure computes the recurrence. The eigenvalue problem of Golub and Welsch then gives the
  /// points and weights. If the measure has at most `count` points, the rule has as many points as the
  /// measure.
  ///
  /// - Returns: `nil` if LAPACK fails, or if the mass is not a normal number.
  /// - Complexity: O(d n) time, O(d) memory.
  package init?(points x: [Double], weights: [Double], count: Int) {
    let mass = weights.reduce(0, +)
    guard mass.isNormal, count > 0 else { return nil }
    let d = x.count
    let measure = weights.map { $0 / mass }
    var (p, q) = (
      [Double](repeating: 0, count: d), [Double](repeating: 0, count: d)
    )
    var (diagonal, below) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    let found = nq_stieltjes(d, x, measure, count, &p, &q, &diagonal, &below)
    guard
      let system = try? TridiagonalEigensystem(
        diagonal: Array(diagonal.prefix(found)), below: Array(below.prefix(found).dropFirst()))
    else { return nil }
    points = system.values.map { min(max($0, -1), 1) }
    self.weights = system.firstEntries.map { mass * $0 * $0 }
    let degrees = min(2 * count, Self.mostMoments)
    let exact = Self.moments(x, measure, degrees)
    let actual = Self.moments(points, self.weights.map { $0 / mass }, degrees)
    defects = zip(actual, exact).map { abs($0 - $1) }
  }

  /// The largest number of degrees whose moments are compared.
  private static let mostMoments = 256

  /// `Σ w T_j(x)` for the first `count` degrees, at most 256.
  package static func moments(_ x: [Double], _ w: [Double], _ count: Int) -> [Double] {
    let count = min(count, mostMoments)
    var moments = [Double](repeating: 0, count: count)
    nq_chebyshev_moments(x.count, x, w, count, &moments)
    return moments
  }
}
