/// The best member of a schedule family.
public struct FamilyFit: Sendable, Equatable {
  /// The values of the family's parameters, momentum last if it was fitted.
  public let parameters: [Double]
  /// The largest relative change of the objective, to first order, that moving one parameter through all
  /// of its range would bring: 0 at a minimum, also at one on a bound (F5).
  ///
  /// It stays above 0 where the minimum lies at a kink, as it may for ``WarmupStableDecayFamily``.
  public let residual: Double
  /// The schedule, its exact losses, and how the search went.
  public let solution: Solution
}
