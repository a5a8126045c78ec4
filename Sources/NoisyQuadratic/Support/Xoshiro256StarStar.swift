/// The generator xoshiro256** of Blackman and Vigna (2018), seeded by SplitMix64.
///
/// The same seed gives the same numbers on every platform and in every release of this package.
public struct Xoshiro256StarStar: RandomNumberGenerator, Sendable, Equatable {
  private var s0, s1, s2, s3: UInt64

  /// A generator whose state is the first four outputs of SplitMix64 from `seed`.
  public init(seed: UInt64) {
    var seeder = SplitMix64(state: seed)
    self.init(state: (seeder.next(), seeder.next(), seeder.next(), seeder.next()))
  }

  /// A generator with the given state, which must not be all zero.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state.0 | state.1 | state.2 | state.3 != 0, "the state is not all zero")
    (s0, s1, s2, s3) = state
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }
}
