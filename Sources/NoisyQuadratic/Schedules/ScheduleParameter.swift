/// A parameter of a schedule family: its name, its unit and range, and how to search it.
public struct ScheduleParameter: Sendable, Equatable {
  /// What a parameter measures, and what it may be.
  public enum Quantity: Sendable, Equatable {
    /// A learning rate, in 1/curvature: from 0 to the limit in force.
    case learningRate
    /// The momentum of every step: from 0 to the limit in force, searched in the logarithm of `1 − μ`.
    case momentum
    /// A number without unit, within a range.
    case number(ClosedRange<Double>)
  }

  /// What a search takes equal steps in.
  public enum Scale: Sendable, Equatable {
    /// The parameter, which may then be 0.
    case linear
    /// Its logarithm; the parameter is positive.
    case logarithmic
  }

  /// The name, for instance `initialValue`.
  public let name: String
  /// What it measures.
  public let quantity: Quantity
  /// What a search takes equal steps in.
  public let scale: Scale

  /// A parameter.
  public init(_ name: String, _ quantity: Quantity, scale: Scale = .logarithmic) {
    self.name = name
    self.quantity = quantity
    self.scale = scale
  }
}
