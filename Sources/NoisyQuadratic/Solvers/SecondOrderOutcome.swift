/// The outcome of Newton's method on a schedule (S15).
public enum SecondOrderOutcome: String, Sendable, Equatable, Codable {
  /// The KKT residual fell below its tolerance, at a point whose reduced Hessian has no negative
  /// eigenvalue beyond rounding.
  case reached
  /// Sweeps alone took the KKT residual below its tolerance. The curvature was not examined.
  case notNeeded = "not-needed"
  /// The limit on Newton steps was reached first.
  case stepLimit = "step-limit"
  /// No step lowers the objective any more, because rounding is as large as the remaining gain.
  case noProgress = "no-progress"
  /// The problem has more variables, or takes more work or memory, than
  /// ``FullHorizonOptions/maximumNewtonVariables`` allows. Only sweeps were used.
  case tooLarge = "too-large"
  /// Newton's method was not asked for, or it had nothing to do because the objective is not finite or is
  /// nothing but rounding.
  case skipped
}
