/// The momentum that all steps of a family's schedules have in common.
public enum FamilyMomentum: Sendable, Equatable {
  /// A given μ ≥ 0.
  case fixed(Double)
  /// A parameter of the family, its last.
  case fitted
}
