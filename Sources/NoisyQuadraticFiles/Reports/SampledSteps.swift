/// The steps of a run that its files list. A short run lists every step, a long run evenly spaced ones.
///
/// The lists `steps` and `lossSteps` differ only at their end. If steps are left out, their last entries are
/// the last step and the end of the run. Otherwise the end of the run is an additional entry of `lossSteps`.
/// Therefore a rate and the loss before it have the same index, except in the last entry of a thinned list.
public struct SampledSteps: Sendable, Equatable {
  /// The greatest horizon at which every step is listed. Longer runs list this many steps,
  /// unless every step is requested.
  public static let maximum = 10_000

  /// The horizon T.
  public let horizon: Int
  /// Whether some steps are left out.
  public let isThinned: Bool

  /// Chooses the steps.
  ///
  /// - Parameters:
  ///   - horizon: the horizon T.
  ///   - fullSeries: whether to list every step, however long the run is.
  /// - Precondition: T ≥ 1.
  package init(horizon: Int, fullSeries: Bool = false) {
    precondition(horizon >= 1, "at least one step")
    self.horizon = horizon
    isThinned = horizon > Self.maximum && !fullSeries
  }

  /// The steps of `0 ..< T` whose rates and momenta are listed, including 0 and T − 1.
  ///
  /// The steps ascend, and any two gaps between neighbours differ by at most 1.
  public var steps: LazyMapCollection<Range<Int>, Int> { indices(through: horizon - 1) }

  /// The steps of `0 ... T` before which the loss is listed, including 0 and the end of the run T.
  ///
  /// The steps ascend, and any two gaps between neighbours differ by at most 1.
  public var lossSteps: LazyMapCollection<Range<Int>, Int> { indices(through: horizon) }

  private func indices(through last: Int) -> LazyMapCollection<Range<Int>, Int> {
    guard isThinned else { return (0..<last + 1).lazy.map { $0 } }
    // ⌊i T/gaps⌋ is computed in two parts, because i T may overflow. Since the quotient is rounded down, no
    // gap is longer than the last. Hence a last gap that is one step shorter still satisfies the bound of 1.
    let gaps = Self.maximum - 1
    let (quotient, remainder) = horizon.quotientAndRemainder(dividingBy: gaps)
    return (0..<Self.maximum).lazy.map { i in
      i == gaps ? last : i * quotient + i * remainder / gaps
    }
  }
}
