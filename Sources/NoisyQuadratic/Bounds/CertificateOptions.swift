/// How hard ``CertifiedSolver`` tries.
public struct CertificateOptions: Sendable, Equatable {
  /// Rounds of refinement for each group of directions, at least 1.
  public var maximumRounds = 400
  /// Cones, over all stages, after which refinement of a group ends.
  public var maximumCones = 1_000_000
  /// The most distinct curvatures treated at once, at least 1.
  public var largestGroup = 10
  /// Limit on the work of all bounds together, in visits of one direction of one cone, some 10 ns each. Groups are
  /// made small enough to promise to meet it, and share it.
  public var maximumWork = 1e9
  /// Whether there is to be a policy, which takes longer than the bounds of a long run.
  public var findsPolicy = true

  /// The defaults.
  public init() {}
}
