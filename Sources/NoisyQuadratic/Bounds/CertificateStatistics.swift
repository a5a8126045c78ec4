/// What a certificate took.
public struct CertificateStatistics: Sendable, Equatable {
  /// Rounds of refinement, over all groups.
  public internal(set) var rounds = 0
  /// Minimizations over one step's learning rate, over all groups.
  public internal(set) var backups = 0
  /// Cones in the partitions of all stages, over all groups.
  public internal(set) var cones = 0
  /// Groups of directions that were bounded on their own (B7); 1 if none had to be separated, 0 without
  /// dynamic programming.
  public internal(set) var groups = 0
  /// What all methods took, in the unit of ``CertificateOptions/maximumWork``.
  public internal(set) var work = 0.0

  mutating func add(_ other: CertificateStatistics) {
    rounds += other.rounds
    backups += other.backups
    cones += other.cones
    groups += other.groups
    work += other.work
  }
}
