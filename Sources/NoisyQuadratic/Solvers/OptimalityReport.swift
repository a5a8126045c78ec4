/// First- and second-order optimality of a schedule within the box of the limits (S11, S15).
///
/// Derivatives are taken with respect to every rate and momentum divided by its limit, and divided by the
/// objective, so that all numbers are dimensionless. If there is no limit on the rate, `1/h_max` takes its
/// place.
public struct OptimalityReport: Sendable, Equatable, Codable {
  /// The largest projected derivative (S11).
  public let kktResidual: Double
  /// Steps whose rate is at its limit, an active bound.
  public let ratesAtLimit: [Int]
  /// Steps whose rate is at 0, an active bound.
  public let ratesAtZero: [Int]
  /// Steps whose momentum is at its limit, an active bound.
  public let momentaAtLimit: [Int]
  /// Steps whose momentum is at 0, an active bound. Steps that start at rest are left out, because momentum
  /// has no effect there.
  public let momentaAtZero: [Int]
  /// The smallest eigenvalue of the Hessian of the variables that are not at an active bound.
  ///
  /// If the residual is 0 and the active bounds hold against a nonzero slope, a positive eigenvalue proves a
  /// strict local minimum. The value is `nil` if every variable is at an active bound or if Newton's method
  /// was not to be tried. It is also `nil` in a solution of many steps;
  /// ``FullHorizonSolver/optimality(_:under:)`` computes it there.
  public let smallestEigenvalue: Double?
  /// The order of that Hessian; 0 if it was not computed.
  public let freeVariables: Int
}
