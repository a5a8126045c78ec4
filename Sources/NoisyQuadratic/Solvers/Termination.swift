/// Why a solver stopped.
public enum Termination: String, Sendable, Equatable, Codable {
  /// The schedule follows from a formula, step by step.
  case closedForm = "closed-form"
  /// The last iterations gained less than the tolerance.
  case converged
  /// The iteration limit was reached first. The schedule is feasible and the best one found.
  case iterationLimit = "iteration-limit"
  /// The expected loss overflowed; see ``ExpectedLossCurve/divergenceStep``.
  case diverged
}
