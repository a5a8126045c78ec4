/// A parameter of a schedule family, with its name, its unit and range, and the scale of a search.
public struct ScheduleParameter: Sendable, Equatable {
  /// The quantity that a parameter measures, and its range.
  public enum Quantity: Sendable, Equatable {
    /// A learning rate, in 1/curvature, from 0 to the limit of the solver.
    case learningRate
    /// The momentum of every step, from 0 to the limit of the solver. A search uses the logarithm of `1 − μ`.
    case momentum
    /// A dimensionless number within a range.
    case number(ClosedRange<Double>)
  }

  /// The scale on which a search takes equal steps.
  public enum Scale: Sendable, Equatable {
    /// The scale is the parameter itself, which may then be 0.
    case linear
    /// The scale is the logarithm of the parameter, which must be positive.
    case logarithmic
  }

  /// The name, for instance `initialValue`.
  public let name: String
  /// The quantity that it measures, and its range.
  public let quantity: Quantity
  /// The scale on which a search takes equal steps.
  public let scale: Scale

  /// A parameter with the given name, quantity and scale.
  public init(_ name: String, _ quantity: Quantity, scale: Scale = .logarithmic) {
    self.name = name
    self.quantity = quantity
    self.scale = scale
  }
}
