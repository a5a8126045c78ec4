/// Standard normal numbers by Marsaglia's polar method, from any generator.
///
/// Of every accepted pair the first is delivered
/// first. The standard library's distributions are not used because their draws may change.
public struct NormalSampler: Sendable {
  private var spare: Double?

  /// A sampler with no number in store.
  public init() {}

  /// The next number with mean 0 and variance 1.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let u = 2 * generator.uniform() - 1
      let v = 2 * generator.uniform() - 1
      let s = u * u + v * v
      guard s > 0, s < 1 else { continue }
      let factor = (-2 * Elementary.log(s) / s).squareRoot()
      spare = v * factor
      return u * factor
    }
  }
}
