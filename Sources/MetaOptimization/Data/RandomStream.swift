import NoisyQuadratic

/// Independent streams of random numbers from one seed, each for a purpose and an index. The numbers of one
/// stream do not depend on how many were drawn from another.
enum RandomStream: UInt64 {
  case initialization = 1
  case shuffle
  case meta
  case evaluation
  case search
  case lanczos
  case noise

  /// Returns the seed of a stream.
  func seed(_ seed: UInt64, _ index: Int = 0) -> UInt64 {
    var outer = SplitMix64(state: seed)
    var middle = SplitMix64(state: outer.next() ^ rawValue)
    var inner = SplitMix64(state: middle.next() ^ UInt64(bitPattern: Int64(index)))
    return inner.next()
  }
}
