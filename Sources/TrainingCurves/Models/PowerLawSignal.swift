import NoisyQuadratic

/// The part of the loss that training removes, as a power of the intrinsic time τ, the sum of the rates:
/// `S(τ) = A ((τ + τ₀)/τ*)^(−e)`.
///
/// It is the signal of a noisy quadratic whose directions have curvatures of every size, with Gamma-distributed
/// weights (T1).
public struct PowerLawSignal: Sendable, Equatable, Codable {
  /// A ≥ 0, in the unit of the loss.
  public var amplitude: Double
  /// e > 0.
  public var exponent: Double
  /// τ₀ > 0, in the unit of τ.
  public var offset: Double
  /// τ* > 0, in the unit of τ.
  public var timeScale: Double

  /// A power law with the given numbers.
  public init(amplitude: Double, exponent: Double, offset: Double, timeScale: Double) {
    (self.amplitude, self.exponent) = (amplitude, exponent)
    (self.offset, self.timeScale) = (offset, timeScale)
  }

  /// S(τ).
  public func value(at time: Double) -> Double {
    amplitude * Elementary.pow((time + offset) / timeScale, -exponent)
  }

  /// dS/dτ.
  public func derivative(at time: Double) -> Double { -exponent * value(at: time) / (time + offset) }
}
