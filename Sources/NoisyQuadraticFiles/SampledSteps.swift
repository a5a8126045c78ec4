/// Which steps of a run its files list: every step of a short run, evenly spaced ones of a long run.
///
/// The two lists differ in their last entry only, the last step and the end of the run, so that a rate and
/// the loss before it stand at the same place in both.
public struct SampledSteps: Sendable, Equatable {
  /// The length of the longest run of which every step is listed, and of the lists of longer ones.
  public static let maximum = 10_000

  /// T.
  public let horizon: Int
  /// Whether steps are left out.
  public let isThinned: Bool

  /// - Parameters:
  ///   - horizon: T ≥ 1.
  ///   - fullSeries: whether every step is to be listed however long the run is.
  public init(horizon: Int, fullSeries: Bool = false) {
    precondition(horizon >= 1, "at least one step")
    self.horizon = horizon
    isThinned = horizon > Self.maximum && !fullSeries
  }

  /// The steps whose rates and momenta are listed, of `0 ..< T`; 0 and T − 1 are among them.
  ///
  /// Ascending, and no two gaps between neighbours differ by more than 1.
  public var steps: LazyMapCollection<Range<Int>, Int> { indices(through: horizon - 1) }

  /// The steps before which the loss is listed, of `0 ... T`; 0 and T, the end of the run, are among them.
  ///
  /// Ascending, and no two gaps between neighbours differ by more than 1.
  public var lossSteps: LazyMapCollection<Range<Int>, Int> { indices(through: horizon) }

  private func indices(through last: Int) -> LazyMapCollection<Range<Int>, Int> {
    guard isThinned else { return (0..<last + 1).lazy.map { $0 } }
    // ⌊i T/gaps⌋ in two parts, because i T may overflow. Rounded down, the last gap is as long as any, and
    // one step shorter still fits in with the rest.
    let gaps = Self.maximum - 1
    let (quotient, remainder) = horizon.quotientAndRemainder(dividingBy: gaps)
    return (0..<Self.maximum).lazy.map { i in
      i == gaps ? last : i * quotient + i * remainder / gaps
    }
  }
}
