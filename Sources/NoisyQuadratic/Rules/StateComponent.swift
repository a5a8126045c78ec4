/// What a component of a rule's state is. It fixes the component's start and unit.
public enum StateComponent: Sendable, Equatable {
  /// A point in parameter space, such as the parameter or an average. It starts at θ₀.
  case position
  /// A difference of positions, such as a velocity with the rate inside. It starts at 0.
  case displacement
  /// A gradient or a sum of gradients, such as a momentum buffer. It starts at 0.
  case gradient

  /// The value at the start of a run, as a multiple of θ₀.
  public var initialValue: Double { self == .position ? 1 : 0 }
}
