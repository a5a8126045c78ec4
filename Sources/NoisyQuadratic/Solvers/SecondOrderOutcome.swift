/// How far Newton's method took a schedule (S15).
public enum SecondOrderOutcome: String, Sendable, Equatable, Codable {
  /// The KKT residual fell below its tolerance, at a point whose reduced Hessian has no negative
  /// eigenvalue beyond rounding.
  case reached
  /// Sweeps alone took the KKT residual below its tolerance; curvature was not looked at.
  case notNeeded = "not-needed"
  /// The limit on Newton steps came first.
  case stepLimit = "step-limit"
  /// No step lowers the objective any more: rounding is as large as what is left to gain.
  case noProgress = "no-progress"
  /// More variables, work or memory than ``FullHorizonOptions/maximumNewtonVariables`` allows: sweeps
  /// alone.
  case tooLarge = "too-large"
  /// Not asked for, or nothing to do because the objective is not finite, or nothing but rounding is left
  /// of it.
  case skipped
}
