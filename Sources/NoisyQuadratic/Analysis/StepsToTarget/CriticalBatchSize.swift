/// The trade of steps for examples along a curve of batch sizes (Y5).
///
/// McCandlish et al. (2018) describe it by the hyperbola
/// ```
/// (S/S_min − 1)(E/E_min − 1) = 1,   E = B S
/// ```
/// of steps S and examples E. Solved for the steps, it is `S = S_min + E_min/B`: steps fall in proportion to 1/B up to
/// the critical batch size `B_c = E_min/S_min`, at which both are twice their least, and then reach a plateau.
///
/// Source: McCandlish et al. (2018), equation 5.
public struct CriticalBatchSize: Sendable, Equatable {
  /// `S_min`, the steps that no batch size can save.
  public let minimumSteps: Double
  /// `E_min`, the examples that no batch size can save.
  public let minimumExamples: Double
  /// The largest relative deviation of a number of steps from the hyperbola.
  public let largestDeviation: Double

  /// `B_c = E_min/S_min`.
  public var batchSize: Double { minimumExamples / minimumSteps }

  /// The hyperbola with the least squares of the relative deviations; `nil` if the batch sizes or steps do not tell both
  /// of its numbers, which are positive. Any two points lie on a hyperbola, so that a fit takes at least three.
  ///
  /// - Parameters:
  ///   - batchSizes: at least three different batch sizes B > 0.
  ///   - steps: the number S > 0 of steps of each.
  /// - Precondition: a number of steps for every batch size.
  public init?(batchSizes: [Double], steps: [Double]) {
    precondition(batchSizes.count == steps.count, "a number of steps for every batch size")
    guard Set(batchSizes).count >= 3 else { return nil }
    // S_min x + E_min y = 1 with x = 1/S and y = 1/(B S), in units in which both columns are about 1.
    let x = steps.map { 1 / $0 }
    let y = zip(x, batchSizes).map { $0 / $1 }
    guard let unitX = x.max(), let unitY = y.max(), unitX > 0, unitY > 0 else { return nil }
    var (xx, xy, yy, sx, sy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for i in x.indices {
      let (a, b) = (x[i] / unitX, y[i] / unitY)
      xx += a * a
      xy += a * b
      yy += b * b
      sx += a
      sy += b
    }
    let determinant = xx * yy - xy * xy
    guard determinant > 1e-12 * xx * yy else { return nil }
    minimumSteps = (yy * sx - xy * sy) / determinant / unitX
    minimumExamples = (xx * sy - xy * sx) / determinant / unitY
    guard minimumSteps > 0, minimumExamples > 0 else { return nil }
    let (s, e) = (minimumSteps, minimumExamples)
    largestDeviation = x.indices.reduce(0) { max($0, abs(s * x[$1] + e * y[$1] - 1)) }
  }
}
