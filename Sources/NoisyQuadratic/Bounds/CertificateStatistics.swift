/// Statistics of the proof of a certificate.
public struct CertificateStatistics: Sendable, Equatable {
  /// Rounds of refinement, summed over all groups.
  public internal(set) var rounds = 0
  /// Minimizations over one step's learning rate, summed over all groups.
  public internal(set) var backups = 0
  /// Cones in the partitions of all stages, summed over all groups.
  public internal(set) var cones = 0
  /// Groups of directions that were bounded on their own (B7). The number is 1 if no group had to be
  /// separated, and 0 without dynamic programming.
  public internal(set) var groups = 0
  /// The work of all methods, in the unit of ``CertificateOptions/maximumWork``.
  public internal(set) var work = 0.0

  mutating func add(_ other: CertificateStatistics) {
    rounds += other.rounds
    backups += other.backups
    cones += other.cones
    groups += other.groups
    work += other.work
  }
}
