/// Why a solver stopped.
public enum Termination: String, Sendable, Equatable, Codable {
  /// The schedule follows from a formula, step by step.
  case closedForm = "closed-form"
  /// The last iterations gained less than the tolerance. A search for the best of many local optima also found
  /// the same value from independent starts.
  case converged
  /// The last iterations gained less than the tolerance, but independent starts did not end at this value or
  /// were not followed to their ends. A lower local optimum may exist.
  case localOptimum = "local-optimum"
  /// The iteration limit was reached first, or rounding ended the descent above its tolerance. The schedule is feasible and the best one found.
  case iterationLimit = "iteration-limit"
  /// The expected loss overflowed; see ``ExpectedLossCurve/divergenceStep``.
  case diverged
}
