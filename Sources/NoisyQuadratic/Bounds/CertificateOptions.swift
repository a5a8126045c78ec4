/// Options that limit the effort of ``CertifiedSolver``.
public struct CertificateOptions: Sendable, Equatable {
  /// The largest number of rounds of refinement of dynamic programming over cones, at least 1.
  public var maximumRounds = 400
  /// The number of cones, over all stages, at which that refinement ends.
  public var maximumCones = 1_000_000
  /// The largest number of distinct curvatures for which cones are tried, at least 1. The number of cones doubles
  /// with every curvature.
  public var maximumCurvatures = 10
  /// The limit on the work of all bounds together, in visits of one direction of one cone, some 10 ns each.
  public var maximumWork = 1e9
  /// Whether to compute a policy, which takes longer than the bounds of a long run.
  public var findsPolicy = true

  /// Creates the default options.
  public init() {}
}
