import NoisyQuadratic

/// A point of a phase diagram: exponents, a limit on momentum and a horizon.
public struct PhaseSetting: Sendable, Equatable {
  /// The source exponent s.
  public let source: Double
  /// The capacity exponent β.
  public let capacity: Double
  /// The gradient noise.
  public let noise: SourceCapacityNoise
  /// The limit on momentum.
  public let momentumLimit: Double
  /// The number of steps T.
  public let horizon: Int
  /// Whether the continuous limit takes the place of the exact optimum.
  public let isContinuous: Bool

  /// Creates a point.
  public init(
    source: Double, capacity: Double, noise: SourceCapacityNoise = .additive, momentumLimit: Double,
    horizon: Int, isContinuous: Bool
  ) {
    self.noise = noise
    self.source = source
    self.capacity = capacity
    self.momentumLimit = momentumLimit
    self.horizon = horizon
    self.isContinuous = isContinuous
  }

  /// A name that can name a file, such as `s0.5-b2-m0-h1000`, with `c` in place of `h` for the continuous limit, and
  /// with the noise at its end if that is not additive.
  public var name: String {
    let limits = "s\(source.jsonText)-b\(capacity.jsonText)-m\(momentumLimit.jsonText)"
    return "\(limits)-\(isContinuous ? "c" : "h")\(horizon)"
      + (noise == .additive ? "" : "-" + noise.rawValue)
  }

  /// Whether another point differs in the horizon only.
  func isOfOneCourse(with other: PhaseSetting) -> Bool {
    (source, capacity, momentumLimit, isContinuous)
      == (other.source, other.capacity, other.momentumLimit, other.isContinuous) && noise == other.noise
  }
}
