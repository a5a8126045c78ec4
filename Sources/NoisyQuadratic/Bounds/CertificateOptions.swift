/// Options that limit the effort of ``CertifiedSolver``.
public struct CertificateOptions: Sendable, Equatable {
  /// The largest number of rounds of refinement for each group of directions, at least 1.
  public var maximumRounds = 400
  /// The number of cones, over all stages, at which refinement of a group ends.
  public var maximumCones = 1_000_000
  /// The largest number of distinct curvatures treated at once, at least 1.
  public var largestGroup = 10
  /// The limit on the work of all bounds together, in visits of one direction of one cone, some 10 ns each.
  /// Groups share this limit and are made small enough to be expected to meet it.
  public var maximumWork = 1e9
  /// Whether to compute a policy, which takes longer than the bounds of a long run.
  public var findsPolicy = true

  /// Creates the default options.
  public init() {}
}
