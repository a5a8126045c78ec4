/// The progress of a certificate, for a caller that waits for it.
public struct CertificateProgress: Sendable, Equatable {
  /// The highest lower bound so far.
  public internal(set) var lowerBound: Double
  /// The final loss of the best schedule so far, rounded upward without momentum.
  public internal(set) var upperBound: Double
  /// The work done so far, in the unit of ``CertificateOptions/maximumWork``.
  public internal(set) var work = 0.0
  /// The work after which the proof ends, if nothing else ends it before.
  public internal(set) var workLimit: Double
}
