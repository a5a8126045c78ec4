/// What is known of a schedule to first and second order: how it stands in the box of the limits (S11, S15).
///
/// Derivatives are taken with respect to every rate and momentum divided by its limit (rates by 1/h_max
/// where there is none) and divided by the objective, so that all numbers are pure.
public struct OptimalityReport: Sendable, Equatable {
  /// The largest projected derivative (S11).
  public let kktResidual: Double
  /// Steps whose rate is at its limit, which is active.
  public let ratesAtLimit: [Int]
  /// Steps whose rate is at 0, a bound that is active.
  public let ratesAtZero: [Int]
  /// Steps whose momentum is at its limit, which is active.
  public let momentaAtLimit: [Int]
  /// Steps whose momentum is at 0, a bound that is active; steps that start at rest, where momentum has no effect, are left
  /// out.
  public let momentaAtZero: [Int]
  /// The smallest eigenvalue of the Hessian of the variables that no limit holds; with a residual of 0 and
  /// limits that hold against a slope, a positive one proves a strict local minimum. `nil` where every
  /// variable is at an active bound, where Newton's method was not to be tried, and in a solution of many steps:
  /// ``FullHorizonSolver/optimality(of:for:)`` looks for it there.
  public let smallestEigenvalue: Double?
  /// The order of that matrix; 0 where it was not computed.
  public let freeVariables: Int
}
