import MetaOptimization
import NoisyQuadratic

/// Seeded random images, parameters and directions.
struct RandomProblem {
  private var generator: Xoshiro256StarStar
  private var normal = NormalSampler()

  init(_ seed: UInt64) { generator = Xoshiro256StarStar(seed: seed) }

  mutating func images(_ shape: ImageShape, count: Int, classes: Int = 10) throws -> LabeledImages {
    try LabeledImages(
      shape: shape,
      pixels: (0..<count * shape.count).map { _ in UInt8(truncatingIfNeeded: generator.next()) },
      labels: (0..<count).map { _ in UInt8(generator.next() % UInt64(classes)) }, classes: classes)
  }

  mutating func vector(_ count: Int, deviation: Double = 1) -> [Double] {
    (0..<count).map { _ in deviation * normal.next(using: &generator) }
  }
}

/// The largest difference, relative to the largest number of the second vector; infinite where the lengths differ or
/// anything is not a number.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = max(b.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
  return zip(a, b).reduce(0) { largest, pair in
    let error = abs(pair.0 - pair.1) / scale
    return error.isNaN ? .infinity : max(largest, error)
  }
}
