/// Statistics of the proof of a certificate.
public struct CertificateStatistics: Sendable, Equatable {
  /// Rounds of refinement by dynamic programming over cones.
  public internal(set) var rounds = 0
  /// Minimizations over one step's learning rate by dynamic programming over cones.
  public internal(set) var backups = 0
  /// Cones in the partitions of all stages.
  public internal(set) var cones = 0
  /// The work of all methods, in the unit of ``CertificateOptions/maximumWork``.
  public internal(set) var work = 0.0

  mutating func add(_ other: CertificateStatistics) {
    rounds += other.rounds
    backups += other.backups
    cones += other.cones
    work += other.work
  }
}
