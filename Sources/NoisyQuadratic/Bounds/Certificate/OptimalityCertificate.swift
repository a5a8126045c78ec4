/// Proof of how good a schedule is: no schedule within the limits ends below ``lowerBound``, and
/// ``solution`` ends at ``upperBound``.
///
/// Both hold in exact arithmetic for the model's data: roundings are bounded and taken outward (B5); with
/// momentum the upper bound is the loss as computed.
public struct OptimalityCertificate: Sendable {
  /// A lower bound on the final loss of every schedule within the limits.
  public let lowerBound: Double
  /// The final loss of ``solution``, rounded upward.
  public let upperBound: Double
  /// The gap that was asked for.
  public let requestedGap: Double
  /// How the lower bound was proven.
  public let method: BoundMethod
  /// The best schedule found.
  public let solution: Solution
  /// A rate for every state and number of steps left, never worse than ``solution`` from the model's start;
  /// `nil` with momentum, where second moments of the position are not the whole state.
  public let policy: FeedbackPolicy?
  /// What it took.
  public let statistics: CertificateStatistics
  /// Why the search for a bound ended, where it did not reach the gap.
  private let ending: CertificateTermination

  /// Why the bounds are no closer.
  public var termination: CertificateTermination { isReached ? .reached : ending }

  /// `(upper − lower)/upper`: no schedule can remove a larger part of the final loss. 0 at loss 0.
  public var gap: Double { upperBound > 0 ? max(upperBound - lowerBound, 0) / upperBound : 0 }

  /// Whether the gap is at most the one asked for, or the loss no more than rounding leaves of the initial
  /// one. If not, the bounds hold all the same.
  public var isReached: Bool {
    gap <= requestedGap || upperBound <= 0x1p-80 * (solution.losses.values.first ?? 0)
  }

  init(
    lowerBound: Double, upperBound: Double, requestedGap: Double, method: BoundMethod,
    ending: CertificateTermination, solution: Solution, policy: FeedbackPolicy?,
    statistics: CertificateStatistics
  ) {
    (self.lowerBound, self.upperBound) = (lowerBound, upperBound)
    (self.requestedGap, self.method, self.ending) = (requestedGap, method, ending)
    (self.solution, self.policy, self.statistics) = (solution, policy, statistics)
  }
}
