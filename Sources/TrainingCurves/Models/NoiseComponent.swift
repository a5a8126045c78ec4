/// The noise of directions of one curvature.
public struct NoiseComponent: Sendable, Equatable, Codable {
  /// The curvature h > 0, in 1/τ: the noise relaxes like `e^{−2hτ}`.
  public var curvature: Double
  /// The loss b ≥ 0 that the noise adds in the long run at the peak rate.
  public var level: Double

  /// Noise with the given curvature and level.
  public init(curvature: Double, level: Double) { (self.curvature, self.level) = (curvature, level) }
}
