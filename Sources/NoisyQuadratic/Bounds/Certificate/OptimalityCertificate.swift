/// A proof of the quality of a schedule: no schedule within the limits ends below ``lowerBound``, and
/// ``solution`` ends at ``upperBound``.
///
/// Both hold in exact arithmetic for the model's data, because roundings are bounded and taken outward (B5).
/// With momentum, the upper bound is the loss as computed, without a margin for rounding.
public struct OptimalityCertificate: Sendable {
  /// A lower bound on the final loss of every schedule within the limits.
  public let lowerBound: Double
  /// The final loss of ``solution``, rounded upward.
  public let upperBound: Double
  /// The gap that was asked for.
  public let requestedGap: Double
  /// The method that proved the lower bound.
  public let method: BoundMethod
  /// The best schedule found.
  public let solution: Solution
  /// A rate for every state and number of steps left. From the model's start, it is never worse than
  /// ``solution``. The policy is `nil` with momentum, because second moments of the position are then not the
  /// whole state, and for noise that grows with the error.
  public let policy: FeedbackPolicy?
  /// Statistics of the proof.
  public let statistics: CertificateStatistics
  /// The reason why the search for a bound ended, if it did not reach the gap.
  private let ending: CertificateTermination

  /// The reason why the bounds are no closer.
  public var termination: CertificateTermination { isReached ? .reached : ending }

  /// `(upper − lower)/upper`. No schedule can remove a larger part of the final loss. The value is 0 if the
  /// loss is 0.
  public var gap: Double { upperBound > 0 ? max(upperBound - lowerBound, 0) / upperBound : 0 }

  /// Whether the gap is at most the one asked for, or the loss is no more than rounding leaves of the initial
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
