/// A unit of a long program's work, as planned: a part that any process can do, given the units that it needs.
public struct WorkUnit: Sendable, Equatable {
  /// The name, which is also that of the unit's file. It consists of letters, digits, `.`, `_` and `-`, and
  /// differs from all other names of the plan.
  public let name: String
  /// The seed of everything random in the unit; `nil` if nothing is.
  public let seed: UInt64?
  /// The effort, in any measure that is common to all units of the plan.
  public let effort: Double
  /// The numbers of the units that must be finished before this one begins.
  public let needs: [Int]

  /// Creates a unit that needs the given others.
  public init(_ name: String, seed: UInt64? = nil, effort: Double = 1, needs: [Int] = []) {
    self.name = name
    self.seed = seed
    self.effort = effort
    self.needs = needs
  }
}
