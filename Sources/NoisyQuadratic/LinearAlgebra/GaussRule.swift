import CLAPACK
import CNoisyQuadraticKernels

/// Few points and positive weights with the same integrals of polynomials of degree below 2n as a measure of
/// many points (Q1), and how far its Chebyshev moments are off as computed (Q2).
package struct GaussRule: Sendable {
  /// Points in [-1, 1], ascending.
  package let points: [Double]
  package let weights: [Double]
  /// `|Σ w T_j(x)|` over the rule less that over the measure, relative to the measure's mass, for all `j` below
  /// twice the number of points asked for: where the measure has fewer, its rule is right for these degrees too.
  package let defects: [Double]

  /// The rule of at most `count` points for weights ≥ 0, not all 0, at points of [-1, 1].
  ///
  /// By Stieltjes' procedure and, for its recurrence, Golub and Welsch's eigenvalue problem. Where the measure has
  /// no more than `count` points the rule has as many.
  ///
  /// - Returns: `nil` if LAPACK fails, or at a mass that is not a normal number.
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
    guard var n = Int32(exactly: found) else { return nil }
    var offDiagonal = Array(below.prefix(found).dropFirst())
    if offDiagonal.isEmpty { offDiagonal = [0] }
    var vectors = [Double](repeating: 0, count: found * found)
    var work = [Double](repeating: 0, count: max(2 * found - 2, 1))
    var info: Int32 = 0
    BLASThreads.one { dsteqr_("I", &n, &diagonal, &offDiagonal, &vectors, &n, &work, &info, 1) }
    guard info == 0 else { return nil }
    points = diagonal.prefix(found).map { min(max($0, -1), 1) }
    self.weights = (0..<found).map { mass * vectors[$0 * found] * vectors[$0 * found] }
    let degrees = min(2 * count, Self.mostMoments)
    let exact = Self.moments(x, measure, degrees)
    let actual = Self.moments(points, self.weights.map { $0 / mass }, degrees)
    defects = zip(actual, exact).map { abs($0 - $1) }
  }

  /// Degrees whose moments are compared, at most.
  private static let mostMoments = 256

  /// `Σ w T_j(x)` for the first degrees, at most 256.
  package static func moments(_ x: [Double], _ w: [Double], _ count: Int) -> [Double] {
    let count = min(count, mostMoments)
    var moments = [Double](repeating: 0, count: count)
    nq_chebyshev_moments(x.count, x, w, count, &moments)
    return moments
  }
}
