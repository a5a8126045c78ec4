/// The momentum that all steps of a family's schedules have in common.
public enum FamilyMomentum: Sendable, Equatable {
  /// The momentum is a given μ ≥ 0.
  case fixed(Double)
  /// The momentum is the last parameter of the family.
  case fitted
}
