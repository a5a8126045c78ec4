/// A sampler of standard normal numbers, by Marsaglia's polar method, from any generator.
///
/// The method accepts numbers in pairs. The sampler delivers the first of a pair and keeps the second for
/// the next call. It does not use the distributions of the standard library because their draws may change.
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
