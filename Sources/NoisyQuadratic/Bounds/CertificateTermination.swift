/// Why a certificate was not made any tighter.
public enum CertificateTermination: String, Sendable, Equatable, Codable {
  /// The gap that was asked for is reached.
  case reached
  /// Every method that applies came to its end, or could not have raised the bound any more.
  case exhausted
  /// A limit of ``CertificateOptions`` came first: with a larger one the bound may be higher.
  case limit
  /// The caller wanted to stop.
  case stopped
}
