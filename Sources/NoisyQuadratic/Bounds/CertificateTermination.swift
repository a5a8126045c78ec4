/// The reason why a certificate is no tighter.
public enum CertificateTermination: String, Sendable, Equatable, Codable {
  /// The gap that was asked for is reached.
  case reached
  /// Every method that applies came to its end, or could not have raised the bound any more.
  case exhausted
  /// A limit of ``CertificateOptions`` was reached first. With a larger limit, the bound may be higher.
  case limit
  /// The caller asked to stop.
  case stopped
}
