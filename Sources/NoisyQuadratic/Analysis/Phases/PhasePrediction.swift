/// What theory says of optimal schedules for ``SourceCapacityProblem``s of infinitely many directions as the horizon T
/// grows.
///
/// An exponent e of a quantity means `quantity ∝ T^−e`. Without momentum:
///
/// | | easy, s ≥ 1 − 1/β | hard, s < 1 − 1/β |
/// |---|---|---|
/// | final loss | sβ/(1 + sβ) | s |
/// | peak rate | (1 + sβ − β)/(1 + sβ) | 0: the limit |
/// | shape of the decay | (1 − t/T)^(2β − 1) | steps left^(2β − 1) |
/// | share of the run that decays | 0: all of it | (1 − 1/β − s)/(2 − 1/β) |
///
/// The limits are reached slowly: corrections fall like small powers of T (Z3).
///
/// Source: arXiv 2602.06797 and 2602.04774; Docs/Derivations.md, Z2–Z4.
public struct PhasePrediction: Sendable, Equatable {
  /// The source exponent s.
  public let source: Double
  /// The capacity exponent β.
  public let capacity: Double

  /// The predictions for a problem.
  public init(_ problem: SourceCapacityProblem) {
    source = problem.source
    capacity = problem.capacity
  }

  /// `s − (1 − 1/β)`: negative in the hard phase.
  public var margin: Double { source - (1 - 1 / capacity) }

  /// Whether the rate limit does not bind in long runs. The border is in the easy phase.
  public var isEasy: Bool { margin >= -1e-12 }

  /// The exponent of the information bound, sβ/(1 + sβ), in both phases.
  public var informationExponent: Double { source * capacity / (1 + source * capacity) }

  /// The exponent of the final loss without momentum.
  public var lossExponent: Double { isEasy ? informationExponent : source }

  /// The exponent of the largest rate without momentum.
  public var peakRateExponent: Double {
    isEasy ? 1 - capacity / (1 + source * capacity) : 0
  }

  /// The exponent of the largest effective rate with momentum, a heuristic: the law of the easy phase goes on beyond the
  /// limit, up to effective rates that grow like T (Z4).
  public var momentumPeakExponent: Double { max(1 - capacity / (1 + source * capacity), -1) }

  /// The power of the steps left with which the rate decays, 2β − 1.
  public var decayExponent: Double { 2 * capacity - 1 }

  /// The exponent of the share of the run in which the rate is below its limit, without momentum; 0 in the easy phase.
  public var decayingShareExponent: Double { isEasy ? 0 : -margin / (2 - 1 / capacity) }

  /// The largest exponent of the final loss that momentum can reach within a rate limit: min(2s, sβ/(1 + sβ)), proven
  /// as a limit (Z4).
  public var momentumExponent: Double { min(2 * source, informationExponent) }

  /// The exponent with which corrections to the final loss fall: 1/(2(1 + sβ)) from the kernel's flat end in the easy
  /// phase, and ``decayingShareExponent`` in the hard phase (Z3).
  public var correctionExponent: Double {
    isEasy ? 1 / (2 * (1 + source * capacity)) : decayingShareExponent
  }
}
