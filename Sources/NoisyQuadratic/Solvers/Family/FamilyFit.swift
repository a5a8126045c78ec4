/// The best member of a schedule family.
public struct FamilyFit: Sendable, Equatable {
  /// The values of the family's parameters, momentum last if it was fitted.
  public let parameters: [Double]
  /// The largest relative change of the objective, to first order, if one parameter moves through all of its
  /// range (F5). It is 0 at a minimum, also at a minimum on a bound.
  ///
  /// It stays above 0 if the minimum lies at a kink, as it may for ``WarmupStableDecayFamily``.
  public let residual: Double
  /// The schedule, its exact losses, and the statistics of the search.
  public let solution: Solution
}
